import { ExhumeError } from "../../base/errors";

/** One step from an object to a value. */
export type PathStep =
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "attribute"; readonly name: string };

export interface ObjectPath {
  /** `this`, a local, a field, a class, or an object's id `0x…`. */
  readonly start: string;
  readonly steps: readonly PathStep[];
}

const stepPattern =
  /\s*(?:\.\s*([\p{L}_$][\p{L}\p{N}_$]*)|\[\s*(\d+)\s*\]|\[\s*"((?:[^"\\]|\\.)*)"\s*\]|\.?\s*@([A-Za-z]+))/uy;

/**
 * Reads `this.orders[3].items["key"]@retained`.
 * @throws ExhumeError `invalid` with the column where it stops making sense.
 */
export function parseObjectPath(text: string): ObjectPath {
  const start = /^\s*(0x[0-9a-fA-F]{1,16}|[\p{L}_$][\p{L}\p{N}_$]*)/u.exec(text);
  if (start === null) {
    throw new ExhumeError({
      code: "invalid",
      what: `Expected a name or an object's id in ${text}`,
      column: 1,
    });
  }
  const steps: PathStep[] = [];
  let at = start[0].length;
  while (text.slice(at).trim() !== "") {
    stepPattern.lastIndex = at;
    const match = stepPattern.exec(text);
    if (match === null) {
      const what = `Expected .field, [index], ["key"] or @attribute in ${text}`;
      throw new ExhumeError({ code: "invalid", what, column: at + 1 });
    }
    steps.push(stepOf(match));
    at = stepPattern.lastIndex;
  }
  return { start: start[1]!, steps };
}

function stepOf([, field, index, key, attribute]: RegExpExecArray): PathStep {
  if (field !== undefined) return { kind: "field", name: field };
  if (index !== undefined) return { kind: "index", index: Number(index) };
  if (key !== undefined) return { kind: "key", key: key.replace(/\\(.)/g, "$1") };
  return { kind: "attribute", name: attribute! };
}
