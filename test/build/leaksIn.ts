import { unwatched } from "../../analyzer/base/work";
import { markBlocks } from "../../analyzer/core/malloc/blockMarks";
import { BlockTypes } from "../../analyzer/core/malloc/blockTypes";
import { type LeakScan, scanForLeaks } from "../../analyzer/core/malloc/leakScan";
import type { MallocHeap } from "../../analyzer/core/malloc/mallocHeap";
import { recogniseBlocks } from "../../analyzer/core/malloc/patterns/recognise";
import type { ProcessSnapshot } from "../../analyzer/core/processSnapshot";

/** What of a heap nothing points at, where no symbol names a class. */
export function leaksIn(image: ProcessSnapshot, heap: MallocHeap): LeakScan {
  const evidence = {
    marks: markBlocks(image, heap, unwatched),
    patterns: recogniseBlocks(image, heap, unwatched),
    types: new BlockTypes(image, () => undefined),
  };
  return scanForLeaks(heap, evidence, unwatched);
}
