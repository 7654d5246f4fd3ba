import { formatQuantity, formatShare } from "../../../../base/figures";
import { shapePart } from "../../../graph/suspects/scoring";
import { entriesOf } from "../../collections/entries";
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
    if (element !== undefined && isPendingFuture(heap, element) === true) pending++;
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
