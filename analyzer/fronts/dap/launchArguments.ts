import { ExhumeError } from "../../base/errors";
import { dumpNamedIn, type LaunchArguments } from "../../protocol/debug/launch";
import type { PathRule } from "../../protocol/source/sources";

/** Debuggers call it by several names. @throws ExhumeError `invalid` */
export function dumpPathOf(args: LaunchArguments): string {
  const path = dumpNamedIn(args);
  if (path !== undefined) return path;
  throw new ExhumeError({
    code: "invalid",
    what: "The launch configuration names no dump: set `dump` or `core`",
  });
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
