import { noTarget, unknownTarget } from "../../heap";
import { type NodeFinder, noNode } from "../scan/nodeFinder";

/** Index of the instance or array a reference in a record leads to; {@link noTarget} or {@link unknownTarget}. */
export function targetAt({ objectAt }: NodeFinder, view: DataView, index: number, idSize: number): number {
  const high = idSize === 8 ? view.getUint32(index) : 0;
  const low = view.getUint32(index + idSize - 4);
  if ((high | low) === 0) return noTarget;
  const target = objectAt(high, low);
  return target === noNode ? unknownTarget : target;
}
