import { withoutEnding } from "../../base/endings";

/** A program the user has elsewhere than where it ran, with what it brings along. */
export interface MovedProgram {
  /** Where it ran. */
  readonly recorded: string;
  /** The folder it is in, links followed. */
  readonly folder: string;
  /** As the program has them, see `libraryFolders`. */
  readonly libraryFolders: readonly string[];
}

const origin = /^\$(ORIGIN|\{ORIGIN\})(?=\/|$)/;

/**
 * Where a library that a program brought along may be: as far from the program as it was, else in the folders beside itself
 * where the program looks for libraries. `bin/java` has `lib/server/libjvm.so` beside it, whatever folder the runtime is in.
 */
export function pathsBesideProgram(
  path: string,
  { recorded, folder, libraryFolders }: MovedProgram,
): string[] {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (name === "") return [];
  const asFar = asFarAway(path, recorded, folder);
  const own = libraryFolders
    .filter((each) => origin.test(each))
    .map((each) => withoutDots(`${withoutEnding(folder, "/")}${each.replace(origin, "")}/${name}`));
  return [asFar, ...own].filter((each) => each !== undefined);
}

/** @returns undefined where program and library have no folder in common, or the program is not that deep now */
function asFarAway(path: string, recorded: string, folder: string): string | undefined {
  if (!path.startsWith("/") || !recorded.startsWith("/")) return undefined;
  const library = path.split("/").slice(1);
  const program = recorded.split("/").slice(1, -1);
  let shared = 0;
  while (shared < program.length && shared < library.length - 1 && program[shared] === library[shared])
    shared++;
  if (shared === 0) return undefined;
  const up = program.slice(shared).map(() => "..");
  return withoutDots([withoutEnding(folder, "/"), ...up, ...library.slice(shared)].join("/"));
}

/** A whole path without `.` and `..`; undefined when it leads above the root. */
function withoutDots(path: string): string | undefined {
  const [root, ...rest] = path.split("/");
  const parts: string[] = [];
  for (const part of rest) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return [root, ...parts].join("/");
}
