/**
 * What a redacted copy has lost, each level all that those before it have: `strings` the characters of strings (and
 * names of threads), `arrays` every primitive array, `fields` every primitive field, static and instance, `names` the
 * names of classes, fields, methods and source files that are not the JDK's.
 */
export const redactionLevels = ["strings", "arrays", "fields", "names"] as const;
export type RedactionLevel = (typeof redactionLevels)[number];

export function includesLevel(level: RedactionLevel, included: RedactionLevel): boolean {
  return redactionLevels.indexOf(level) >= redactionLevels.indexOf(included);
}

/** Contents that stay although their level goes. Class names may end in `*`. */
export interface KeptByName {
  /** Values of all fields of these classes, and of arrays and strings the fields refer to. */
  readonly classes: readonly string[];
  /** One field each: `com.example.Order#state`. */
  readonly fields: readonly string[];
  /** Names of threads whose name stays. */
  readonly threads: readonly string[];
}

export const nothingKept: KeptByName = { classes: [], fields: [], threads: [] };

/** Whether a name is a pattern, or begins as one that ends in `*` does. */
export function matchesName(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
