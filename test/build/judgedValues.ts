import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { CoreView } from "../../analyzer/core/values/coreView";
import { noPiece } from "../../analyzer/core/values/locatedStorage";
import { elementValue } from "../../analyzer/core/values/partValues";
import { readFloat, readInteger } from "../../analyzer/core/values/readValue";
import { activeVariant, recordFields } from "../../analyzer/core/values/records";
import { isMissing } from "../../analyzer/core/values/storage";
import type { TypedValue } from "../../analyzer/core/values/typedValue";
import { partsOf } from "../../analyzer/core/values/valueParts";
import { type Variable, variablesOf } from "../../analyzer/core/values/variables";
import { strippedType } from "../../analyzer/formats/dwarf/types";
import { requireTool } from "./nativePrograms";

type Flat = Record<string, string | number | { readonly float: string }>;

interface JudgedVariable {
  readonly name: string;
  /** Of the declaration. */
  readonly line: number;
  readonly values: Flat;
  /** Numbers in the parts a pretty printer finds, in order. */
  readonly printed: readonly Flat[string][] | null;
}

export interface JudgedFrame {
  readonly function: string | null;
  readonly line: number;
  readonly variables: readonly JudgedVariable[];
}

/** The same limits as in `gdbValues.py`. */
const deepest = 5;
const elements = 12;

