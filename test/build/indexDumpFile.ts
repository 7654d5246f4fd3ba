import { unwatched } from "../../analyzer/base/work";
import { inProcess } from "../../analyzer/heap/graph/parallel";
import type { Heap } from "../../analyzer/heap/heap";
import { openHeap } from "../../analyzer/heap/hprof/contents/openHeap";
import { type BuildOptions, buildHeapIndex } from "../../analyzer/heap/hprof/index/buildHeapIndex";
import type { HeapColumns } from "../../analyzer/heap/hprof/index/heapColumns";
import { FileSource } from "../../analyzer/session/files/fileSource";
import { asInThreads } from "./asInThreads";

/** Indexes a dump file in this thread and opens it. The file stays open as long as the process. */
export async function indexDumpFile(
  path: string,
  options: BuildOptions = {},
): Promise<{ readonly heap: Heap; readonly columns: HeapColumns; readonly source: FileSource }> {
  const source = FileSource.open(path);
  const columns = await buildHeapIndex(source, options, asInThreads(inProcess(source)), unwatched);
  return { heap: openHeap(columns, source), columns, source };
}
