declare const unit: unique symbol;

/** A number that belongs to one index space or unit, so that spaces cannot be mixed up unnoticed. */
export type Brand<T, Name extends string> = T & { readonly [unit]: Name };

/** Writes an address or object id the way every front shows it: lower-case hex with `0x`. */
export function formatHex(value: bigint | number): string {
  return `0x${value.toString(16)}`;
}

/**
 * Reads what {@link formatHex} writes; decimal digits are accepted too.
 * @returns undefined when the text is not a non-negative integer of at most 64 bits.
 */
export function parseHexOrUndefined(text: string): bigint | undefined {
  const trimmed = text.trim();
  if (!/^(0x[0-9a-f]{1,16}|[0-9]{1,20})$/i.test(trimmed)) return undefined;
  const value = BigInt(trimmed);
  return value < 1n << 64n ? value : undefined;
}
