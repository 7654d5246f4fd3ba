import { formatQuantity, formatShare } from "../../../../base/figures";
import { shapePart } from "../../../graph/suspects/scoring";
import type { Heap, ObjectIndex } from "../../../heap";
import { entriesOf } from "../../collections/entries";
import { isOwnCode } from "../../paths/ownCode";
import type { CollectionProfile } from "../collectionProfile";
import { canGrow, leastPiled } from "../growable";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";
import { collectionFinding } from "./collectionFinding";
import { isPendingFuture } from "./futureNeverCompleted";

const fix =
  "Take a question out when nobody waits for its answer any more: on timeout (orTimeout, completeOnTimeout), when the connection closes, and on failure.";

const sampled = 200;
const leastShare = 0.2;
const mostlyPending = 0.95;

/** Thousands of futures that wait for an answer: questions that were never answered and not given up. */
export function unansweredFutures(
  { heap }: LeakContext,
  profile: CollectionProfile,
): LeakFinding | undefined {
  const { elements, share, kind } = profile;
  if (kind === "queue" || elements < leastPiled || share < leastShare || !canGrow(profile)) return undefined;
  let looked = 0;
  let pending = 0;
  for (const { value } of entriesOf(heap, profile.object)) {
    if (looked >= sampled) break;
    looked++;
    const element = heap.indexOf(value);
    if (element !== undefined && waits(heap, element)) pending++;
  }
  if (pending === 0 || pending < mostlyPending * looked) return undefined;
  return collectionFinding(heap, profile, "future-never-completed", {
    parts: [shapePart(24, "futures by the thousand that nobody completes")],
    evidence: [
      `${profile.className} with ${formatQuantity(elements, "future")}, ${formatShare(pending, looked)} of those looked at without a result`,
      "so many are not under way at once: who asked has long gone",
    ],
    fix,
  });
}

/** A future without a result, or what the program keeps about one. */
function waits(heap: Heap, element: ObjectIndex): boolean {
  const itself = isPendingFuture(heap, element);
  if (itself !== undefined) return itself;
  if (!isOwnCode(heap, heap.classNameOf(element))) return false;
  return heap.fieldsOf(element).some(({ value }) => {
    const held = value.type === "object" ? heap.indexOf(value.id) : undefined;
    return held !== undefined && isPendingFuture(heap, held) === true;
  });
}
