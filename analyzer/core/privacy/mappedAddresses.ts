import { countAtMost } from "../../base/halving";
import type { MemorySegment } from "../memorySegment";
import { protection } from "../memorySegment";

const exactNumbers = 1n << 53n;
/** Below it no process has memory; small numbers are no addresses. */
const lowestAddress = 1 << 16;

/** Tells words that are addresses of the process's memory from all others. */
export class MappedAddresses {
  private readonly starts: Float64Array;
  private readonly ends: Float64Array;
  private readonly executable: Uint8Array;
  private last = 0;

  constructor(segments: readonly MemorySegment[]) {
    const low = segments.filter(({ end }) => end <= exactNumbers);
    this.starts = Float64Array.from(low, ({ start }) => Number(start));
    this.ends = Float64Array.from(low, ({ end }) => Number(end));
    this.executable = Uint8Array.from(low, (segment) => segment.protection & protection.execute);
  }

  /** Whether there is memory at an address, or ends there: pointers to the end of something are common. */
  has(address: number): boolean {
    return this.indexOf(address) >= 0;
  }

  hasCode(address: number): boolean {
    const index = this.indexOf(address);
    return index >= 0 && this.executable[index] !== 0;
  }

  private indexOf(address: number): number {
    if (address < lowestAddress) return -1;
    const { starts, ends, last } = this;
    if (address >= starts[last]! && address <= ends[last]!) return last;
    const index = countAtMost(starts, address) - 1;
    if (index < 0 || address > ends[index]!) return -1;
    this.last = index;
    return index;
  }
}
