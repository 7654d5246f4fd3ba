import { dictionary } from "../../../../base/dictionary";
import type { TextOffset } from "../ast";
import type { Cursor } from "../cursor";
import { queryFault } from "../faults";
import type { ScriptExpression, ScriptOperator } from "./ast";
import { statementsOf } from "./statements";
import { scriptText } from "./texts";

const name = /[A-Za-z_$][\w$]*/y;
const hexadecimal = /0x[0-9a-f]{1,13}(?![\w$])/iy;
const decimal = /(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:e[+-]?[0-9]{1,3})?(?![\w$])/iy;
/** A pattern in slashes: a slash inside a class of characters does not end it. */
const pattern = /\/((?:[^/\\[\n]|\\[^\n]|\[(?:[^\]\\\n]|\\[^\n])*\])+)\/([a-z]*)/y;
const arrow = /\(\s*(?:[A-Za-z_$][\w$]*\s*(?:,\s*[A-Za-z_$][\w$]*\s*)*)?\)\s*=>|[A-Za-z_$][\w$]*\s*=>/y;

/** Deeper than people nest; evaluation descends as deep. */
const deepestNesting = 80;
/** Operators, members and calls of one script: a chain of them is a tree as deep as it is long. */
const mostSteps = 1000;

/** Words of the language that cannot be a name. */
const reserved = new Set(
  "select from where instanceof in new var let const return if else for while do function typeof delete this switch throw try".split(
    " ",
  ),
);

/** How tightly operators bind, from the loosest on; longer signs stand before those they begin with. */
const operators: readonly (readonly [ScriptOperator, number])[] = [
  ["===", 3],
  ["!==", 3],
  ["==", 3],
  ["!=", 3],
  ["<=", 4],
  [">=", 4],
  ["<", 4],
  [">", 4],
  ["&&", 2],
  ["||", 1],
  ["+", 5],
  ["-", 5],
  ["*", 6],
  ["/", 6],
  ["%", 6],
];

const constants: Readonly<Record<string, boolean | null | undefined>> = dictionary<
  boolean | null | undefined
>({ true: true, false: false, null: null, undefined: undefined });

/** Reads expressions of JavaScript, as far as queries use them, in time linear in the text. */
export class ScriptParser {
  private depth = 0;
  private steps = 0;

  constructor(readonly cursor: Cursor) {}

  nested<Result>(rule: () => Result): Result {
    if (++this.depth > deepestNesting)
      throw queryFault(`The query nests deeper than ${deepestNesting} levels`, this.cursor.at);
    const result = rule();
    this.depth--;
    return result;
  }

  expression(): ScriptExpression {
    return this.nested(() => this.conditional());
  }

  textOrUndefined(): string | undefined {
    return scriptText(this.cursor);
  }

  name(): string {
    const found = this.cursor.take(name, "name");
    if (found === undefined) throw this.cursor.fault();
    return found[0];
  }

  private conditional(): ScriptExpression {
    const { cursor } = this;
    const condition = this.binary(1);
    const at = cursor.at;
    if (cursor.startsWith("=") && !cursor.startsWith("==") && !cursor.startsWith("=>"))
      throw queryFault("= changes a variable, which queries have no use for; compare with ==", at);
    if (!cursor.takeSign("?")) return condition;
    const yes = this.expression();
    cursor.expectSign(":");
    return { node: "conditional", condition, yes, no: this.expression(), at };
  }

  private binary(loosest: number): ScriptExpression {
    const { cursor } = this;
    let left = this.unary();
    for (;;) {
      const at = cursor.at;
      const found = this.operator(loosest);
      if (found === undefined) return left;
      this.step(at);
      const [operator, binds] = found;
      left = { node: "binary", operator, left, right: this.nested(() => this.binary(binds + 1)), at };
    }
  }

  private operator(loosest: number): readonly [ScriptOperator, number] | undefined {
    const { cursor } = this;
    if (loosest <= 4) {
      for (const word of ["instanceof", "in"] as const) if (cursor.takeWord(word)) return [word, 4];
    }
    const found = operators.find(([sign]) => cursor.startsWith(sign));
    if (found === undefined || found[1] < loosest) return undefined;
    cursor.takeSign(found[0]);
    return found;
  }

  private unary(): ScriptExpression {
    const { cursor } = this;
    const at = cursor.at;
    for (const sign of ["++", "--"])
      if (cursor.startsWith(sign)) throw queryFault(`${sign} changes a variable; write + 1 or - 1`, at);
    for (const operator of ["!", "-", "+"] as const) {
      if (cursor.takeSign(operator)) return { node: "unary", operator, operand: this.operand(), at };
    }
    if (cursor.word === "typeof" && cursor.takeWord("typeof"))
      return { node: "unary", operator: "typeof", operand: this.operand(), at };
    return this.withSuffixes(this.primary());
  }

