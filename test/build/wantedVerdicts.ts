import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Suspect } from "../../analyzer/heap/java/leaks/suspect";

/**
 * The half of the corpus that detectors are written with, the half they are judged with, and three further parts by
 * people who do not know them.
 */
export type VerdictHalf = "verdicts" | "judged" | "unseen" | "fresh" | "heldout";

export type SaidConfidence = Suspect["confidence"];
/** From the least to the most. */
export const confidences: readonly SaidConfidence[] = ["possible", "likely", "certain"];

/** A field, a line in a method, or whatever a finding of a shape names. */
export type Blame =
  | { readonly kind: "field"; readonly className: string; readonly name: string }
  | { readonly kind: "frame"; readonly method: string; readonly file: string; readonly line: number }
  | { readonly kind: "shape"; readonly shape: string };

/** What one program should be told, as its folder's `wanted.txt` has it. */
export interface WantedVerdict {
  readonly half: VerdictHalf;
  readonly program: string;
  /** Least JDK that runs it. */
  readonly jdk: number;
  /** Of a leak the least confidence wanted. */
  readonly verdict: "healthy" | SaidConfidence;
  /** Absent when any will do. */
  readonly shape?: string;
  /** Each is right; empty when nothing in particular is to blame. */
  readonly blame: readonly Blame[];
  readonly runsOutOfMemory: boolean;
  /** Libraries of Maven Central in its class path, as `mavenLibraries` or a `jars.txt` beside the table names them. */
  readonly libraries: readonly string[];
  /** Instances of a class, or of its subclasses, in a dump of the program where it should be. */
  readonly holds?: { readonly className: string; readonly atLeast: number; readonly atMost: number };
}

export const verdictPrograms = resolve(__dirname, "../programs/java");

/** The rows of `wanted.txt` of a half; its header says what the columns mean. @throws when a row makes no sense */
export function wantedVerdicts(half: VerdictHalf): WantedVerdict[] {
  return readFileSync(join(verdictPrograms, half, "wanted.txt"), "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => wantedVerdict(half, line));
}

function wantedVerdict(half: VerdictHalf, row: string): WantedVerdict {
  const [program = "", jdk = "", verdict = "", shape = "-", blame = "-", ...notes] = row
    .split("|")
    .map((cell) => cell.trim());
  if (!isVerdict(verdict) || !(Number(jdk) > 0)) throw new Error(`${half}/wanted.txt: ${row}`);
  const libraries = notes.find((note) => note.startsWith("with "));
  const holds = notes.find((note) => note.startsWith("holds "));
  return {
    half,
    program,
    jdk: Number(jdk),
    verdict,
    ...(shape === "-" ? {} : { shape }),
    blame: blame === "-" ? [] : blame.split(" or ").flatMap((name) => blamesOf(half, program, name)),
    runsOutOfMemory: notes.includes("OutOfMemoryError"),
    libraries: libraries?.split(" ").slice(1) ?? [],
    ...(holds === undefined ? {} : { holds: instancesOf(holds) }),
  };
}

/** @param note `holds 60..200 some.Class`, or one figure */
function instancesOf(note: string): Required<WantedVerdict>["holds"] {
  const [, figures = "", className = ""] = note.split(" ");
  const [atLeast, atMost = atLeast] = figures.split("..").map(Number);
  if (!Number.isInteger(atLeast) || !Number.isInteger(atMost) || className === "")
    throw new Error(`Not a count of instances: ${note}`);
  return { className, atLeast: atLeast!, atMost: atMost! };
}

function isVerdict(text: string): text is WantedVerdict["verdict"] {
  return text === "healthy" || confidences.some((confidence) => confidence === text);
}

function blamesOf(half: VerdictHalf, program: string, name: string): Blame[] {
  if (name.startsWith("any ")) return [{ kind: "shape", shape: name.slice("any ".length) }];
  const [place = "", line] = name.split(" at ");
  if (line !== undefined) {
    const lines = line === "wanted" ? markedLines(half, program) : [Number(line)];
    return lines.map((at) => ({ kind: "frame", method: place, file: `${program}.java`, line: at }));
  }
  const dot = place.lastIndexOf(".");
  if (dot < 0)
    throw new Error(`${half}/wanted.txt: ${program} blames ${name}, which is not a field or a frame`);
  return [{ kind: "field", className: place.slice(0, dot), name: place.slice(dot + 1) }];
}

function markedLines(half: VerdictHalf, program: string): number[] {
  const source = readFileSync(join(verdictPrograms, half, `${program}.java`), "utf8").split("\n");
  const marked = source.flatMap((line, at) => (line.trimEnd().endsWith("// wanted") ? [at + 1] : []));
  if (marked.length === 0) throw new Error(`${half}/${program}.java marks no line with "// wanted"`);
  return marked;
}
