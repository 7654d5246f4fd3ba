import { formatQuantity } from "../../../../base/figures";
import { shapePart } from "../../../graph/suspects/scoring";
import type { CollectionProfile } from "../collectionProfile";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";
import { classesInWords, collectionFinding } from "./collectionFinding";

const listenerWords = /listener|observer|subscri|handler|callback|hook|watcher|consumers?$/i;
const publisherWords = /event|bus$|publisher|subject|emitter|notifier|dispatcher|broadcast/i;

const leastElements = 100;
const leastShare = 0.01;

const fix =
  "Unsubscribe where the listener's life ends (close, dispose, destroy), or hold listeners weakly; a lambda must be kept in a variable to be removable.";

/** Listeners that are added and never taken away, each with what it captured. */
export function listenersNeverRemoved(
  context: LeakContext,
  profile: CollectionProfile,
): LeakFinding | undefined {
  const { kind, elements, share, field, valueClasses } = profile;
  if (profile.immutable || profile.bound !== undefined) return undefined;
  const few = elements < leastElements && !(elements >= 20 && share >= 0.3);
  if (few || share < leastShare) return undefined;
  const fieldNamed = field !== undefined && listenerWords.test(field.field);
  const holderNamed = field !== undefined && publisherWords.test(field.className);
  const elementNamed = valueClasses.some(({ className }) => listenerWords.test(className));
  const lambdas = valueClasses.some(({ className }) => className.includes("$$Lambda"));
  let points = 0;
  if (fieldNamed) points += 20;
  if (elementNamed) points += 12;
  if (holderNamed) points += 8;
  if (lambdas) points += 8;
  // A word in one name is no evidence by itself; a map of handlers by name is a plain table.
  if (points < 20 || (kind === "map" && !fieldNamed)) return undefined;
  const evidence = [
    `${profile.className} with ${formatQuantity(elements, "listener")}, of ${classesInWords(valueClasses)}`,
  ];
  if (fieldNamed && field !== undefined) {
    evidence.push(`the field ${field.className}.${field.field} is named for listeners`);
  }
  if (lambdas) evidence.push("some are lambdas, which cannot be removed unless the same object was kept");
  evidence.push("so many subscribers mean that closing does not unsubscribe");
  return collectionFinding(context.heap, profile, "listeners-never-removed", {
    parts: [shapePart(Math.min(40, points), "a list of listeners that only grows")],
    evidence,
    fix,
  });
}
