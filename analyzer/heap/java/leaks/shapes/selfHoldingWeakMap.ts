import { formatQuantity, formatShare } from "../../../../base/figures";
import { shapePart } from "../../../graph/suspects/scoring";
import { storageOf } from "../../collections/collection";
import { entriesOf } from "../../collections/entries";
import { leadsTo } from "../../paths/leadsTo";
import type { CollectionProfile } from "../collectionProfile";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";
import { collectionFinding } from "./collectionFinding";

const fix =
  "Do not let a value refer to its key: hold the key weakly inside the value too, or keep the value in the key itself.";

const leastEntries = 100;
const lookedAt = 100;
const leastShare = 0.9;

/** A weak map that cannot let go, because its values hold its keys. */
export function selfHoldingWeakMap(
  { heap }: LeakContext,
  profile: CollectionProfile,
): LeakFinding | undefined {
  const storage = storageOf(heap, profile.object);
  if (storage === undefined || profile.elements < leastEntries) return undefined;
  if (!/^java\.util\.WeakHashMap$/.test(heap.classNameOf(storage.object))) return undefined;
  let looked = 0;
  let holding = 0;
  for (const { key, value } of entriesOf(heap, storage.object)) {
    if (looked >= lookedAt) break;
    const keyObject = key === undefined ? undefined : heap.indexOf(key);
    const valueObject = heap.indexOf(value);
    if (keyObject === undefined || valueObject === undefined) continue;
    looked++;
    if (leadsTo(heap, valueObject, keyObject)) holding++;
  }
  const share = holding / Math.max(1, looked);
  if (looked < lookedAt / 2 || share < leastShare) return undefined;
  return collectionFinding(heap, profile, "weak-map-holds-itself", {
    parts: [{ ...shapePart(40, "the values of a weak map hold its keys"), proves: true }],
    evidence: [
      `a WeakHashMap of ${formatQuantity(profile.elements, "entry", "entries")} of which none can go`,
      `${formatShare(share, 1)} of the values looked at lead to their own key by strong references`,
    ],
    fix,
  });
}
