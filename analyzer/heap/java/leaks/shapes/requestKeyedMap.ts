import { formatQuantity, formatShare } from "../../../../base/figures";
import { shapePart } from "../../../graph/suspects/scoring";
import type { CollectionProfile } from "../collectionProfile";
import type { LeakContext } from "../leakContext";
import { consumersOf } from "../queueConsumers";
import type { LeakFinding } from "../suspect";
import { classesInWords, collectionFinding, isOutstanding } from "./collectionFinding";
import { cachePoints, requestPoints } from "./mapPurpose";

const fix =
  "Remove the entry when the request ends, in a finally block, also on timeout and failure; keep nothing under ids that never come back.";

const sweptPoints = -60;

/** A map filed under ids that are new with every request: entries that nobody will ask for again. */
export function requestKeyedMap(context: LeakContext, profile: CollectionProfile): LeakFinding | undefined {
  if (profile.kind !== "map" && profile.kind !== "set") return undefined;
  if (profile.immutable || profile.bound !== undefined || !isOutstanding(profile)) return undefined;
  const points = requestPoints(profile);
  if (points < 15 || points <= cachePoints(profile)) return undefined;
  const { keyPattern, keyClasses } = profile;
  // Sessions that a task goes through now and then: what is there may be what is in use.
  const swept = consumersOf(context.heap, profile.object).scheduled;
  const evidence = [
    `${profile.className} with ${formatQuantity(profile.elements, "entry", "entries")}, each under a key of its own`,
  ];
  if (keyPattern !== undefined) {
    evidence.push(
      `${formatShare(keyPattern.share, 1)} of the keys looked at have the shape ${keyPattern.pattern}, e.g. ${keyPattern.samples.join(", ")}`,
    );
  } else if (keyClasses.length > 0) evidence.push(`keys are ${classesInWords(keyClasses)}`);
  if (keyPattern?.isAddress) evidence.push("there is one for every client that ever came");
  if (keyPattern?.isUniqueId)
    evidence.push("such ids are made new for every request and never asked for again");
  if (profile.valueClasses.length > 0) evidence.push(`values are ${classesInWords(profile.valueClasses)}`);
  return collectionFinding(context.heap, profile, "request-keyed-map", {
    parts: [
      shapePart(
        points,
        keyPattern?.isAddress === true ? "keys are addresses of clients" : "keys are ids of single requests",
      ),
      ...(swept ? [shapePart(sweptPoints, "a scheduled task leads to it, which may take entries out")] : []),
    ],
    evidence,
    fix,
  });
}
