import type { Work } from "../../../base/work";
import { moduleNameOf } from "../../modules/processModule";
import { PointerScan } from "../../pointerScan";
import type { ProcessSnapshot } from "../../processSnapshot";
import { blockRanges } from "../blockLinks";
import { rootRanges } from "../blockMarks";
import type { MallocHeap } from "../mallocHeap";
import { contentsPattern, isCopyOnWriteString, isCString, type LibraryRanges } from "./contents";
import { HeaderPatterns } from "./headers";
import { HeapReader, type UsedBlock } from "./heapReader";
import { ListRings } from "./listRings";
import { type BlockPattern, BlockPatterns } from "./pattern";
import { type StandardLibraries, standardLibrariesOf } from "./standardLibraries";
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
  const standard = standardLibrariesOf(image);
  const headers = new HeaderPatterns(reader, patterns, standard);
  const openSsl = openSslLibraries(image);
  if (standard.libstdcxx || standard.libcxx) tellContainers(reader, patterns, headers, standard, heap, work);
  tellEach(
    reader,
    patterns,
    work,
    (block) =>
      contentsPattern(reader, block, openSsl) ??
      (standard.libstdcxx && isCopyOnWriteString(reader, block)
        ? "copy-on-write std::string text"
        : undefined) ??
      headers.vectorPattern(block) ??
      (isCString(reader, block) ? "C string" : undefined),
  );
  return patterns;
}

function tellContainers(
  reader: HeapReader,
  patterns: BlockPatterns,
  headers: HeaderPatterns,
  standard: StandardLibraries,
  heap: MallocHeap,
  work: Work,
): void {
  const { image, blocks } = reader;
  const rings = new ListRings(reader, patterns);
  const trees = treeForms(reader, standard);
  // What others have to agree with comes first, what little speaks for last.
  tellEach(reader, patterns, work, (block) => {
    rings.visit(block);
    return isNodeOfTree(reader, block, trees) ? "std::map or set node" : undefined;
  });
  const ranges = rootRanges(image, heap);
  for (const { start, end } of blockRanges(blocks, image.memory.pointerBytes)) ranges.push([start, end]);
  forEachBlockWord(reader, ranges, work, (at, index) => {
    if (patterns.of(index) === undefined) headers.visit(at, reader.block(index));
  });
}

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
  visit: (at: number, index: number) => void,
): void {
  const { image, blocks } = heap;
  const lowest = blocks.startOf(0);
  const highest = blocks.endOf(blocks.count - 1);
  const words = new PointerScan(image.memory, lowest, highest, work, (word, at) => {
    const index = heap.indexAt(word);
    if (index >= 0) visit(at, index);
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
