import type { Region } from "../../core/regions/region";

/** The region that holds an address; regions in order of addresses. */
export function regionHolding(regions: readonly Region[], address: bigint): Region | undefined {
  let low = 0;
  let high = regions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (regions[middle]!.start <= address) low = middle + 1;
    else high = middle;
  }
  const region = regions[low - 1];
  return region !== undefined && address < region.end ? region : undefined;
}
