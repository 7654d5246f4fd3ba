import type { ByteSource } from "../../../base/byteSource";
import { ExhumeError } from "../../../base/errors";
import { recordHeaderBytes } from "../../../formats/hprof/recordBytes";
import { recordTag } from "../../../formats/hprof/tags";
import { HeapPages } from "./heapPages";
import { newObjectRecords, type RecordParts } from "./objectRecords";
import { blockKind, type VirtualHeapDump } from "./virtualHeapDump";

/** Blocks read in part that are kept: the next read often wants the rest. */
const blocksKept = 4;

/** Opens the file over its core, at no cost; every thread may have its own. */
export function openVirtualHeapDump(
  dump: VirtualHeapDump,
  core: ByteSource,
  parts: RecordParts = "whole",
): ByteSource {
  const { head, blocks, byteLength } = dump;
  const { count, kinds, offsets, addresses } = blocks;
  const records = newObjectRecords(dump, new HeapPages(core, dump.pages), parts);
  const kept = new Map<number, Uint8Array>();
  const headLength = head.length;
  let last = 0;

  /** The block that has a byte, counted from the end of the head. */
  function blockAt(offset: number): number {
    if (offset >= offsets[last]! && offset < endOf(last)) return last;
    if (last + 1 < count && offset >= offsets[last + 1]! && offset < endOf(last + 1)) return ++last;
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (offsets[middle]! <= offset) low = middle + 1;
      else high = middle;
    }
    last = low - 1;
    return last;
  }

  function endOf(block: number): number {
    return block + 1 < count ? offsets[block + 1]! : byteLength - headLength;
  }

  /** All bytes of a block of objects or of a header. */
  function wholeBlock(block: number): Uint8Array {
    const known = kept.get(block);
    if (known !== undefined) return known;
    const bytes = new Uint8Array(endOf(block) - offsets[block]!);
    const view = new DataView(bytes.buffer);
    if (kinds[block] === blockKind.objects) records.write(addresses[block]!, view, 0, bytes.length);
    else {
      bytes[0] = kinds[block] === blockKind.end ? recordTag.heapDumpEnd : recordTag.heapDumpSegment;
      view.setUint32(recordHeaderBytes - 4, addresses[block]!);
    }
    if (kept.size >= blocksKept) kept.delete(kept.keys().next().value!);
    kept.set(block, bytes);
    return bytes;
  }

  return {
    name: core.name,
    byteLength,
    headersOnly: () => openVirtualHeapDump(dump, core, "headers"),
    read(position, into) {
      const wanted = Math.max(0, Math.min(into.length, byteLength - position));
      let done = 0;
      if (position < headLength) {
        done = Math.min(wanted, headLength - position);
        into.set(head.subarray(position, position + done));
      }
      const view = new DataView(into.buffer, into.byteOffset, into.byteLength);
      while (done < wanted) {
        const offset = position + done - headLength;
        const block = blockAt(offset);
        const from = offset - offsets[block]!;
        const some = Math.min(wanted - done, endOf(block) - offset);
        if (from < 0 || !(some > 0)) {
          const what = "the blocks of its Java heap are not what was walked";
          throw new ExhumeError({ code: "changedOnDisk", file: core.name, what });
        }
        if (kinds[block] === blockKind.array)
          records.writeArrayPart(addresses[block]!, from, from + some, view, done);
        else if (kinds[block] === blockKind.objects && from === 0 && offset + some === endOf(block))
          records.write(addresses[block]!, view, done, done + some);
        else into.set(wholeBlock(block).subarray(from, from + some), done);
        done += some;
      }
      return wanted;
    },
  };
}
