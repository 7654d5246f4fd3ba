import type { Value } from "../../heap";

/** One element, or one entry of a map. Ids; 0n is null. */
export interface Entry {
  /** Only entries of maps have one. */
  readonly key?: bigint;
  readonly value: bigint;
  /** The key itself when it is a primitive; `key` is 0 then. */
  readonly plainKey?: Value;
  /** The same of the value. */
  readonly plainValue?: Value;
}

/** The key of an entry, undefined where entries have none. */
export function entryKeyOf({ key, plainKey }: Entry): Value | undefined {
  return plainKey ?? (key === undefined ? undefined : { type: "object", id: key });
}

export function entryValueOf({ value, plainValue }: Entry): Value {
  return plainValue ?? { type: "object", id: value };
}

/** An entry of values that may be primitives. */
export function entryOf(key: Value | undefined, value: Value): Entry {
  return {
    ...(key === undefined ? {} : key.type === "object" ? { key: key.id } : { key: 0n, plainKey: key }),
    ...(value.type === "object" ? { value: value.id } : { value: 0n, plainValue: value }),
  };
}
