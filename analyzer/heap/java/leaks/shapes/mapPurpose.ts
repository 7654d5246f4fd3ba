import { isApplicationClass } from "../../paths/applicationClasses";
import { isLibraryClass } from "../../paths/libraryPackages";
import type { CollectionProfile } from "../collectionProfile";
import { namesRequests } from "../keyPatterns";
import type { ClassTally } from "../suspect";

/** Names of fields that speak of keeping things to find them again. */
export const cacheNames =
  /cache|memo|lookup|registry|loaded|computed|resolved|known|intern|store|index|by[A-Z_]/i;

/** A table of the JDK's or a library's own is more often an index than a leak: growth must add to it, or nothing is claimed. */
const ownTablePoints = 6;

/** A cache by its class, with nothing that limits it. */
const cacheClassPoints = 26;

/** How much a map looks like a cache. */
export function cachePoints({
  field,
  kind,
  cacheClass,
}: Pick<CollectionProfile, "field" | "kind" | "cacheClass">): number {
  if (cacheClass !== undefined) return cacheClassPoints;
  if (field !== undefined && (!isApplicationClass(field.className) || isLibraryClass(field.className))) {
    return ownTablePoints;
  }
  const named = field !== undefined && /cache|memo/i.test(field.field + field.className);
  const hinted = field !== undefined && cacheNames.test(field.field);
  return (named ? 24 : hinted ? 12 : 8) - (kind === "set" ? 4 : 0);
}

/** Without a word from the keys themselves, names of fields and classes are a hint and no more. */
const mostFromNames = 15;

/** How much a map looks as if it were filed by request: from its keys first, then from names. */
export function requestPoints({ keyPattern, keyClasses, valueClasses, field }: CollectionProfile): number {
  let fromKeys = 0;
  if (keyPattern?.isUniqueId || keyClasses[0]?.className === "java.util.UUID") fromKeys += 25;
  if (keyPattern?.namesRequests) fromKeys += 20;
  if (keyPattern?.isAddress && keepsState(valueClasses)) fromKeys += 25;
  if (keyClasses.some(({ className }) => namesRequests(simpleName(className)))) fromKeys += 15;
  let fromNames = 0;
  if (field !== undefined && namesRequests(field.field)) fromNames += 12;
  if (field !== undefined && namesRequests(simpleName(field.className))) fromNames += 8;
  if (valueClasses.some(({ className }) => namesRequests(simpleName(className)))) fromNames += 8;
  return Math.min(40, fromKeys + (fromKeys > 0 ? fromNames : Math.min(mostFromNames, fromNames)));
}

/** What is known of each client, and not a list of addresses with a word or a number to each. */
function keepsState(valueClasses: readonly ClassTally[]): boolean {
  const [first] = valueClasses;
  return first !== undefined && !/^java\.lang\.|^\w+$|^null$|\[\]$/.test(first.className);
}

function simpleName(className: string): string {
  return className.slice(className.lastIndexOf(".") + 1);
}
