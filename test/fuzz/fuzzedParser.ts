/** Something that reads foreign bytes. */
export interface FuzzedParser {
  readonly seeds: readonly Uint8Array[] | (() => Promise<readonly Uint8Array[]>);
  /** What was read, in any form that JSON takes. May throw an ExhumeError. */
  readonly read: (bytes: Uint8Array) => unknown;
  /** What else it may throw: faults of its own format, which its callers take. */
  readonly mayThrow?: (error: unknown) => boolean;
  /** Damage that knows more of the format than bytes, instead of the usual kinds every other time. */
  readonly mutate?: (seeds: readonly Uint8Array[], random: () => number) => Uint8Array;
  /** Whether what was read has no problem at all. A seed that is cut gives one, or is refused. */
  readonly isSilent?: (answer: unknown) => boolean;
  /** Where a seed may end although more follows: nothing tells that it should. */
  readonly mayEndAt?: (seed: Uint8Array, length: number) => boolean;
  /** Its data carries checksums: a damaged copy is refused or gives what the whole one gives. */
  readonly isChecked?: true;
}
