import type { ByteSource } from "../../../base/byteSource";
import type { Work } from "../../../base/work";
import { HeapPages } from "./heapPages";
import { newObjectRecords } from "./objectRecords";
import { blockKind, type VirtualHeapDump } from "./virtualHeapDump";

/**
 * Which of some addresses are those of objects of the dump: the blocks they lie in are walked.
 * @param addresses ascending
 */
export function objectStarts(
  dump: Omit<VirtualHeapDump, "head" | "byteLength">,
  core: ByteSource,
  addresses: Float64Array,
  work: Work,
): Set<number> {
  const found = new Set<number>();
  const mirrors = new Set(dump.classes.mirrors);
  const records = newObjectRecords(dump, new HeapPages(core, dump.pages));
  const { blocks } = dump;
  let block = -1;
  let at = 0;
  let left = 0;
  const holds = (index: number) =>
    index < blocks.count &&
    (blocks.kinds[index] === blockKind.objects || blocks.kinds[index] === blockKind.array);
  let next = nextBlock(0);

  function nextBlock(from: number): number {
    let index = from;
    while (index < blocks.count && !holds(index)) index++;
    return index;
  }

  for (const [index, address] of addresses.entries()) {
    if (index % 1024 === 0) work.throwIfCancelled();
    if (mirrors.has(address)) {
      found.add(address);
      continue;
    }
    while (next < blocks.count && blocks.addresses[next]! <= address) {
      block = next;
      next = nextBlock(next + 1);
      at = blocks.addresses[block]!;
      left = (blocks.offsets[block + 1] ?? 0) - blocks.offsets[block]!;
    }
    if (block < 0) continue;
    while (at < address && left > 0) {
      const { end, bytes } = records.measure(at);
      left -= bytes;
      at = end;
    }
    if (at === address && left > 0 && records.measure(at).bytes > 0) found.add(address);
  }
  return found;
}
