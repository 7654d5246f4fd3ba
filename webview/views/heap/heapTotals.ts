import { type ReachabilityRow, reachabilityNames } from "../../../analyzer/protocol/heap/histogram";
import { capitalised, formatBytes, formatExactBytes } from "../../format";
import { useAnswer } from "../useAnswer";

/** Bytes that shares are of: the reachable heap, or all objects until reachability is known. */
export function useHeapBytes(): number {
  const answer = useAnswer("heap/summary", {});
  if (answer.state !== "answered") return 0;
  return answer.result.totals.reachableBytes ?? answer.result.totals.shallowBytes;
}

/** Memory by the way it is reached from the GC roots. */
export function reachabilityFigures(kinds: readonly ReachabilityRow[]) {
  return kinds
    .filter(({ objects }) => objects > 0)
    .map(({ reachability, shallowBytes }) => {
      const [name, meaning] = reachabilityNames[reachability];
      return {
        key: capitalised(name),
        value: formatBytes(shallowBytes),
        hint: `${formatExactBytes(shallowBytes)}: ${meaning}`,
      };
    });
}
