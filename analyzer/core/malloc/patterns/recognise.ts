import type { Work } from "../../../base/work";
import { moduleNameOf } from "../../modules/processModule";
import { PointerScan } from "../../pointerScan";
import type { ProcessSnapshot } from "../../processSnapshot";
import { rootRanges } from "../blockMarks";
import type { ChunkTable } from "../chunkTable";
import type { MallocHeap } from "../mallocHeap";
import { contentsPattern, isCString, type LibraryRanges } from "./contents";
import { HeaderPatterns } from "./headers";
import { HeapReader, type UsedBlock } from "./heapReader";
import { ListRings } from "./listRings";
import { type BlockPattern, BlockPatterns } from "./pattern";
import { isNodeOfTree, treeForms } from "./treeNodes";

/**
 * Tells what blocks are, as far as that can be seen without debug information: by links that lead back, by the object
 * that has them, by their contents.
 * @throws ExhumeError `cancelled`
 */
export function recogniseBlocks(image: ProcessSnapshot, heap: MallocHeap, work: Work): BlockPatterns {
  const { blocks } = heap;
  const patterns = new BlockPatterns(blocks.count);
  if (blocks.count === 0) return patterns;
  const reader = new HeapReader(image, blocks, heap.allocator.name !== "glibc");
  const headers = new HeaderPatterns(reader, patterns);
  const rings = new ListRings(reader, patterns);
  const trees = treeForms(reader);
  const libraries = openSslLibraries(image);
  // What others have to agree with comes first, what little speaks for last.
  tellEach(reader, patterns, work, (block) => {
    rings.visit(block);
    return isNodeOfTree(reader, block, trees) ? "std::map or set node" : undefined;
  });
  const ranges = [rootRanges(image, heap), blockRanges(blocks)].flat();
  forEachBlockWord(reader, ranges, work, (at, block) => headers.visit(at, block));
  tellEach(
    reader,
    patterns,
    work,
    (block) =>
      contentsPattern(reader, block, libraries) ??
      headers.vectorPattern(block) ??
      (isCString(reader, block) ? "C string" : undefined),
  );
  return patterns;
}

/** Memory of blocks; what is between neighbours is a header at most. */
function blockRanges(blocks: ChunkTable): [number, number][] {
  const ranges: [number, number][] = [];
  for (let index = 0; index < blocks.count; index++) {
    const start = blocks.startOf(index);
    const last = ranges.at(-1);
    if (last !== undefined && start - last[1] <= mostHeaderBytes) last[1] = blocks.endOf(index);
    else ranges.push([start, blocks.endOf(index)]);
  }
  return ranges;
}

const mostHeaderBytes = 16;

function tellEach(
  heap: HeapReader,
  patterns: BlockPatterns,
  work: Work,
  patternOf: (block: UsedBlock) => BlockPattern | undefined,
): void {
  for (let index = 0; index < heap.blocks.count; index++) {
    if (index % 4096 === 0) work.throwIfCancelled();
    if (patterns.of(index) !== undefined) continue;
    const pattern = patternOf(heap.block(index));
    if (pattern !== undefined) patterns.tell(index, pattern);
  }
}

/** Visits words of memory that hold the start of a block. */
function forEachBlockWord(
  heap: HeapReader,
  ranges: readonly (readonly [number, number])[],
  work: Work,
  visit: (at: number, block: UsedBlock) => void,
): void {
  const { image, blocks } = heap;
  const lowest = blocks.startOf(0);
  const highest = blocks.endOf(blocks.count - 1);
  const words = new PointerScan(image.memory, lowest, highest, work, (word, at) => {
    const block = heap.blockAt(word);
    if (block !== undefined) visit(at, block);
  });
  for (const [index, [start, end]] of ranges.entries()) {
    if (index % 4096 === 0) work.report("Looking at what holds blocks", index / ranges.length);
    words.over(start, end);
  }
}

function openSslLibraries(image: ProcessSnapshot): LibraryRanges {
  return image.modules
    .filter((module) => /libssl/.test(moduleNameOf(module)))
    .map(({ start, end }) => [Number(start), Number(end)] as const);
}
