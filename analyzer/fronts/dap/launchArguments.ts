import { ExhumeError } from "../../base/errors";
import type { LaunchArguments } from "../../protocol/debug/launch";
import type { CoreOptions } from "../../protocol/dump/open";
import type { PathRule } from "../../protocol/source/sources";

/** Debuggers call it by several names. @throws ExhumeError `invalid` */
export function dumpPathOf({ core, coreDumpPath, dump }: LaunchArguments): string {
  const path = core ?? coreDumpPath ?? dump;
  if (path !== undefined && path !== "") return path;
  throw new ExhumeError({
    code: "invalid",
    what: "The launch configuration names no dump: set `dump` or `core`",
  });
}

export function coreOptionsOf(args: LaunchArguments): CoreOptions {
  const { program = "", sysroot = "", allowMismatch, debuginfodUrls, debuginfodOverHttp } = args;
  const folders = args.debugInfoPaths ?? args.additionalSOLibSearchPath;
  return {
    ...(program !== "" && { program }),
    ...(sysroot !== "" && { sysroot }),
    ...(folders !== undefined && { debugInfoPaths: itemsOf(folders) }),
    ...(debuginfodUrls !== undefined && { debuginfodUrls: itemsOf(debuginfodUrls) }),
    ...(debuginfodOverHttp === true && { debuginfodOverHttp }),
    ...(allowMismatch === true && { allowMismatch }),
  };
}

function itemsOf(list: string | readonly string[]): readonly string[] {
  return typeof list === "string" ? list.split(";").filter((item) => item !== "") : list;
}

/** `sourceMap` as an object or pairs, and cpptools' `sourceFileMap`. */
export function pathMapOf({ sourceMap, sourceFileMap }: LaunchArguments): readonly PathRule[] {
  return [sourceMap, sourceFileMap].flatMap((map) => {
    const pairs = Array.isArray(map) ? map : Object.entries(map ?? {});
    return pairs.flatMap(([from, to]) =>
      from === undefined || to === undefined ? [] : [{ from: placeIn(from), to: placeIn(to) }],
    );
  });
}

type Place = string | { readonly editorPath: string };

function placeIn(place: Place): string {
  return typeof place === "string" ? place : place.editorPath;
}
