import type { MemorySegment } from "../memorySegment";
import { describeProtection } from "../memorySegment";
import { type Claim, type Region, unexplained } from "./region";

/**
 * Gives every byte of every segment to the first claim that covers it.
 * @param claims in order of precedence
 * @returns regions in order of addresses, without gaps inside a segment; what nobody claims is unexplained
 */
export function cutSegments(segments: readonly MemorySegment[], claims: readonly Claim[]): Region[] {
  const order = claims.map((_, rank) => rank).sort((a, b) => claims[a]!.start - claims[b]!.start);
  const active = new RankHeap();
  const regions: Region[] = [];
  let next = 0;
  for (const segment of segments) {
    if (segment.end > 1n << 53n) {
      regions.push(kernelRegion(segment));
      continue;
    }
    const end = Number(segment.end);
    let at = Number(segment.start);
    while (at < end) {
      while (next < order.length && claims[order[next]!]!.start <= at) active.push(order[next++]!);
      while (active.size > 0 && claims[active.first]!.end <= at) active.pop();
      const claim = active.size > 0 ? claims[active.first] : undefined;
      let until = Math.min(end, claim?.end ?? end);
      if (next < order.length) until = Math.min(until, Math.max(at + 1, claims[order[next]!]!.start));
      append(regions, regionOf(segment, at, until, claim));
      at = until;
    }
  }
  return regions;
}

/** Smallest rank first: a claim earlier in the list precedes. */
class RankHeap {
  private readonly ranks: number[] = [];

  get size(): number {
    return this.ranks.length;
  }

  get first(): number {
    return this.ranks[0]!;
  }

  push(rank: number): void {
    const { ranks } = this;
    let at = ranks.length;
    ranks.push(rank);
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (ranks[parent]! <= rank) break;
      ranks[at] = ranks[parent]!;
      at = parent;
    }
    ranks[at] = rank;
  }

  pop(): void {
    const { ranks } = this;
    const last = ranks.pop()!;
    if (ranks.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= ranks.length) break;
      if (child + 1 < ranks.length && ranks[child + 1]! < ranks[child]!) child++;
      if (ranks[child]! >= last) break;
      ranks[at] = ranks[child]!;
      at = child;
    }
    ranks[at] = last;
  }
}

function regionOf(segment: MemorySegment, start: number, end: number, claim: Claim | undefined): Region {
  const offset = start - Number(segment.start);
  const dumpedBytes = Math.max(0, Math.min(end - start, segment.dumpedBytes - offset));
  const common = {
    start: BigInt(start),
    end: BigInt(end),
    dumpedBytes,
    permissions: describeProtection(segment.protection),
  };
  if (claim !== undefined) {
    const { kind, category, label, exact, lwp, path } = claim;
    return {
      ...common,
      kind,
      category,
      label,
      exact,
      ...(lwp === undefined ? {} : { lwp }),
      ...(path === undefined ? {} : { path }),
    };
  }
  return segment.protection === 0
    ? { ...common, kind: "reserved", category: "Reserved", label: "reserved, no access", exact: true }
    : { ...common, kind: "anonymous", category: unexplained, label: "anonymous memory", exact: false };
}

/** Only the vsyscall page lies that high. */
function kernelRegion(segment: MemorySegment): Region {
  return {
    start: segment.start,
    end: segment.end,
    kind: "kernel",
    category: "Kernel",
    label: "vsyscall",
    dumpedBytes: segment.dumpedBytes,
    exact: true,
    permissions: describeProtection(segment.protection),
  };
}

function append(regions: Region[], region: Region): void {
  const before = regions.at(-1);
  if (
    before !== undefined &&
    before.end === region.start &&
    before.kind === region.kind &&
    before.label === region.label &&
    before.category === region.category &&
    before.permissions === region.permissions &&
    before.exact === region.exact &&
    before.path === region.path &&
    before.lwp === region.lwp
  )
    regions[regions.length - 1] = {
      ...before,
      end: region.end,
      dumpedBytes: before.dumpedBytes + region.dumpedBytes,
    };
  else regions.push(region);
}
