import { formatBytes, formatQuantity } from "../../../../base/figures";
import { shapePart } from "../../../graph/suspects/scoring";
import type { CollectionProfile } from "../collectionProfile";
import { leastPiled } from "../growable";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";
import { classesInWords, collectionFinding, isOutstanding } from "./collectionFinding";
import { cacheNames, cachePoints, requestPoints } from "./mapPurpose";

const fix =
  "Give the cache a limit: a maximum size or an expiry (Caffeine, Guava, a LinkedHashMap with removeEldestEntry), or drop entries when what they stand for ends.";

/** Points of a name that says it. */
const wordOfCache = 12;

/** A map (or set) that only ever grows: many entries, nothing in it that would evict them. */
export function unboundedCache(context: LeakContext, profile: CollectionProfile): LeakFinding | undefined {
  if (profile.kind !== "map" && profile.kind !== "set") return undefined;
  if (profile.immutable || profile.bound !== undefined || !isOutstanding(profile)) return undefined;
  if (requestPoints(profile) > cachePoints(profile)) return undefined;
  const points = cachePoints(profile);
  // Without a word that it is a cache, its number of entries has to say that it grows.
  if (points < wordOfCache && profile.things < leastPiled) return undefined;
  const perEntry = profile.retainedBytes / Math.max(1, profile.elements);
  const evidence = [
    `${profile.className} with ${formatQuantity(profile.elements, "entry", "entries")}, about ${formatBytes(Math.round(perEntry))} each`,
    profile.cacheClass === undefined
      ? "nothing in the map's class limits its size or lets entries expire"
      : `the cache (${profile.cacheClass}) has neither a maximum size nor an expiry`,
  ];
  if (profile.field !== undefined && cacheNames.test(profile.field.field)) {
    evidence.push(`the field ${profile.field.className}.${profile.field.field} is named like a cache`);
  }
  if (profile.keyPattern !== undefined) {
    evidence.push(
      `keys look like ${profile.keyPattern.pattern}, e.g. ${profile.keyPattern.samples.join(", ")}`,
    );
  }
  if (profile.valueClasses.length > 0) evidence.push(`values are ${classesInWords(profile.valueClasses)}`);
  return collectionFinding(context.heap, profile, "unbounded-cache", {
    parts: [shapePart(points, "a map without eviction")],
    evidence,
    fix,
  });
}
