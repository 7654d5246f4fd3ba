import type { Work } from "../../../base/work";
import { type GraphProfile, graphProfile } from "../../graph/growth/profile";
import type { Heap } from "../../heap";
import { describedHeap } from "../objects/describedHeap";
import { collectionSizes } from "./collectionSizes";

/** What is compared of the heap of a JVM: its graph, and its collections by the fields that hold them. */
export function heapProfile(heap: Heap, work: Work): GraphProfile {
  return graphProfile(describedHeap(heap), work, collectionSizes(heap, work));
}
