import { BytesSource } from "../../analyzer/base/byteSource";
import { unwatched, type Work } from "../../analyzer/base/work";
import { inProcess } from "../../analyzer/heap/graph/parallel";
import type { Heap } from "../../analyzer/heap/heap";
import { openHeap } from "../../analyzer/heap/hprof/contents/openHeap";
import { type BuildOptions, buildHeapIndex } from "../../analyzer/heap/hprof/index/buildHeapIndex";
import type { HeapColumns } from "../../analyzer/heap/hprof/index/heapColumns";
import { asInThreads } from "./asInThreads";

/** Indexes a dump that is in memory and opens it, all in this thread. */
export async function openBytes(
  bytes: Uint8Array,
  options: BuildOptions = {},
  work: Work = unwatched,
): Promise<{ readonly heap: Heap; readonly columns: HeapColumns; readonly source: BytesSource }> {
  const source = new BytesSource("test.hprof", bytes);
  const columns = await buildHeapIndex(source, options, asInThreads(inProcess(source, work)), work);
  return { heap: openHeap(columns, source), columns, source };
}
