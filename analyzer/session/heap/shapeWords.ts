import { formatBytes, formatBytesOrDash } from "../../base/figures";
import type { SuspectRow } from "../../protocol/heap/suspects";

/** Shapes of leaks in the words shown beside a field. */
const words: Readonly<Record<NonNullable<SuspectRow["shape"]>, string>> = {
  "unbounded-cache": "cache without eviction",
  "queue-without-consumer": "queue without consumer",
  "request-keyed-map": "map keyed by request id",
  "listeners-never-removed": "listeners never unsubscribed",
  "thread-local-in-pool": "thread-local in a pool",
  "class-loader-leak": "class loader held",
  "jni-global": "held by a JNI global reference",
  "direct-buffers": "direct buffers held",
  "thread-leak": "thread leak",
  "finalizer-queue": "finalizer queue grows",
  "duplicate-strings": "duplicate strings",
};

/** `cache without eviction`; what it is when no shape was recognised. */
export function shapeInWords({ shape, kind }: SuspectRow): string {
  if (shape !== undefined) return words[shape];
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
