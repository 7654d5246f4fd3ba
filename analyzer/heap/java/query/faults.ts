import { ExhumeError } from "../../../base/errors";
import { regularExpression, type TextPattern } from "../../../base/patterns";
import type { TextOffset } from "./ast";

/** A fault that points at the column of the query text. */
export function queryFault(what: string, at: TextOffset): ExhumeError {
  return new ExhumeError({ code: "invalid", what, column: at + 1 });
}

/** @throws ExhumeError `invalid` with the column of a pattern that cannot be read. */
export function patternAt(pattern: string, at: TextOffset): TextPattern {
  try {
    return regularExpression(pattern);
  } catch (error) {
    const shown = pattern.length > 60 ? `${pattern.slice(0, 60)}…` : pattern;
    throw queryFault(`"${shown}" cannot be used as a regular expression: ${(error as Error).message}`, at);
  }
}
