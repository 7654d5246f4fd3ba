import type { Cursor } from "../cursor";
import { queryFault } from "../faults";
import type { ScriptExpression, ScriptStatement } from "./ast";

/** What reads the expressions of statements. */
interface Expressions {
  readonly cursor: Cursor;
  nested<Result>(rule: () => Result): Result;
  name(): string;
  expression(): ScriptExpression;
}

/** The statements of a function's body in braces: `return`, `if`, variables and expressions. Loops are lists' work. */
export function statementsOf(parser: Expressions): readonly ScriptStatement[] {
  const { cursor } = parser;
  cursor.expectSign("{");
  return parser.nested(() => {
    const statements: ScriptStatement[] = [];
    while (!cursor.takeSign("}")) {
      if (cursor.takeSign(";")) continue;
      statements.push(statement(parser));
    }
    return statements;
  });
}

function statement(parser: Expressions): ScriptStatement {
  const { cursor } = parser;
  const { at, word } = cursor;
  if (word === "for" || word === "while" || word === "do")
    throw queryFault(`${word} is not there; go through lists with map, filter, sum, count or forEach`, at);
  if (cursor.takeWord("return")) {
    const isEmpty = cursor.startsWith(";") || cursor.startsWith("}");
    return { statement: "return", value: isEmpty ? null : parser.expression() };
  }
  if (cursor.takeWord("var") || cursor.takeWord("let") || cursor.takeWord("const")) {
    const name = parser.name();
    return { statement: "let", name, value: cursor.takeSign("=") ? parser.expression() : null };
  }
  if (cursor.takeWord("if")) {
    cursor.expectSign("(");
    const condition = parser.expression();
    cursor.expectSign(")");
    const yes = branch(parser);
    return { statement: "if", condition, yes, no: cursor.takeWord("else") ? branch(parser) : [] };
  }
  return { statement: "expression", value: parser.expression() };
}

function branch(parser: Expressions): readonly ScriptStatement[] {
  if (parser.cursor.startsWith("{")) return statementsOf(parser);
  const only = parser.nested(() => statement(parser));
  parser.cursor.takeSign(";");
  return [only];
}
