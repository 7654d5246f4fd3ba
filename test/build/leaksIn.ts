import { unwatched } from "../../analyzer/base/work";
import { markBlocks } from "../../analyzer/core/malloc/blockMarks";
import type { BlockNames } from "../../analyzer/core/malloc/blockNames";
import { BlockTypes } from "../../analyzer/core/malloc/blockTypes";
import { type LeakScan, scanForLeaks } from "../../analyzer/core/malloc/leakScan";
import type { MallocHeap } from "../../analyzer/core/malloc/mallocHeap";
import { recogniseBlocks } from "../../analyzer/core/malloc/patterns/recognise";
import type { ProcessSnapshot } from "../../analyzer/core/processSnapshot";

/** What of a heap nothing points at, where no symbol names a class. */
export function leaksIn(image: ProcessSnapshot, heap: MallocHeap): LeakScan {
  const patterns = recogniseBlocks(image, heap, unwatched);
  const types = new BlockTypes(image, () => undefined);
  const names: BlockNames = {
    typeOf: (block) => types.of(heap.blocks.startOf(block)),
    patternOf: (block) => patterns.of(block),
  };
  return scanForLeaks(heap, { marks: markBlocks(image, heap, unwatched), names }, unwatched);
}
