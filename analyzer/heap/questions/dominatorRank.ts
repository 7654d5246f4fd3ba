import type { Work } from "../../base/work";
import type { Heap, ObjectIndex } from "../heap";
import { type ChildrenQuery, dominatorChildren, type Parent } from "./dominatorChildren";

type Order = Pick<ChildrenQuery, "sort" | "descending">;

/** Children looked at in one piece; the big ones, which people look for, are in the first. */
const piece = 65_536;

/**
 * Where `object` stands among the unfiltered children of its dominator `parent` in an order: the index it has in the
 * pages of {@link dominatorChildren}. undefined when `parent` does not dominate it directly.
 */
export function dominatorRankOf(
  heap: Heap,
  parent: Parent,
  object: ObjectIndex,
  { sort, descending }: Order,
  work: Work,
): number | undefined {
  // By retained size children come in pieces for nothing; any other order sorts them all anyway.
  const count = sort === "retainedBytes" ? piece : heap.dominatedCountOf(parent);
  for (let start = 0; ; start += count) {
    work.throwIfCancelled();
    const { objects, total } = dominatorChildren(heap, parent, { sort, descending, start, count }, work);
    const at = objects.indexOf(object);
    if (at >= 0) return start + at;
    if (objects.length === 0 || start + count >= total) return undefined;
  }
}
