import type { Heap } from "../../heap";

/** A fact that is worked out once for every opened heap and forgotten with it. */
export function perHeap<Fact>(make: (heap: Heap) => Fact): (heap: Heap) => Fact {
  const facts = new WeakMap<Heap, { readonly fact: Fact }>();
  return (heap) => {
    const known = facts.get(heap);
    if (known !== undefined) return known.fact;
    const fact = make(heap);
    facts.set(heap, { fact });
    return fact;
  };
}
