import { type ByteSource, readUpTo } from "../../base/byteSource";
import { withoutEnding } from "../../base/endings";
import { parentOf } from "../../base/pathNames";
import { auxiliary } from "../auxiliaryVector";
import { objectFileOrUndefined } from "../knownFormats";
import type { ObjectFile } from "../objectFile";
import type { ProcessSnapshot } from "../processSnapshot";
import { type MovedProgram, pathsBesideProgram } from "./besideProgram";
import { crc32Of } from "./crc32";
import { evidenceFor } from "./fileEvidence";
import { moduleNameOf, type ProcessModule } from "./processModule";

/** Opens a file to read; undefined when it is not there or cannot be read. */
export type OpenFile = (path: string) => ByteSource | undefined;

/** Where files of modules may be. Paths use `/`. */
export interface SearchPlaces {
  /** The user's own program, tried first for the executable. */
  readonly program?: string;
  /** What the same has beside it. */
  readonly moved?: MovedProgram;
  /** Root of an unpacked image of the machine that crashed; then paths of modules are looked for in it only. */
  readonly sysroot?: string;
  /** Folders that may hold modules or debug files, flat or with their whole paths; the core's own folder is one. */
  readonly folders: readonly string[];
  /** Roots of separate debug information, like `/usr/lib/debug`; `.build-id` folders are looked for below each. */
  readonly debugRoots: readonly string[];
  /** Uses a file with another build id when there is no right one. */
  readonly allowMismatch?: boolean;
}

/**
 * `found`: shown to be what ran. `unverified`: nothing speaks for or against it. `missing`: no candidate exists.
 * `mismatched`: candidates exist, each is shown to differ from what ran.
 */
export type ModuleStatus = "found" | "unverified" | "missing" | "mismatched";

/** What shows that the file is what ran; `contents`: data and read-only pages in the dump. */
export type Verification = "buildId" | "firstPage" | "contents" | "none";

