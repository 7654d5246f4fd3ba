import type { SecretKind } from "./secretKinds";

export interface TextFinding {
  readonly kind: SecretKind;
  readonly value: string;
  /** The part of the text that would have to go, [start, end): the value, or the word it is encoded in. */
  readonly start: number;
  readonly end: number;
}
