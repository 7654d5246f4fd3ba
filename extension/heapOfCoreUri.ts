import type { Uri } from "vscode";

/** Tells the editor of a core's Java heap from the editor of the core itself: both are of one file. */
const heapQuery = "java-heap";
/** VS Code labels a tab with the end of its path, whatever its editor says. */
const label = " (Java heap)";

/** The Java heap of a core, as a resource of its own. */
export function heapOfCoreUri(core: Uri): Uri {
  return core.with({ path: `${dumpFileOf(core).path}${label}`, query: heapQuery });
}

export function isHeapOfCore({ query }: Uri): boolean {
  return query === heapQuery;
}

/** The file that an editor's resource is read from. */
export function dumpFileOf(uri: Uri): Uri {
  if (!isHeapOfCore(uri)) return uri;
  const path = uri.path.endsWith(label) ? uri.path.slice(0, -label.length) : uri.path;
  return uri.with({ path, query: "" });
}
