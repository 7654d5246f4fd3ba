import { ExhumeError } from "../../../base/errors";

/** A field, or all fields, of the types whose names match. */
export interface FieldPattern {
  readonly matchesClass: (name: string) => boolean;
  readonly field: string | undefined;
}

/** Reads `Type:field` or `Type`, with `*` for any part of a name. @throws ExhumeError `invalid` */
export function parseFieldPattern(text: string): FieldPattern {
  const match = /^\s*([\w.$*[\]]+?)\s*(?:[:#]\s*([\w$]+)\s*)?$/.exec(text);
  if (match === null) {
    throw new ExhumeError({
      code: "invalid",
      what: `"${text}" is not an exclusion; write Class or Class:field, with * for any part of a class name`,
    });
  }
  const pattern = new RegExp(
    `^${match[1]!
      .split("*")
      .map((part) => part.replace(/[.$[\]]/g, "\\$&"))
      .join(".*")}$`,
  );
  return { matchesClass: (name) => pattern.test(name), field: match[2] };
}
