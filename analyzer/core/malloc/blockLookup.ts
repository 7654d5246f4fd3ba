import { countAtMost } from "../../base/halving";

/** Blocks further apart than this are in different stretches. */
const mostApart = 1 << 20;
const leastBucket = 64;

/** Addresses of blocks that follow each other closely, cut into buckets of one size. */
interface Stretch {
  readonly start: number;
  readonly bucketBytes: number;
  /** Blocks before each bucket, counted over all stretches; one more than there are buckets. */
  readonly before: Uint32Array;
}

/** Finds blocks by address: a bucket of about one block instead of halving millions of them. */
export class BlockLookup {
  private readonly stretches: readonly Stretch[];
  private readonly stretchStarts: Float64Array;
  private last = 0;

  /** @param starts ascending */
  constructor(private readonly starts: Float64Array) {
    this.stretches = stretchesOf(starts);
    this.stretchStarts = Float64Array.from(this.stretches, ({ start }) => start);
  }

  /** The last block that starts at an address or before; -1 for none. */
  lastAtOrBefore(address: number): number {
    const { starts } = this;
    const stretch = this.stretchAt(address);
    if (stretch === undefined) return -1;
    const { start, bucketBytes, before } = stretch;
    const bucket = Math.min(Math.floor((address - start) / bucketBytes), before.length - 2);
    let low = before[bucket]!;
    let high = before[bucket + 1]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (starts[middle]! <= address) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  private stretchAt(address: number): Stretch | undefined {
    const { stretchStarts, last } = this;
    const isInLast = address >= stretchStarts[last]! && !(address >= stretchStarts[last + 1]!);
    if (!isInLast) this.last = Math.max(0, countAtMost(stretchStarts, address) - 1);
    const stretch = this.stretches[this.last];
    return stretch !== undefined && address >= stretch.start ? stretch : undefined;
  }
}

function stretchesOf(starts: Float64Array): Stretch[] {
  const stretches: Stretch[] = [];
  for (let from = 0; from < starts.length; ) {
    let to = from + 1;
    while (to < starts.length && starts[to]! - starts[to - 1]! <= mostApart) to++;
    stretches.push(stretchOf(starts, from, to));
    from = to;
  }
  return stretches;
}

/** The stretch of the blocks [from, to). */
function stretchOf(starts: Float64Array, from: number, to: number): Stretch {
  const start = starts[from]!;
  const bytes = starts[to - 1]! - start + 1;
  const bucketBytes = Math.max(leastBucket, 2 ** Math.ceil(Math.log2(bytes / (to - from))));
  const buckets = Math.floor((bytes - 1) / bucketBytes) + 1;
  const before = new Uint32Array(buckets + 1);
  let index = from;
  for (let bucket = 0; bucket < buckets; bucket++) {
    before[bucket] = index;
    const end = start + (bucket + 1) * bucketBytes;
    while (index < to && starts[index]! < end) index++;
  }
  before[buckets] = to;
  return { start, bucketBytes, before };
}
