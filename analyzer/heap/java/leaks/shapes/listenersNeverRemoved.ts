import { formatQuantity, formatShare } from "../../../../base/figures";
import { shapePart } from "../../../graph/suspects/scoring";
import type { Heap, ObjectIndex } from "../../../heap";
import { entriesOf } from "../../collections/entries";
import { isOwnCode } from "../../paths/ownCode";
import type { CollectionProfile } from "../collectionProfile";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";
import { classesInWords, collectionFinding } from "./collectionFinding";

/** Words add to what the elements are; they never make listeners of what are none. */
const listenerWords = /listener|observer|subscri|handler|callback|hook|watcher|consumers?$/i;
const publisherWords = /event|bus$|publisher|subject|emitter|notifier|dispatcher|broadcast/i;
/** What libraries call the object they make for each subscription. Their names are facts, not hints. */
const subscriptionClass =
  /(Listener|Observer|Subscri(ber|ption)|Disposable|Registration|Inner|Handler|Callback|Consumer)\w*$/;

const leastElements = 100;
const manyElements = 2_000;
const leastShare = 0.01;
const leastPoints = 20;

const fix =
  "Unsubscribe where the listener's life ends (close, dispose, destroy), or hold listeners weakly; a lambda must be kept in a variable to be removable.";

/** Listeners that are added and never taken away, each with what it captured. */
export function listenersNeverRemoved(
  { heap }: LeakContext,
  profile: CollectionProfile,
): LeakFinding | undefined {
  const { elements, share, field, keptIn, valueClasses } = profile;
  if (profile.immutable || profile.bound !== undefined || profile.kind === "queue") return undefined;
  const few = elements < leastElements && !(elements >= 20 && share >= 0.3);
  if (few || share < leastShare) return undefined;
  const callbacks = callbackShare(heap, profile);
  const fieldNamed = field !== undefined && listenerWords.test(field.field);
  const holderNamed = field !== undefined && publisherWords.test(field.className);
  // A library says by its own field what it keeps for others.
  const isKeptAsListeners =
    elements >= manyElements &&
    keptIn !== undefined &&
    !isOwnCode(heap, keptIn.className) &&
    listenerWords.test(keptIn.field);
  const elementNamed = valueClasses.some(({ className }) => listenerWords.test(className));
  const copiesOnWrite = /CopyOnWrite/.test(profile.className);
  // Tasks are code too; a list of thousands that nobody takes from is told to somebody.
  let points = Math.round((elements >= manyElements ? 22 : 18) * callbacks);
  if (copiesOnWrite) points += 8;
  if (fieldNamed) points += 12;
  if (elementNamed) points += 10;
  if (holderNamed) points += 4;
  if (isKeptAsListeners) points += 20;
  // A map of handlers by name is a plain table; words alone are not evidence.
  if (
    points < leastPoints ||
    (callbacks < 0.5 && !copiesOnWrite && !isKeptAsListeners && !(fieldNamed && elementNamed))
  )
    return undefined;
  if (profile.kind === "map" && !fieldNamed && !isKeptAsListeners && callbacks < 0.5) return undefined;
  const evidence = [
    `${profile.className} with ${formatQuantity(elements, "listener")}, of ${classesInWords(valueClasses)}`,
  ];
  if (callbacks > 0) {
    evidence.push(
      `${formatShare(callbacks, 1)} are subscriptions, or code that captured something of its own`,
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
 * Share of the elements that are code with something it captured: lambdas, inner or anonymous classes that keep what is
 * around them, and what a library made for one subscriber. One object many times over counts as one.
 */
function callbackShare(heap: Heap, { object }: CollectionProfile): number {
  const seen = new Set<bigint>();
  let looked = 0;
  let callbacks = 0;
  for (const value of elementIdsOf(heap, object)) {
    if (looked >= sampled) break;
    looked++;
    if (seen.has(value)) continue;
    seen.add(value);
    const element = heap.indexOf(value);
    if (element === undefined || heap.elementTypeOf(element) !== undefined) continue;
    if (isCode(heap, element) || isSubscription(heap, element)) callbacks++;
  }
  return callbacks / Math.max(1, looked);
}

function* elementIdsOf(heap: Heap, object: ObjectIndex): Generator<bigint> {
  if (heap.elementTypeOf(object) === undefined) for (const { value } of entriesOf(heap, object)) yield value;
  else yield* heap.elementIdsOf(object, 0, Math.min(sampled, heap.lengthOf(object)));
}

function isCode(heap: Heap, object: ObjectIndex): boolean {
  const name = heap.classNameOf(object);
  if (!/\$\$Lambda/.test(name) && !/\$\d+$/.test(name)) return false;
  return heap
    .fieldsOf(object)
    .some(
      ({ name: field, value }) => /^(arg\$\d+|this\$\d+|val\$.*)$/.test(field) && value.type === "object",
    );
}

/** Steps from a library's subscription to what it calls. */
const subscriptionDepth = 4;

/** A library's object for one subscriber, which leads to code of the application. */
function isSubscription(heap: Heap, object: ObjectIndex): boolean {
  if (isOwnCode(heap, heap.classNameOf(object)) || !subscriptionClass.test(heap.classNameOf(object)))
    return false;
  let level = [object];
  for (let depth = 0; depth < subscriptionDepth; depth++) {
    const next: ObjectIndex[] = [];
    for (const each of level) {
      for (const { value } of heap.fieldsOf(each)) {
        const held = value.type === "object" ? heap.indexOf(value.id) : undefined;
        if (held === undefined || heap.elementTypeOf(held) !== undefined) continue;
        if (isOwnCode(heap, heap.classNameOf(held))) return true;
        next.push(held);
      }
    }
    level = next.slice(0, 16);
  }
  return false;
}
