import { type ByteSource, readUpTo } from "../../base/byteSource";
import { withoutEnding } from "../../base/endings";
import type { ArchitectureName } from "../architecture";
import { objectFileOrUndefined } from "../knownFormats";
import type { ObjectFile } from "../objectFile";
import { crc32Of } from "./crc32";
import { moduleNameOf, type ProcessModule } from "./processModule";

/** Opens a file to read; undefined when it is not there or cannot be read. */
export type OpenFile = (path: string) => ByteSource | undefined;

/** Where files of modules may be. Paths use `/`. */
export interface SearchPlaces {
  /** The user's own program, tried first for the executable. */
  readonly program?: string;
  /** Root of an unpacked image of the machine that crashed. */
  readonly sysroot?: string;
  /** Folders that may hold modules or debug files, flat or with their whole paths; the core's own folder is one. */
  readonly folders: readonly string[];
  /** Roots of separate debug information, like `/usr/lib/debug`; `.build-id` folders are looked for below each. */
  readonly debugRoots: readonly string[];
  /** Uses a file with another build id when there is no right one. */
  readonly allowMismatch?: boolean;
}

/** `missing`: no candidate exists. `mismatched`: candidates exist, none is what ran. */
export type ModuleStatus = "found" | "missing" | "mismatched";

/** How sure it is that the file is what ran. */
export type Verification = "buildId" | "firstPage" | "none";

export interface Candidate {
  readonly path: string;
  readonly buildId?: string;
  /** Why it was not taken. */
  readonly refused?: "otherBuildId" | "otherContents" | "otherMachine" | "notElf";
}

/** Which files stand for one module. Plain data, so that it can cross threads. */
export interface ModuleMatch {
  readonly status: ModuleStatus;
  /** The file to read; also set for a mismatched one the user allowed. */
  readonly path?: string;
  readonly fileBuildId?: string;
  readonly verification: Verification;
  /** Separate debug information that fits the build id or the CRC. */
  readonly debugPath?: string;
  /** Everything that existed and was looked at, in order. */
  readonly candidates: readonly Candidate[];
  /** Every path that was tried, for the message when nothing was there. */
  readonly tried: readonly string[];
}

/** Finds the files of one module. */
export function matchModule(
  module: ProcessModule,
  architecture: ArchitectureName,
  places: SearchPlaces,
  open: OpenFile,
): ModuleMatch {
  if (module.kind === "vdso") {
    return { status: "found", verification: "firstPage", candidates: [], tried: [] };
  }
  const candidates: Candidate[] = [];
  const tried: string[] = [];
  let allowed: Candidate | undefined;
  for (const path of modulePaths(module, places)) {
    if (tried.includes(path)) continue;
    tried.push(path);
    const source = open(path);
    if (source === undefined) continue;
    const { candidate, file, verification } = judge(module, architecture, path, source);
    candidates.push(candidate);
    if (candidate.refused === undefined) {
      const found = {
        path,
        file: file!,
        ...(candidate.buildId === undefined ? {} : { buildId: candidate.buildId }),
      };
      const debugPath = findDebugFile(module, found, places, open);
      return {
        status: "found",
        path,
        verification,
        candidates,
        tried,
        ...(candidate.buildId === undefined ? {} : { fileBuildId: candidate.buildId }),
        ...(debugPath === undefined ? {} : { debugPath }),
      };
    }
    if (candidate.refused === "otherBuildId" || candidate.refused === "otherContents") allowed ??= candidate;
  }
  const debugPath = findDebugFile(module, undefined, places, open);
  return {
    status: candidates.length === 0 ? "missing" : "mismatched",
    verification: "none",
    candidates,
    tried,
    ...(debugPath === undefined ? {} : { debugPath }),
    ...(allowed?.buildId === undefined ? {} : { fileBuildId: allowed.buildId }),
    ...(allowed === undefined || places.allowMismatch !== true ? {} : { path: allowed.path }),
  };
}

function modulePaths(module: ProcessModule, places: SearchPlaces): string[] {
  const { path, buildId, kind } = module;
  const name = moduleNameOf(module);
  const inBuildIds = (root: string) =>
    buildId === undefined ? [] : [`${root}/.build-id/${buildId.slice(0, 2)}/${buildId.slice(2)}`];
  return [
    ...(kind === "executable" && places.program !== undefined ? [places.program] : []),
    ...(places.sysroot === undefined || path === "" ? [] : [join(places.sysroot, path)]),
    ...places.folders.flatMap((folder) => (name === "" ? [] : [join(folder, name), join(folder, path)])),
    ...(path.startsWith("/") ? [path] : []),
    ...places.debugRoots.flatMap(inBuildIds),
  ];
}

