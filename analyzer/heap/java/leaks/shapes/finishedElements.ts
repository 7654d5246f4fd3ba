import { formatQuantity, formatShare } from "../../../../base/figures";
import { shapePart } from "../../../graph/suspects/scoring";
import type { Heap, ObjectIndex } from "../../../heap";
import { entriesOf } from "../../collections/entries";
import { ancestryOf, numberIn, referenceIn } from "../../objects/fieldReads";
import { isThread, threadFacts } from "../../program/threads";
import type { CollectionProfile } from "../collectionProfile";
import { canGrow } from "../growable";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";
import { collectionFinding } from "./collectionFinding";
import { isPendingFuture } from "./futureNeverCompleted";

const fix =
  "Take an element out when it is over: remove it where it ends (whenComplete, finally), or sweep out what has ended before adding more.";

const sampled = 200;
const leastElements = 1_000;
const leastShare = 0.1;
const mostlyOver = 0.95;

/** What it is that is over, in words; undefined for what goes on, or is nothing that ends. */
type Ended = "a reference whose object is gone" | "a thread that has ended" | "a task that is done";

/** Thousands of elements that are over: nothing can come of them any more, and nobody takes them out. */
export function finishedElements({ heap }: LeakContext, profile: CollectionProfile): LeakFinding | undefined {
  if (profile.elements < leastElements || profile.share < leastShare || !canGrow(profile)) return undefined;
  const counts = new Map<Ended, number>();
  let looked = 0;
  for (const { value } of entriesOf(heap, profile.object)) {
    if (looked >= sampled) break;
    looked++;
    const element = heap.indexOf(value);
    const ended = element === undefined ? undefined : endedAs(heap, element);
    if (ended !== undefined) counts.set(ended, (counts.get(ended) ?? 0) + 1);
  }
  const found = [...counts].find(([, count]) => count >= mostlyOver * looked);
  // A map of tasks that are done is how answers are cached.
  if (found === undefined || (found[0] === "a task that is done" && profile.kind === "map")) return undefined;
  const [ended, count] = found;
  return collectionFinding(heap, profile, "finished-elements", {
    parts: [shapePart(26, `nearly each is ${ended}`)],
    evidence: [
      `${profile.className} with ${formatQuantity(profile.elements, "element")}`,
      `${formatShare(count, looked)} of those looked at are over: each is ${ended}`,
    ],
    fix,
  });
}

function endedAs(heap: Heap, element: ObjectIndex): Ended | undefined {
  if (isThread(heap, element))
    return threadFacts(heap, element).state === "terminated" ? "a thread that has ended" : undefined;
  if (isPendingFuture(heap, element) === false) return "a task that is done";
  for (const ancestor of ancestryOf(heap, heap.classOf(element))) {
    switch (heap.classes.nameOf(ancestor)) {
      case "java.util.concurrent.FutureTask":
        // 0 new, 1 completing, above that it has a result, failed or was cancelled.
        return (numberIn(heap, element, "state") ?? 0) >= 2 ? "a task that is done" : undefined;
      case "java.lang.ref.WeakReference":
      case "java.lang.ref.PhantomReference":
        return referenceIn(heap, element, "referent") === undefined
          ? "a reference whose object is gone"
          : undefined;
      default:
    }
  }
  return undefined;
}
