import { isOnAnotherMachine } from "../base/otherMachines";
import { lastPartOf } from "../base/pathNames";

/** A path that begins with `from` is looked for below `to`; debuggers call this a source map or substitute path. */
export interface PathMapping {
  readonly from: string;
  readonly to: string;
}

/** What the lookup may ask about the files of this machine. */
export interface NativeFiles {
  exists(path: string): Promise<boolean>;
  /** Full paths of workspace files with this name. */
  filesNamed(name: string): readonly string[];
}

export interface NativePlaces {
  readonly places: readonly { readonly path: string; readonly match: string }[];
  readonly searched: readonly string[];
  readonly suggestedRule?: PathMapping;
}

/**
 * From a path in debug information to a file here: the rules first, then the path as it is, then the workspace
 * file whose path has the longest common end with it. The last one comes with the rule that would have found it.
 */
export async function findNative(
  recorded: string,
  rules: readonly PathMapping[],
  files: NativeFiles,
): Promise<NativePlaces> {
  const path = simplify(recorded);
  const searched: string[] = [];
  for (const rule of rules) {
    const mapped = applyRule(path, rule);
    if (mapped === undefined) continue;
    if (await files.exists(mapped)) return { places: [{ path: mapped, match: "path map" }], searched: [] };
    searched.push(`${mapped} (path map ${rule.from} → ${rule.to})`);
  }
  if (isOnAnotherMachine(recorded)) searched.push(`${recorded} (on another machine, not looked at)`);
  else if (await files.exists(path)) return { places: [{ path, match: "recorded path" }], searched: [] };
  else searched.push(path);
  const name = lastPartOf(path);
  const scored = files
    .filesNamed(name)
    .map((file) => ({ file, common: commonEnd(path, simplify(file)) }))
    .sort((a, b) => b.common - a.common || a.file.length - b.file.length || (a.file < b.file ? -1 : 1));
  const best = scored[0];
  if (best === undefined) return { places: [], searched };
  const places = scored
    .filter((candidate) => candidate.common === best.common)
    .map((candidate) => ({ path: candidate.file, match: matchText(candidate.common) }));
  // A rule from a name alone would send every file of that folder anywhere.
  const isCertain = places.length === 1 && best.common >= 2;
  return {
    places,
    searched: [],
    ...(isCertain ? { suggestedRule: ruleFor(path, best.file, best.common) } : {}),
  };
}

/** The mapped path; undefined when the rule does not apply. Rules end at whole segments. */
export function applyRule(path: string, rule: PathMapping): string | undefined {
  const from = simplify(rule.from).replace(/\/$/, "");
  const to = rule.to.replace(/[\\/]$/, "");
  if (path === from) return to;
  return path.startsWith(`${from}/`) ? `${to}${path.slice(from.length)}` : undefined;
}

/**
 * Reads the settings people already have: `sourceFileMap` of the C++ debuggers (an object, values plain or
 * `{editorPath}`), `substitutePath` and LLDB's `sourceMap` (pairs).
 */
export function rulesFromSetting(setting: unknown): PathMapping[] {
  const rules: PathMapping[] = [];
  const add = (from: unknown, to: unknown) => {
    if (typeof from === "string" && typeof to === "string" && from !== "") rules.push({ from, to });
  };
  if (Array.isArray(setting)) {
    for (const item of setting as unknown[]) {
      if (Array.isArray(item)) add(item[0], item[1]);
      else if (isRecord(item)) add(item["from"], item["to"]);
    }
  } else if (isRecord(setting)) {
    for (const [from, to] of Object.entries(setting)) add(from, isRecord(to) ? to["editorPath"] : to);
  }
  // The longest prefix says most.
  return rules.sort((a, b) => b.from.length - a.from.length);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Forward slashes, no `.` and `..` segments. */
function simplify(path: string): string {
  const parts: string[] = [];
  for (const part of path.replaceAll("\\", "/").split("/")) {
    if (part === "..") {
      if (parts.length > 0 && parts.at(-1) !== "" && parts.at(-1) !== "..") parts.pop();
      else if (parts.length === 0) parts.push("..");
    } else if (part !== "." && (part !== "" || parts.length === 0)) parts.push(part);
  }
  return parts.join("/");
}

/** Whole segments two paths have in common at their ends. */
function commonEnd(a: string, b: string): number {
  const left = a.split("/");
  const right = b.split("/");
  let common = 0;
  while (common < left.length && common < right.length && left.at(-1 - common) === right.at(-1 - common))
    common++;
  return common;
}

function matchText(common: number): string {
  return common === 1 ? "file name only" : `last ${common} parts of the path`;
}

function ruleFor(path: string, file: string, common: number): PathMapping {
  const keep = (whole: string) => simplify(whole).split("/").slice(0, -common).join("/");
  return { from: keep(path), to: keep(file) };
}
