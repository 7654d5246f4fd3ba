import { useAnswer } from "../useAnswer";

/** Bytes that shares are of: the reachable heap, or all objects until reachability is known. */
export function useHeapBytes(): number {
  const answer = useAnswer("heap/summary", {});
  if (answer.state !== "answered") return 0;
  return answer.result.totals.reachableBytes ?? answer.result.totals.shallowBytes;
}
