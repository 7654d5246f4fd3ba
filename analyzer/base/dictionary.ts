/**
 * Values by name, for names that come from outside: what every object inherits (`constructor`, `toString`) is not in it.
 * All constants of type `Record<string, …>` are made by it; `test/unit/dictionaries.test.ts` finds one that is not.
 */
export function dictionary<Value>(entries: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  return Object.assign(Object.create(null), entries);
}
