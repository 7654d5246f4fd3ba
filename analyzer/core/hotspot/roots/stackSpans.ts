import { countBefore } from "../../../base/halving";

/** [start, end) of a stack. */
export interface StackSpan {
  readonly start: number;
  readonly end: number;
}

/** @param spans ascending, apart */
export function isInSpans(spans: readonly StackSpan[], address: number): boolean {
  const after = countBefore(spans, ({ start }) => start <= address);
  return after > 0 && address < spans[after - 1]!.end;
}