interface Judgement {
  readonly candidate: Candidate;
  readonly file?: ObjectFile;
  readonly verification: Verification;
}

function judge(
  module: ProcessModule,
  architecture: ArchitectureName,
  path: string,
  source: ByteSource,
): Judgement {
  const file = objectFileOrUndefined(source);
  if (file === undefined) return { candidate: { path, refused: "notElf" }, verification: "none" };
  const { buildId } = file;
  const candidate: Candidate = { path, ...(buildId === undefined ? {} : { buildId }) };
  if (file.architecture !== architecture) {
    return { candidate: { ...candidate, refused: "otherMachine" }, verification: "none" };
  }
  if (module.buildId !== undefined) {
    return module.buildId === buildId
      ? { candidate, file, verification: "buildId" }
      : { candidate: { ...candidate, refused: "otherBuildId" }, verification: "none" };
  }
  if (module.headers === undefined) return { candidate, file, verification: "none" };
  if (buildId !== undefined || !haveSameFirstPage(module.headers, file)) {
    return { candidate: { ...candidate, refused: "otherContents" }, verification: "none" };
  }
  return { candidate, file, verification: "firstPage" };
}

/** For files linked without a build id: header and program table are the same, so are layout and entry point. */
function haveSameFirstPage(inMemory: ObjectFile, inFile: ObjectFile): boolean {
  const load = inFile.segments.find(({ fileOffset }) => fileOffset === 0);
  const bytes = Math.min(4096, load?.fileBytes ?? 4096);
  const ours = readUpTo(inMemory.source, 0, bytes);
  const theirs = readUpTo(inFile.source, 0, bytes);
  return ours.byteLength === theirs.byteLength && ours.every((byte, i) => byte === theirs[i]);
}

/** @param main the module's file, whose `.gnu_debuglink` names the debug file */
function findDebugFile(
  module: ProcessModule,
  main: { readonly path: string; readonly file: ObjectFile; readonly buildId?: string } | undefined,
  places: SearchPlaces,
  open: OpenFile,
): string | undefined {
  if (main !== undefined && hasDebugInformation(main.file)) return undefined;
  // What ran, when the core says it; else what the file at hand is: its debug information fits it at least.
  const buildId = module.buildId ?? main?.buildId;
  if (buildId !== undefined) {
    const rest = `.build-id/${buildId.slice(0, 2)}/${buildId.slice(2)}.debug`;
    for (const root of debugRootsOf(places)) {
      const path = join(root, rest);
      if (fitsBuildId(open(path), buildId)) return path;
    }
  }
  const link = main === undefined ? undefined : main.file.debugLink();
  if (link === undefined || main === undefined) return undefined;
  const folder = folderOf(main.path);
  const paths = [
    join(folder, link.name),
    join(folder, `.debug/${link.name}`),
    ...debugRootsOf(places).map((root) => join(root, join(folderOf(module.path), link.name))),
    ...places.folders.map((each) => join(each, link.name)),
  ];
  return paths.find((path) => {
    if (path === main.path) return false;
    const source = open(path);
    if (source === undefined) return false;
    return buildId === undefined ? crc32Of(source) === link.crc : fitsBuildId(source, buildId);
  });
}

function debugRootsOf(places: SearchPlaces): string[] {
  const { sysroot, debugRoots, folders } = places;
  return [
    ...(sysroot === undefined ? [] : debugRoots.map((root) => join(sysroot, root))),
    ...debugRoots,
    ...folders,
  ];
}

function fitsBuildId(source: ByteSource | undefined, buildId: string): boolean {
  return source !== undefined && objectFileOrUndefined(source)?.buildId === buildId;
}

export function hasDebugInformation(file: ObjectFile): boolean {
  return [".debug_info", ".zdebug_info", ".debug_line"].some((name) => file.hasSection(name));
}

function join(folder: string, path: string): string {
  return `${withoutEnding(folder, "/")}/${path.replace(/^\/+/, "")}`;
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf("/")));
}
