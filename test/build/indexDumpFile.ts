import { unwatched } from "../../analyzer/base/work";
import { openHeap } from "../../analyzer/heap/graph/openHeap";
import type { Heap } from "../../analyzer/heap/heap";
import { type BuildOptions, buildHeapIndex } from "../../analyzer/heap/index/buildHeapIndex";
import type { HeapColumns } from "../../analyzer/heap/index/heapColumns";
import { inProcess } from "../../analyzer/heap/index/parallel";
import { FileSource } from "../../analyzer/session/files/fileSource";

/** Indexes a dump file in this thread and opens it. The file stays open as long as the process. */
export async function indexDumpFile(
  path: string,
  options: BuildOptions = {},
): Promise<{ readonly heap: Heap; readonly columns: HeapColumns; readonly source: FileSource }> {
  const source = FileSource.open(path);
  const columns = await buildHeapIndex(source, options, inProcess(source), unwatched);
  return { heap: openHeap(columns, source), columns, source };
}
