import { formatBytes, formatBytesOrDash } from "../../base/figures";
import { leakShapeNames, type SuspectRow } from "../../protocol/heap/suspects";

/** `cache without eviction`; what it is when no shape was recognised. */
export function shapeInWords({ shape, kind }: SuspectRow): string {
  if (shape !== undefined) return leakShapeNames[shape][1];
  return kind === "group" ? "many objects" : "biggest single object";
}

/** `holds 12 MiB`; without dominators what its objects take by themselves. */
export function sizeInWords({ retainedBytes, shallowBytes }: SuspectRow): string {
  return retainedBytes === undefined
    ? `takes ${formatBytesOrDash(shallowBytes)} by itself`
    : `holds ${formatBytes(retainedBytes)}`;
}

/** `RecentEntries.BY_REFERENCE`, `HashMap$Node[][7]`: one step of a path, without packages. */
export function stepInWords({ className, field }: SuspectRow["path"][number]): string {
  const simple = className.slice(className.lastIndexOf(".") + 1);
  if (field === undefined) return simple;
  return field.startsWith("[") ? `${simple}${field}` : `${simple}.${field}`;
}
