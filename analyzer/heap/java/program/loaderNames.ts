import type { Heap } from "../../heap";
import { stringIn } from "../objects/fieldReads";

/** Name of a class loader as people know it: `app`, `platform`, its class otherwise; `<boot>` for id 0. */
export function loaderNameOf(heap: Heap, loaderId: bigint): string {
  if (loaderId === 0n) return "<boot>";
  const loader = heap.indexOf(loaderId);
  if (loader === undefined) return `unknown loader 0x${loaderId.toString(16)}`;
  const name = stringIn(heap, loader, "name");
  const className = heap.classNameOf(loader);
  return name === undefined ? `${className} @ 0x${loaderId.toString(16)}` : `${name} (${className})`;
}
