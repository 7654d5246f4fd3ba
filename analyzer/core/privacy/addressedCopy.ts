import { countAtMost } from "../../base/halving";
import type { MemorySegment } from "../memorySegment";

/** Takes bytes of the copy by their place in the file; what is never written is zero. */
export type WriteAt = (position: number, bytes: Uint8Array) => void;

const windowBytes = 1 << 20;
/** What lies nearer together is written at once. */
const nearBytes = 4096;
const exactNumbers = 1n << 53n;

/** Writes memory of the copy by address, through a window: what is written is mostly ascending. */
export class AddressedCopy {
  private readonly segments: readonly MemorySegment[];
  private readonly starts: Float64Array;
  private readonly window = new Uint8Array(windowBytes);
  private base = 0;
  private used = 0;
  private last = 0;

  constructor(
    segments: readonly MemorySegment[],
    private readonly write: WriteAt,
  ) {
    this.segments = segments.filter(({ end, dumpedBytes }) => end <= exactNumbers && dumpedBytes > 0);
    this.starts = Float64Array.from(this.segments, ({ start }) => Number(start));
  }

  /** Bytes between two places that are written one after the other become zero if they are near each other. */
  put(address: number, bytes: Uint8Array): void {
    if (bytes.byteLength > windowBytes / 4) {
      this.flush();
      this.writeMemory(address, bytes);
      return;
    }
    const at = address - this.base;
    if (at < this.used || at > this.used + nearBytes || at + bytes.byteLength > windowBytes) {
      this.flush();
      this.base = address;
    }
    const from = address - this.base;
    this.window.fill(0, this.used, from);
    this.window.set(bytes, from);
    this.used = from + bytes.byteLength;
  }

  flush(): void {
    if (this.used > 0) this.writeMemory(this.base, this.window.subarray(0, this.used));
    this.used = 0;
    this.base = Number.POSITIVE_INFINITY;
  }

  private writeMemory(address: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.byteLength; ) {
      const at = address + done;
      const index = this.segmentAt(at);
      const segment = this.segments[index];
      if (segment === undefined) {
        // Between segments there is nothing to write.
        const next = this.starts.find((start) => start > at);
        if (next === undefined) return;
        done += next - at;
        continue;
      }
      const offset = at - this.starts[index]!;
      const fits = Math.min(bytes.byteLength - done, segment.dumpedBytes - offset);
      if (fits <= 0) {
        // Left out of the core; the rest may be in the next segment.
        const next = Number(segment.end) - at;
        if (next <= 0) return;
        done += next;
        continue;
      }
      this.write(segment.fileOffset + offset, bytes.subarray(done, done + fits));
      done += fits;
    }
  }

  private segmentAt(address: number): number {
    const { starts, segments, last } = this;
    if (segments.length > 0 && address >= starts[last]! && address < Number(segments[last]!.end)) return last;
    const index = countAtMost(starts, address) - 1;
    if (index < 0 || address >= Number(segments[index]!.end)) return -1;
    this.last = index;
    return index;
  }
}
