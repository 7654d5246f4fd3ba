import { Cursor } from "../cursor";
import { queryFault } from "../faults";
import type { Script, ScriptExpression } from "./ast";
import { ScriptParser } from "./expressions";

const sourceName =
  /\[+[BCDFIJSZ](?![\w.$])|\[+L[\w.$/]+;|[A-Za-z_$][\w$]*(?:[./][\w$]+)*(?:\[\])*|0x[0-9a-f]{1,16}/iy;
const alias = /[A-Za-z_$][\w$]*/y;

/** Longest script that is read. */
const maximumLength = 20_000;

/**
 * Reads a query as VisualVM has it: JavaScript expressions in `select … from … where …`, or one expression alone.
 * @throws ExhumeError `invalid` with the column where it stops making sense.
 */
export function parseScript(text: string): Script {
  if (text.length > maximumLength)
    throw queryFault(`The query has ${text.length} characters; ${maximumLength} are read`, maximumLength);
  const cursor = new Cursor(text);
  const parser = new ScriptParser(cursor);
  const isQuery = cursor.takeWord("select");
  const select = parser.expression();
  const from = isQuery && cursor.takeWord("from") ? source(cursor, parser) : null;
  while (cursor.takeSign(";"));
  if (!cursor.isAtEnd) throw cursor.fault("the end");
  return { select, from };
}

/** The code of a callback that is given as a text: one expression. */
export function parseCallback(text: string): ScriptExpression {
  const { select, from } = parseScript(text);
  if (from !== null) throw queryFault("a callback is an expression, not a query", 0);
  return select;
}

function source(cursor: Cursor, parser: ScriptParser): Script["from"] {
  const instanceOf = cursor.takeWord("instanceof");
  const at = cursor.at;
  const className = parser.textOrUndefined() ?? cursor.take(sourceName, "class name")?.[0];
  if (className === undefined) throw cursor.fault();
  const name = cursor.take(alias, "a name for its objects");
  if (name === null || name === undefined || name[0] === "where")
    throw cursor.fault("a name for its objects");
  const where = cursor.takeWord("where") ? parser.expression() : null;
  return { className, at, instanceOf, alias: name[0], where };
}