export interface Candidate {
  readonly path: string;
  readonly buildId?: string;
  /** Why it was not taken. */
  readonly refused?: "otherBuildId" | "otherContents" | "otherMachine" | "debugOnly" | "notElf";
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

/** What of a process tells which files it ran. */
export type RanProcess = Pick<ProcessSnapshot, "architecture" | "memory" | "auxiliaryVector">;

/** Finds the files of one module: the first that is shown to be what ran, else the first that nothing contradicts. */
export function matchModule(
  module: ProcessModule,
  process: RanProcess,
  places: SearchPlaces,
  open: OpenFile,
): ModuleMatch {
  if (module.kind === "vdso") {
    return { status: "found", verification: "firstPage", candidates: [], tried: [] };
  }
  const candidates: Candidate[] = [];
  const tried: string[] = [];
  let best: Judgement | undefined;
  for (const path of modulePaths(module, places)) {
    if (tried.includes(path)) continue;
    tried.push(path);
    const source = open(path);
    if (source === undefined) continue;
    const judgement = judge(module, process, path, source);
    candidates.push(judgement.candidate);
    if (judgement.file === undefined) continue;
    if (judgement.verification !== "none") {
      best = judgement;
      break;
    }
    best ??= judgement;
  }
  const refused = candidates.filter((each) => each.refused !== undefined && each.refused !== "debugOnly");
  const allowed = refused.find((each) => each.refused === "otherBuildId" || each.refused === "otherContents");
  const chosen = best?.candidate ?? (places.allowMismatch === true ? allowed : undefined);
  const { buildId: fileBuildId } = best?.candidate ?? allowed ?? {};
  const own = candidates.find((each) => each.refused === "debugOnly");
  const debugPath = findDebugFile(module, best, own, places, open);
  const isTrusted =
    best?.verification === "none" || (debugPath !== undefined && isUnchecked(module, debugPath, own));
  return {
    status:
      best !== undefined && best.verification !== "none"
        ? "found"
        : isTrusted
          ? "unverified"
          : refused.length === 0
            ? "missing"
            : "mismatched",
    verification: best?.verification ?? "none",
    candidates,
    tried,
    ...(chosen === undefined ? {} : { path: chosen.path }),
    ...(fileBuildId === undefined ? {} : { fileBuildId }),
    ...(debugPath === undefined ? {} : { debugPath }),
  };
}

/** True of a file of debug information the user named when the core does not say which build ran. */
function isUnchecked(module: ProcessModule, debugPath: string, own: Candidate | undefined): boolean {
  return own !== undefined && debugPath === own.path && module.buildId === undefined;
}

function modulePaths(module: ProcessModule, places: SearchPlaces): string[] {
  const { path, buildId, kind } = module;
  const name = moduleNameOf(module);
  const inBuildIds = (root: string) =>
    buildId === undefined ? [] : [`${root}/.build-id/${buildId.slice(0, 2)}/${buildId.slice(2)}`];
  return [
    ...(kind === "executable" && places.program !== undefined ? [places.program] : []),
    ...(places.sysroot === undefined || path === "" ? [] : [join(places.sysroot, path)]),
    ...(kind === "executable" || places.moved === undefined ? [] : pathsBesideProgram(path, places.moved)),
    ...places.folders.flatMap((folder) => (name === "" ? [] : [join(folder, name), join(folder, path)])),
    // A host's library of that name is another one than that of the machine whose image was given.
    ...(path.startsWith("/") && places.sysroot === undefined ? [path] : []),
    ...places.debugRoots.flatMap(inBuildIds),
  ];
}

interface Judgement {
  readonly candidate: Candidate;
  /** Absent when it is refused. */
  readonly file?: ObjectFile;
  readonly verification: Verification;
}

function judge(module: ProcessModule, process: RanProcess, path: string, source: ByteSource): Judgement {
  const file = objectFileOrUndefined(source);
  if (file === undefined) return { candidate: { path, refused: "notElf" }, verification: "none" };
  const { buildId } = file;
  const candidate: Candidate = { path, ...(buildId === undefined ? {} : { buildId }) };
  const refuse = (refused: NonNullable<Candidate["refused"]>): Judgement => ({
    candidate: { ...candidate, refused },
    verification: "none",
  });
  if (file.architecture !== process.architecture.name) return refuse("otherMachine");
  if (module.buildId !== undefined && module.buildId !== buildId) return refuse("otherBuildId");
  if (isDebugFile(file)) return refuse("debugOnly");
  if (module.buildId !== undefined) return { candidate, file, verification: "buildId" };
  const isOtherPage =
    module.headers !== undefined && (buildId !== undefined || !haveSameFirstPage(module.headers, file));
  if (isOtherPage) return refuse("otherContents");
  const evidence = evidenceFor(module, file, process.memory, process.auxiliaryVector.get(auxiliary.entry));
  if (evidence === "differs") return refuse("otherContents");
  if (module.headers !== undefined) return { candidate, file, verification: "firstPage" };
  return { candidate, file, verification: evidence === "same" ? "contents" : "none" };
}

/** A file whose contents were left out when debug information was split off (`objcopy --only-keep-debug`). */
function isDebugFile(file: ObjectFile): boolean {
  return hasDebugInformation(file) && !file.hasSection(".text");
}

/** For files linked without a build id: header and program table are the same, so are layout and entry point. */
function haveSameFirstPage(inMemory: ObjectFile, inFile: ObjectFile): boolean {
  const load = inFile.segments.find(({ fileOffset }) => fileOffset === 0);
  const bytes = Math.min(4096, load?.fileBytes ?? 4096);
  const ours = readUpTo(inMemory.source, 0, bytes);
  const theirs = readUpTo(inFile.source, 0, bytes);
  return ours.byteLength === theirs.byteLength && ours.every((byte, i) => byte === theirs[i]);
}

/**
 * @param judged the module's file, whose `.gnu_debuglink` names the debug file
 * @param own a debug file that was given as the program itself
 */
function findDebugFile(
  module: ProcessModule,
  judged: Judgement | undefined,
  own: Candidate | undefined,
  places: SearchPlaces,
  open: OpenFile,
): string | undefined {
  const main = judged?.file === undefined ? undefined : { ...judged.candidate, file: judged.file };
  if (main !== undefined && hasDebugInformation(main.file)) return undefined;
  const isOther = main !== undefined && main.buildId !== own?.buildId;
  if (own !== undefined && !isOther) return own.path;
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
  const folder = parentOf(main.path);
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
  return [...places.debugRoots, ...places.folders];
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
