import { dump } from "../dump/open";
import { request } from "../request";

/** Secrets of one kind with one holder, see `base/secrets/secretTally`. Values are masked. */
export interface SecretRow {
  readonly kind: string;
  /** A class, a region of a process, or a part of a text. */
  readonly holder: string;
  /** Of the class; of the environment the variable's name. */
  readonly field?: string;
  /** The field is a number, which stays below the level `fields` of a redacted copy. */
  readonly isNumber?: true;
  readonly count: number;
  /** One of them with its first and last character at most. */
  readonly masked: string;
  readonly length: number;
  /** Where that one is: the object's id, an address, or the number of a line; absent for notes. */
  readonly at?: string;
}

export interface SecretsResult {
  /** Strings, arrays, runs of text or lines that were looked through. */
  readonly texts: number;
  readonly cutTexts: number;
  /** Findings of holders beyond those that have rows. */
  readonly notKept: number;
  readonly rows: readonly SecretRow[];
}

export const secretRequests = {
  "privacy/secrets": request({ dump }).gives<SecretsResult>(),
};