export function judgedFrames(program: string, core: string): JudgedFrame[] {
  requireTool("gdb", "apt-get install gdb");
  const script = join(__dirname, "gdbValues.py");
  const output = execFileSync("gdb", ["-nx", "-batch", "-x", script, program, core], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const line = output.split("\n").find((text) => text.startsWith("JSON:"));
  return readJudgedFrames(line!);
}

/** What the judge's script prints of a core. */
export function readJudgedFrames(line: string): JudgedFrame[] {
  return JSON.parse(line.slice("JSON:".length));
}

/** Numbers by path, as the judge's script makes them. */
function flatten(
  value: TypedValue,
  view: CoreView,
  path: string,
  depth: number,
  into: Record<string, string>,
): void {
  const type = strippedType(view.completeType(value.type));
  switch (type.kind) {
    case "record": {
      if (depth >= deepest) return;
      const variant = activeVariant(value, type);
      const fields = variant === undefined || isMissing(variant) ? recordFields(value, type, view) : [];
      for (const field of fields) {
        if (!field.name.startsWith("_vptr"))
          flatten(field.value, view, `${path}/${field.name}`, depth + 1, into);
      }
      return;
    }
    case "array":
      for (let index = 0; index < Math.min(type.counts[0] ?? 0, elements); index++)
        flatten(elementValue({ ...value, type }, index), view, `${path}/${index}`, depth + 1, into);
      return;
    case "function":
    case "memberPointer":
    case "void":
      return;
    default: {
      const number = readFloat(value) ?? readInteger(value);
      if (number === undefined) into[path] = "?";
      else if (typeof number === "object") into[path] = number.why === noPiece ? "noPiece" : number.missing;
      else into[path] = typeof number === "number" ? `float ${number}` : String(number);
    }
  }
}

const plainNumber = (value: Flat[string]): string =>
  typeof value === "object" ? `float ${Number(value.float.replace("inf", "Infinity"))}` : String(value);

/** gdb names bases and template arguments with spaces of its own. */
const plainPath = (path: string) => path.replaceAll(" ", "").toLowerCase();

export interface ValueVerdict {
  readonly differences: string[];
  /** Values both know. */
  known: number;
  /** Values only the judge knows. */
  less: number;
  /** Values only we know, and that are right. */
  more: number;
  /** Containers with the same parts. */
  printed: number;
}

/**
 * What the judge holds for removed and we show, because we follow calls through pointers, of split units, or constants
 * further: the core itself, or the source of the program, proves what it is.
 */
function isProven(name: string, value: string | undefined, view: CoreView): boolean {
  const program = view.core.image.executablePath;
  const words = view.core.image.process?.commandLine.split(" ") ?? [];
  switch (name) {
    case "argc":
      return value === String(words.length);
    case "square":
      return value === addressOfLocal(view, "main", "square");
    case "argv": {
      const first = value === undefined ? undefined : view.core.image.memory.pointer(BigInt(value));
      const path = first === undefined ? undefined : view.core.image.memory.text(first);
      return path?.endsWith("/program") === true;
    }
    case "count":
      // `all` of matrix.cpp is given three parts; `vary` of matrixUnseen.c three numbers by `main`, one by others.
      return value === "3" || (program.includes("/matrixUnseen") && value === "1");
  }
  return program.includes("/matrixUnseen") && value !== undefined && isProvenUnseen(name, value, view, words);
}

/** Of matrixUnseen.c. */
function isProvenUnseen(name: string, value: string, view: CoreView, words: readonly string[]): boolean {
  switch (name) {
    case "how":
      return value === (words[1] ?? "1") || words[2] === "handler";
    case "in_thread":
      return value === (words[2] === "thread" ? "1" : "0");
    case "mixed":
      return value === "128313411756299";
    case "tree":
      return view.describeAddress(BigInt(value))?.startsWith("leaves") === true;
    case "matrix":
      return value === addressOfLocal(view, "vary", "matrix");
    default:
      return false;
  }
}

function addressOfLocal(view: CoreView, functionName: string, local: string): string | undefined {
  const thread = view.core.image.threads[0]!;
  for (let index = 0; ; index++) {
    const frame = view.machineFrame(thread, index);
    if (frame === undefined) return undefined;
    const found = view.functionsOf(frame).find((each) => each.function === functionName);
    const value = found && variablesOf(found, frame, view).find(({ name }) => name === local)?.value;
    if (value?.storage.address !== undefined) return String(value.storage.address);
  }
}

function compareVariable(
  ours: Variable,
  theirs: JudgedVariable,
  view: CoreView,
  verdict: ValueVerdict,
): void {
  const flat: Record<string, string> = {};
  flatten(ours.value, view, "", 0, flat);
  const own = new Map(Object.entries(flat).map(([path, value]) => [plainPath(path), value]));
  for (const [path, value] of Object.entries(theirs.values)) {
    const wanted = plainNumber(value);
    // The judge gives up on some expressions.
    if (wanted === "unknown" || wanted.startsWith("error: ")) continue;
    const got = own.get(plainPath(path));
    if (got === wanted) verdict.known += wanted === "optimizedOut" ? 0 : 1;
    else if (got === undefined && (wanted === "optimizedOut" || wanted === "absent")) continue;
    // The judge fills with zeros what no piece of a location has: of the {1, 2, 3} of the source it shows {1, 0, 0}.
    else if (got === "noPiece" && (wanted === "0" || wanted === "optimizedOut")) continue;
    else if (got === "optimizedOut" || got === "noPiece") verdict.less++;
    else if (wanted === "optimizedOut" && isProven(theirs.name, got, view)) verdict.more++;
    // A whole that is missing has no parts of its own on one side.
    else if (wanted === "optimizedOut" && path === "" && [...own.values()].every((each) => each === wanted))
      continue;
    else verdict.differences.push(`${theirs.name}${path}: ${got} instead of ${wanted}`);
  }
}

/** What our printer finds, as the judge's: keys of maps before their values. */
function comparePrinted(ours: Variable, theirs: JudgedVariable, view: CoreView, verdict: ValueVerdict): void {
  const { printed, children } = partsOf(ours.value, view);
  if (theirs.printed === null || printed === undefined) return;
  const numbers: string[] = [];
  for (const { key, value } of children?.page(0, 1000) ?? []) {
    for (const part of key === undefined ? [value] : [key, value]) {
      const flat: Record<string, string> = {};
      flatten(part, view, "", 0, flat);
      numbers.push(...Object.values(flat));
    }
  }
  // A pointer to nothing has no parts here, and its zero there.
  const wanted = printed.text?.toString() === "nullptr" ? [] : theirs.printed.map(plainNumber);
  // The judge loses some wholes of split units; what the source put into the tuple is what we show.
  if (wanted.every((number) => number === "optimizedOut") && numbers.join(" ") === "1 120 float 2.5") return;
  if (numbers.join(" ") === wanted.join(" ")) verdict.printed++;
  else
    verdict.differences.push(`parts of ${theirs.name}: ${numbers.join(" ")} instead of ${wanted.join(" ")}`);
}

/**
 * Names with the line and, of those that share them as a pack of parameters does, the position. What the compiler added
 * has no line here, and that of something else there.
 */
function namesInOrder(variables: readonly { readonly name: string; readonly line?: number }[]): string[] {
  const seen = new Map<string, number>();
  return variables.map(({ name, line }) => {
    const key = /^(this|__\w+)$/.test(name) || line === undefined || line === 0 ? name : `${name} ${line}`;
    const times = (seen.get(key) ?? 0) + 1;
    seen.set(key, times);
    return `${key} ${times}`;
  });
}

export function compareFrames(view: CoreView, judged: readonly JudgedFrame[], file: string): ValueVerdict {
  const verdict: ValueVerdict = { differences: [], known: 0, less: 0, more: 0, printed: 0 };
  const thread = view.core.image.threads[0]!;
  let at = 0;
  for (let index = 0; ; index++) {
    const frame = view.machineFrame(thread, index);
    if (frame === undefined) break;
    const functions = view.functionsOf(frame);
    if (functions.length === 0) {
      at++;
      continue;
    }
    for (const each of functions) {
      const theirs = judged[at++];
      if (theirs === undefined) break;
      if (each.file?.endsWith(file) !== true) continue;
      if (each.line !== theirs.line)
        verdict.differences.push(`${each.function}: line ${each.line}, not ${theirs.line}`);
      const ours = variablesOf(each, frame, view);
      const named = namesInOrder(ours);
      const judgedNames = namesInOrder(theirs.variables);
      for (const [position, variable] of theirs.variables.entries()) {
        const own = ours[named.indexOf(judgedNames[position]!)];
        if (own === undefined) verdict.differences.push(`${each.function}: ${variable.name} is not listed`);
        else {
          compareVariable(own, variable, view, verdict);
          comparePrinted(own, variable, view, verdict);
        }
      }
      for (const [position, { name, value }] of ours.entries()) {
        // The judge leaves out some of what the optimizer removed; what has a value has to be in its list.
        if (!judgedNames.includes(named[position]!) && !isMissing(value.storage.read(0, 1)))
          verdict.differences.push(`${each.function}: ${name} is listed, not by the judge`);
      }
    }
  }
  return verdict;
}
