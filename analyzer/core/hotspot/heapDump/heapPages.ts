import type { ByteSource } from "../../../base/byteSource";
import { ExhumeError } from "../../../base/errors";
import { countAtMost } from "../../../base/halving";
import type { MemoryImage } from "../../memoryImage";
import type { HeapSpace } from "../collectors/heapSpace";
import type { HeapExtents } from "./virtualHeapDump";

/** The parts of the spaces that the core file holds. */
export function heapExtentsOf(memory: MemoryImage, spaces: readonly HeapSpace[]): HeapExtents {
  const extents: (readonly [start: number, end: number, fileOffset: number])[] = [];
  const segments = memory.segments.filter(({ end }) => end <= BigInt(2 ** 53));
  for (const space of [...spaces].sort((a, b) => a.start - b.start)) {
    for (const segment of segments) {
      const segmentStart = Number(segment.start);
      const start = Math.max(space.start, segmentStart);
      const end = Math.min(space.top, segmentStart + segment.dumpedBytes);
      if (start >= end) continue;
      const fileOffset = segment.fileOffset + start - segmentStart;
      const last = extents.at(-1);
      // Regions of a heap follow each other by the thousand: one extent does for them.
      if (last !== undefined && last[1] === start && last[2] + last[1] - last[0] === fileOffset)
        extents[extents.length - 1] = [last[0], end, last[2]];
      else extents.push([start, end, fileOffset]);
    }
  }
  return {
    starts: Float64Array.from(extents, ([start]) => start),
    ends: Float64Array.from(extents, ([, end]) => end),
    fileOffsets: Float64Array.from(extents, ([, , offset]) => offset),
  };
}

const leastWindow = 64 << 10;
const largestWindow = 1 << 20;

/** A window over the heap's memory in a core; it grows while it moves forward. */
export class HeapPages {
  bytes = new Uint8Array(leastWindow);
  view = new DataView(this.bytes.buffer);
  private start = 0;
  private length = 0;
  private last = 0;

  constructor(
    private readonly core: ByteSource,
    private readonly extents: HeapExtents,
  ) {}

  /**
   * Makes `count` bytes at an address available.
   * @returns their index in {@link bytes}
   * @throws ExhumeError `changedOnDisk` when they are not there any more: blocks are of what was walked
   */
  at(address: number, count: number): number {
    const index = address - this.start;
    if (index >= 0 && index + count <= this.length) return index;
    const isNext = index >= 0 && index <= this.length;
    const size = this.bytes.length;
    const wanted = Math.max(
      count,
      isNext ? Math.min(largestWindow, 2 * size) : Math.min(size, largestWindow),
    );
    if (wanted > size) {
      this.bytes = new Uint8Array(wanted);
      this.view = new DataView(this.bytes.buffer);
    }
    this.start = address;
    // Far ahead only where reading goes on.
    this.length = this.read(
      address,
      this.bytes.subarray(0, isNext ? this.bytes.length : Math.max(count, leastWindow)),
    );
    if (this.length >= count) return 0;
    const what = `the heap at 0x${address.toString(16)} is not in it any more`;
    throw new ExhumeError({ code: "changedOnDisk", file: this.core.name, what });
  }

  /** Fills `into` from an address. @returns how many bytes from the first on are there */
  read(address: number, into: Uint8Array): number {
    const { starts, ends, fileOffsets } = this.extents;
    let done = 0;
    while (done < into.length) {
      const at = address + done;
      const extent = this.extentOf(at);
      if (extent < 0) break;
      const some = Math.min(into.length - done, ends[extent]! - at);
      const got = this.core.read(
        fileOffsets[extent]! + at - starts[extent]!,
        done === 0 && some === into.length ? into : into.subarray(done, done + some),
      );
      if (got === 0) break;
      done += got;
    }
    return done;
  }

  private extentOf(address: number): number {
    const { starts, ends } = this.extents;
    if (address >= starts[this.last]! && address < ends[this.last]!) return this.last;
    const after = countAtMost(starts, address);
    if (after === 0 || address >= ends[after - 1]!) return -1;
    this.last = after - 1;
    return this.last;
  }
}