  private operand(): ScriptExpression {
    return this.nested(() => this.unary());
  }

  private withSuffixes(head: ScriptExpression): ScriptExpression {
    const { cursor } = this;
    let of = head;
    for (;;) {
      const start = cursor.at;
      if (cursor.takeSign(".")) {
        const at = cursor.at;
        of = { node: "member", of, name: this.name(), at };
      } else if (cursor.takeSign("[")) {
        const index = this.expression();
        cursor.expectSign("]");
        of = { node: "index", of, index, at: start };
      } else if (cursor.takeSign("(")) {
        of = { node: "call", callee: of, parameters: this.listUntil(")"), at: of.at };
      } else return of;
      this.step(start);
    }
  }

  private primary(): ScriptExpression {
    const { cursor } = this;
    const at = cursor.at;
    cursor.expects("expression");
    const short = this.arrowFunction(at);
    if (short !== undefined) return short;
    if (cursor.takeSign("(")) {
      const inner = this.expression();
      cursor.expectSign(")");
      return inner;
    }
    if (cursor.takeSign("[")) return { node: "list", items: this.listUntil("]"), at };
    if (cursor.takeSign("{")) return { node: "record", entries: this.entries(), at };
    const text = this.textOrUndefined();
    if (text !== undefined) return { node: "literal", value: text, at };
    const number = cursor.take(hexadecimal, "number") ?? cursor.take(decimal, "number");
    if (number !== undefined) return { node: "literal", value: Number(number[0]), at };
    const found = cursor.startsWith("/") ? cursor.take(pattern, "pattern") : undefined;
    if (found !== undefined) return { node: "pattern", pattern: found[1]!, flags: found[2]!, at };
    return this.word(at);
  }

  private word(at: TextOffset): ScriptExpression {
    const { cursor } = this;
    if (cursor.word === "function" && cursor.takeWord("function")) {
      if (!cursor.startsWith("(")) this.name();
      cursor.expectSign("(");
      const parameters = this.parameterNames();
      return { node: "function", parameters, body: statementsOf(this), at };
    }
    if (cursor.word === "new")
      throw queryFault("new makes objects of JavaScript, which queries do not have; write [] or {}", at);
    if (reserved.has(cursor.word)) {
      cursor.expects("expression");
      throw cursor.fault();
    }
    const found = this.name();
    return found in constants
      ? { node: "literal", value: constants[found], at }
      : { node: "name", name: found, at };
  }

  /** `x => …` and `(x, y) => …`; undefined for anything else. */
  private arrowFunction(at: TextOffset): ScriptExpression | undefined {
    const found = this.cursor.take(arrow, "function");
    if (found === undefined) return undefined;
    const parameters = found[0].match(/[A-Za-z_$][\w$]*/g) ?? [];
    const body = this.cursor.startsWith("{") ? statementsOf(this) : this.expression();
    return { node: "function", parameters, body, at };
  }

  private parameterNames(): string[] {
    const { cursor } = this;
    const names: string[] = [];
    while (!cursor.takeSign(")")) {
      if (names.length > 0) cursor.expectSign(",");
      names.push(this.name());
    }
    return names;
  }

  private entries(): (readonly [string, ScriptExpression])[] {
    const { cursor } = this;
    const entries: (readonly [string, ScriptExpression])[] = [];
    while (!cursor.takeSign("}")) {
      if (entries.length > 0) cursor.expectSign(",");
      if (cursor.takeSign("}")) break;
      const at = cursor.at;
      const key = this.textOrUndefined() ?? this.name();
      const value: ScriptExpression = cursor.takeSign(":")
        ? this.expression()
        : { node: "name", name: key, at };
      entries.push([key, value]);
      this.step(at);
    }
    return entries;
  }

  private listUntil(close: string): ScriptExpression[] {
    const { cursor } = this;
    const items: ScriptExpression[] = [];
    while (!cursor.takeSign(close)) {
      if (items.length > 0) cursor.expectSign(",");
      if (items.length > 0 && cursor.takeSign(close)) break;
      items.push(this.expression());
      this.step(cursor.at);
    }
    return items;
  }

  private step(at: TextOffset): void {
    if (++this.steps > mostSteps)
      throw queryFault(`The query has more than ${mostSteps} operators, members and calls`, at);
  }
}
