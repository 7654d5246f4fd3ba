import { basename, dirname } from "node:path";
import { patternInText } from "../../base/patterns";
import { signalName } from "../../core/signals";
import type { StoredCore } from "../../protocol/dump/crashes";
import { filesIn, latestMs } from "./folderFiles";

/** What the letters of core(5) stand for in names of files; those of programs have `!` for slashes. */
const letters: ReadonlyMap<string, string> = new Map([
  ["p", "(\\d+)"],
  ["P", "(\\d+)"],
  ["u", "(\\d+)"],
  ["s", "(\\d+)"],
  ["t", "(\\d+)"],
  ["e", "(.+)"],
  ["E", "(.+)"],
]);
/** Numbers nobody needs here. */
const otherLetters = new Set("cCdFghiI");

/** Where the kernel writes cores, by `/proc/sys/kernel/core_pattern`. */
export type CorePattern =
  | { readonly kind: "folder"; readonly folder: string; readonly fileNames: string }
  /** In the working folder of the process that crashes. */
  | { readonly kind: "workingFolder"; readonly fileNames: string }
  | { readonly kind: "program"; readonly program: string }
  | { readonly kind: "nowhere" };

export function corePatternOf(text: string): CorePattern {
  const pattern = text.trim();
  if (pattern === "") return { kind: "nowhere" };
  if (pattern.startsWith("|")) return { kind: "program", program: pattern.slice(1).trim().split(" ")[0]! };
  const folder = dirname(pattern);
  const isOneFolder = pattern.startsWith("/") && !folder.includes("%");
  return isOneFolder
    ? { kind: "folder", folder, fileNames: basename(pattern) }
    : { kind: "workingFolder", fileNames: pattern };
}

/** Cores that the kernel wrote into the one folder its pattern names. */
export function patternCores({ folder, fileNames }: Extract<CorePattern, { kind: "folder" }>): StoredCore[] {
  const tell = nameReader(fileNames);
  return filesIn(folder).flatMap((file): StoredCore[] => {
    const told = tell(file.name);
    if (told === undefined) return [];
    const crashedMs = 1000 * (numberIn(told, "t") ?? Number.POSITIVE_INFINITY);
    const pid = numberIn(told, "p") ?? numberIn(told, "P");
    const userId = numberIn(told, "u");
    const signal = numberIn(told, "s");
    return [
      {
        path: file.path,
        keeper: "kernel",
        state: file.isReadable ? "readable" : "forbidden",
        command: told.get("e") ?? told.get("E")?.split("!").at(-1) ?? file.name,
        crashedMs: crashedMs <= latestMs ? crashedMs : Math.round(file.modifiedMs),
        bytes: file.bytes,
        ...(pid === undefined ? {} : { pid }),
        ...(userId === undefined ? {} : { userId }),
        ...(signal === undefined ? {} : { signal: signalName(signal) }),
      },
    ];
  });
}

/** @returns what reads a name of a file: the text of each letter, or undefined for another file */
function nameReader(pattern: string): (name: string) => ReadonlyMap<string, string> | undefined {
  const named: string[] = [];
  const expression = [...pattern.matchAll(/%(.?)|[^%]+/g)].map(([text, letter]) => {
    if (letter === undefined) return text.replace(/[^\w]/g, (sign) => `\\${sign}`);
    if (letter === "%") return "%";
    const group = letters.get(letter);
    if (group !== undefined) named.push(letter);
    return group ?? (otherLetters.has(letter) ? "\\w*" : ".*");
  });
  // With kernel.core_uses_pid the process's number follows.
  const hasPid = named.some((letter) => letter.toLowerCase() === "p");
  if (!hasPid) named.push("p");
  const match = patternInText(`^${expression.join("")}${hasPid ? "" : "(?:\\.(\\d+))?"}$`, {
    ignoreCase: false,
    everyLine: false,
    dotMatchesLineEnds: true,
  });
  return (name) => {
    const groups = match(name);
    if (groups === undefined) return undefined;
    return new Map(named.flatMap((letter, at) => (groups[at + 1] ? [[letter, groups[at + 1]!]] : [])));
  };
}

function numberIn(told: ReadonlyMap<string, string>, letter: string): number | undefined {
  const value = told.get(letter);
  return value === undefined || !Number.isSafeInteger(Number(value)) ? undefined : Number(value);
}
