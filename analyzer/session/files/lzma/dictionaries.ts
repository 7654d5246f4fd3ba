import { ExhumeError } from "../../../base/errors";
import { formatBytes } from "../../../base/figures";

/** What `xz -9` asks for. */
export const largestDictionary = 64 << 20;

export interface LzmaOptions {
  /** Of the file, for sentences about it. */
  readonly name: string;
  /** Only the first so many bytes are wanted: no dictionary beyond them is kept. */
  readonly wantedBytes?: number;
}

export function dictionaryTooLarge(file: string, bytes: number): ExhumeError {
  const what = `its dictionary of ${formatBytes(bytes)} is larger than ${formatBytes(largestDictionary)}; unpack it with xz -d first`;
  return new ExhumeError({ code: "unsupported", file, what });
}
