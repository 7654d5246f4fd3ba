import { generate, type Parser } from "peggy";
import { ExhumeError } from "../../../base/errors";
import type { Query } from "./ast";
import { foreignFormIn } from "./foreignForms";
import { grammar } from "./grammar";

/** Longest query that is read: a person's query is a few lines. */
const maximumLength = 20_000;

let parser: Parser | undefined;

/**
 * Reads a query.
 * @throws ExhumeError `invalid` with the column (from 1, of the whole text) where it stops making sense.
 */
export function parseQuery(text: string): Query {
  if (text.length > maximumLength) {
    throw new ExhumeError({ code: "invalid", what: `A query of ${text.length} characters is too long` });
  }
  const foreign = foreignFormIn(text);
  if (foreign !== undefined) {
    throw new ExhumeError({ code: "invalid", what: foreign.what, column: foreign.at + 1 });
  }
  // The grammar is compiled on first use: 15 ms that most sessions never spend.
  parser ??= generate(grammar);
  try {
    return parser.parse(text) as Query;
  } catch (error) {
    throw asFault(error, text);
  }
}

interface SyntaxFault {
  readonly message: string;
  readonly found: string | null;
  readonly expected: readonly {
    readonly description?: string;
    readonly text?: string;
    readonly type: string;
  }[];
  readonly location: { readonly start: { readonly offset: number } };
}

function isSyntaxFault(error: unknown): error is SyntaxFault {
  return error instanceof Error && "location" in error && "expected" in error;
}

function asFault(error: unknown, text: string): unknown {
  if (!isSyntaxFault(error)) return error;
  const { offset } = error.location.start;
  const found = offset >= text.length ? "the query ends" : `found "${wordAt(text, offset)}"`;
  return new ExhumeError({
    code: "invalid",
    what: `${found} where ${expectedOf(error)} is expected`,
    column: offset + 1,
  });
}

function wordAt(text: string, offset: number): string {
  return /^\S{1,20}/.exec(text.slice(offset))?.[0] ?? " ";
}

/** The few things a person would write there, without the noise of single characters. */
function expectedOf({ expected }: SyntaxFault): string {
  const words = new Set<string>();
  for (const each of expected ?? []) {
    if (each.type === "other" && each.description !== undefined && each.description !== "space")
      words.add(each.description);
    else if (each.type === "literal" && each.text !== undefined && each.text.length > 1)
      words.add(each.text.toUpperCase());
    else if (each.type === "end") words.add("the end");
    else if (each.type === "literal" && each.text !== undefined && /[)\](,]/.test(each.text))
      words.add(`"${each.text}"`);
  }
  const list = [...words].slice(0, 6);
  return list.length === 0 ? "something else" : list.join(" or ");
}
