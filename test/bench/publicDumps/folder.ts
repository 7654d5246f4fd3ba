import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Heap } from "../../../analyzer/heap/heap";
import type { BuildOptions } from "../../../analyzer/heap/hprof/index/buildHeapIndex";
import { openBytes } from "../../build/openBytes";

/** The folder that `EXHUME_PUBLIC_DUMPS` names, with folders in it. */
const folder = process.env["EXHUME_PUBLIC_DUMPS"] ?? "";

/** Paths by file name. @throws when the folder is not there: nothing would be compared. */
export function publicFiles(): ReadonlyMap<string, string> {
  if (!existsSync(folder)) {
    throw new Error(
      "EXHUME_PUBLIC_DUMPS names no folder; test/bench/publicDumps/README.md says what goes into it",
    );
  }
  return new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [entry.name, join(entry.parentPath, entry.name)]),
  );
}

const opened = new Map<string, Promise<Heap>>();

export function publicHeap(path: string, options: BuildOptions = {}): Promise<Heap> {
  const known = opened.get(path);
  if (known !== undefined) return known;
  const bytes = readFileSync(path);
  const heap = openBytes(path.endsWith(".gz") ? gunzipSync(bytes) : bytes, options).then(({ heap }) => heap);
  opened.set(path, heap);
  return heap;
}
