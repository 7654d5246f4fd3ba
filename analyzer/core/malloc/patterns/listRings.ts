import type { HeapReader, UsedBlock } from "./heapReader";
import type { BlockPatterns } from "./pattern";

/**
 * Recognises nodes of doubly linked lists: {next, previous} of libstdc++, {previous, next} of libc++. Either way both
 * neighbours point back, and the list itself is in the ring.
 */
export class ListRings {
  private readonly seen: Uint8Array;

  constructor(
    private readonly heap: HeapReader,
    private readonly patterns: BlockPatterns,
  ) {
    this.seen = new Uint8Array(heap.blocks.count);
  }

  visit(block: UsedBlock): void {
    if (this.seen[block.index] === 1 || !this.isLinked(block.start)) return;
    const blocks: UsedBlock[] = [];
    let others = 0;
    let at = block.start;
    do {
      const member = this.heap.blockAt(at);
      if (member === undefined) others++;
      else {
        // Each ring is gone through once: one that joins another is none.
        if (this.seen[member.index] === 1) return;
        this.seen[member.index] = 1;
        blocks.push(member);
      }
      if (others > 1 || !this.isLinked(at)) return;
      at = this.heap.word(at);
    } while (at !== block.start);
    const list = others === 1 ? undefined : listAmong(blocks);
    for (const each of blocks)
      if (each !== list && each.bytes >= 3 * this.heap.pointerBytes)
        this.patterns.tell(each.index, "std::list node");
  }

  private isLinked(node: number): boolean {
    const { pointerBytes } = this.heap;
    const first = this.heap.word(node);
    const second = this.heap.word(node + pointerBytes);
    if (first <= 0 || second <= 0 || first === node || second === node) return false;
    return this.heap.word(first + pointerBytes) === node && this.heap.word(second) === node;
  }
}

/** The list itself may begin a block: the one of another size, else the one that was there first. */
function listAmong(blocks: readonly UsedBlock[]): UsedBlock | undefined {
  const [first, second, third] = blocks;
  const usual = first?.bytes === second?.bytes ? first?.bytes : third?.bytes;
  const odd = blocks.filter(({ bytes }) => bytes !== usual);
  if (odd.length === 1) return odd[0];
  return blocks.reduce<UsedBlock | undefined>(
    (lowest, each) => (lowest === undefined || each.start < lowest.start ? each : lowest),
    undefined,
  );
}
