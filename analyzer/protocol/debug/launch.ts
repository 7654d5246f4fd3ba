import type { CoreOptions } from "../dump/open";
import { eitherOf, flag, list, mapOf, nothing, type Of, object, optional, path, text } from "../shapes";

/** Left empty in a launch configuration, it is as if it were not there. */
const file = text(32_767);
/** A list, or its items with semicolons between them, as other debuggers of cores have it. */
const files = eitherOf([list(path), file], "a list or text");
const place = eitherOf([file, object({ editorPath: file })], "text");
/** From where sources were built to where they are: an object, or pairs. */
const sourceMap = eitherOf([mapOf(place), list(list(place, 2))], "an object, or a list of pairs");

/** What a launch configuration of type `exhume` may say. Other debuggers' words for the same are understood. */
export const launchArguments = object({
  /** Path of the dump, of any kind. */
  dump: optional(file),
  /** The same, as core debuggers call it. */
  core: optional(file),
  coreDumpPath: optional(file),
  /** Matching binary of a core. */
  program: optional(file),
  sysroot: optional(file),
  debugInfoPaths: optional(files),
  additionalSOLibSearchPath: optional(files),
  /** Files with rules for how values are shown. */
  printerFiles: optional(files),
  debuginfodUrls: optional(files),
  /** Asks servers of other machines over plain http too. */
  debuginfodOverHttp: optional(flag),
  /** Uses binaries of another build. */
  allowMismatch: optional(flag),
  /** Files with age identities that open an encrypted dump. */
  identityFiles: optional(files),
  /** Shows retained sizes beside values. */
  showRetained: optional(flag),
  /** Folders to look for sources in instead of the workspace's. */
  sourceRoots: optional(list(path)),
  sourceMap: optional(eitherOf([sourceMap, nothing], "an object, or a list of pairs")),
  sourceFileMap: optional(eitherOf([sourceMap, nothing], "an object, or a list of pairs")),
});
export type LaunchArguments = Of<typeof launchArguments>;

/** Debuggers call the dump by several names; undefined when none is given. */
export function dumpNamedIn({ core, coreDumpPath, dump }: LaunchArguments): string | undefined {
  const path = core ?? coreDumpPath ?? dump;
  return path === "" ? undefined : path;
}

/** Where the files of a core's modules are, by a launch configuration. */
export function coreOptionsOf(args: LaunchArguments): CoreOptions {
  const { program = "", sysroot = "", allowMismatch, debuginfodUrls, debuginfodOverHttp } = args;
  const { printerFiles } = args;
  const folders = args.debugInfoPaths ?? args.additionalSOLibSearchPath;
  return {
    ...(program !== "" && { program }),
    ...(sysroot !== "" && { sysroot }),
    ...(folders !== undefined && { debugInfoPaths: itemsOf(folders) }),
    ...(printerFiles !== undefined && { printerFiles: itemsOf(printerFiles) }),
    ...(debuginfodUrls !== undefined && { debuginfodUrls: itemsOf(debuginfodUrls) }),
    ...(debuginfodOverHttp === true && { debuginfodOverHttp }),
    ...(allowMismatch === true && { allowMismatch }),
  };
}

/** Files with age identities, by a launch configuration; undefined where it names none. */
export function identityFilesOf({ identityFiles }: LaunchArguments): readonly string[] | undefined {
  return identityFiles === undefined ? undefined : itemsOf(identityFiles);
}

function itemsOf(list: string | readonly string[]): readonly string[] {
  return typeof list === "string" ? list.split(";").filter((item) => item !== "") : list;
}
