import { formatQuantity, formatShare } from "../../../../base/figures";
import { shapePart } from "../../../graph/suspects/scoring";
import type { Heap } from "../../../heap";
import { entriesOf } from "../../collections/entries";
import type { CollectionProfile } from "../collectionProfile";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";
import { classesInWords, collectionFinding } from "./collectionFinding";

/** Words add to what the elements are; they never make listeners of what are none. */
const listenerWords = /listener|observer|subscri|handler|callback|hook|watcher|consumers?$/i;
const publisherWords = /event|bus$|publisher|subject|emitter|notifier|dispatcher|broadcast/i;

const leastElements = 100;
const leastShare = 0.01;
const leastPoints = 20;

const fix =
  "Unsubscribe where the listener's life ends (close, dispose, destroy), or hold listeners weakly; a lambda must be kept in a variable to be removable.";

/** Listeners that are added and never taken away, each with what it captured. */
export function listenersNeverRemoved(
  { heap }: LeakContext,
  profile: CollectionProfile,
): LeakFinding | undefined {
  const { elements, share, field, valueClasses } = profile;
  if (profile.immutable || profile.bound !== undefined || profile.kind === "queue") return undefined;
  const few = elements < leastElements && !(elements >= 20 && share >= 0.3);
  if (few || share < leastShare) return undefined;
  const callbacks = callbackShare(heap, profile);
  const fieldNamed = field !== undefined && listenerWords.test(field.field);
  const holderNamed = field !== undefined && publisherWords.test(field.className);
  const elementNamed = valueClasses.some(({ className }) => listenerWords.test(className));
  const copiesOnWrite = /CopyOnWrite/.test(profile.className);
  let points = Math.round(18 * callbacks);
  if (copiesOnWrite) points += 8;
  if (fieldNamed) points += 12;
  if (elementNamed) points += 10;
  if (holderNamed) points += 4;
  // A map of handlers by name is a plain table; words alone are not evidence.
  if (points < leastPoints || (callbacks < 0.5 && !copiesOnWrite && !(fieldNamed && elementNamed)))
    return undefined;
  if (profile.kind === "map" && !fieldNamed) return undefined;
  const evidence = [
    `${profile.className} with ${formatQuantity(elements, "listener")}, of ${classesInWords(valueClasses)}`,
  ];
  if (callbacks > 0) {
    evidence.push(
      `${formatShare(callbacks, 1)} are lambdas or inner classes that captured something of their own`,
    );
  }
  if (copiesOnWrite) evidence.push("a list that is copied at every change is made for few listeners");
  evidence.push("so many subscribers mean that closing does not unsubscribe");
  return collectionFinding(heap, profile, "listeners-never-removed", {
    parts: [shapePart(Math.min(40, points), "a list of listeners that only grows")],
    evidence,
    fix,
  });
}

const sampled = 200;

/**
 * Share of the elements that are code with something it captured: lambdas, and inner or anonymous classes that keep what
 * is around them. One object many times over counts as one.
 */
function callbackShare(heap: Heap, { object }: CollectionProfile): number {
  const seen = new Set<bigint>();
  let looked = 0;
  let callbacks = 0;
  for (const { value } of entriesOf(heap, object)) {
    if (looked >= sampled) break;
    looked++;
    if (seen.has(value)) continue;
    seen.add(value);
    const element = heap.indexOf(value);
    if (element === undefined || heap.elementTypeOf(element) !== undefined) continue;
    const captures = heap
      .fieldsOf(element)
      .some(({ name, value: held }) => /^(arg\$\d+|this\$\d+|val\$.*)$/.test(name) && held.type === "object");
    const isCode = /\$\$Lambda/.test(heap.classNameOf(element)) || /\$\d+$/.test(heap.classNameOf(element));
    if (captures && isCode) callbacks++;
  }
  return callbacks / Math.max(1, looked);
}
