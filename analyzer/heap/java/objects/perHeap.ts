import { perGraph } from "../../graph/perGraph";
import type { Heap } from "../../heap";

/** A fact that is worked out once for every opened heap and forgotten with it. */
export function perHeap<Fact>(make: (heap: Heap) => Fact): (heap: Heap) => Fact {
  return perGraph(make);
}
