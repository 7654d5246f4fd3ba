import { countBefore } from "../../base/halving";
import type { Region } from "../../core/regions/region";

/** The region that holds an address; regions in order of addresses. */
export function regionHolding(regions: readonly Region[], address: bigint): Region | undefined {
  const region = regions[countBefore(regions, ({ start }) => start <= address) - 1];
  return region !== undefined && address < region.end ? region : undefined;
}
