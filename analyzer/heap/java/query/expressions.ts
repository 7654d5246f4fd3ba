import { dictionary } from "../../../base/dictionary";
import type { BinaryOperator, Expression, Query, TextOffset } from "./ast";
import { type Cursor, isWordStart } from "./cursor";
import { queryFault } from "./faults";
import { javaName } from "./names";

/** Words that cannot be a name where an expression begins. */
const reserved = new Set("select from where instanceof and or not like in as is null true false".split(" "));
/** Words that go on with the query behind a source, so that they cannot be its alias. */
const clauses = new Set("where group order limit union select from and or on desc asc".split(" "));

const anyWord = /[A-Za-z_$][A-Za-z0-9_$]*/y;
/** As HPROF writes arrays. */
const descriptor = /\[+(?:[BCDFIJSZ](?![\w.$])|L[\w.$/]+;)/y;
const classNamePattern = /[A-Za-z_$*][A-Za-z0-9_$*]*(?:\.[A-Za-z_$*][A-Za-z0-9_$/+*]*)*(?:\[\])*/y;
const hexadecimal = /0x([0-9a-f]+)[lL]?/iy;
const fraction = /([0-9]+\.[0-9]+(?:e[+-]?[0-9]+)?)[fFdD]?/iy;
const digits = /([0-9]+)[lL]?/y;

/** Deeper than people nest; evaluation descends as deep. */
const deepestNesting = 100;
/** Operators, fields and calls of one query: `a + b + c` is a tree as deep as it is long. */
const mostSteps = 1000;

/** How tightly operators bind, from the loosest on. */
const binding = { or: 1, and: 2, comparison: 3, sum: 4, product: 5 } as const;

interface Operator {
  readonly binds: number;
  readonly operator: BinaryOperator | "in" | "not in" | "instanceof" | "implements" | "is" | "is not";
}

/**
 * Reads expressions by the binding of their operators (Pratt). Every character is looked at a bounded number of times
 * and nothing is read twice.
 */
export class ExpressionParser {
  private depth = 0;
  private steps = 0;

  constructor(
    private readonly cursor: Cursor,
    private readonly query: () => Query,
  ) {}

  /** Runs a rule that may contain itself, to a bounded depth. */
  nested<Result>(rule: () => Result): Result {
    if (++this.depth > deepestNesting)
      throw queryFault(`The query nests deeper than ${deepestNesting} levels`, this.cursor.at);
    const result = rule();
    this.depth--;
    return result;
  }

  expression(): Expression {
    return this.nested(() => this.operators(binding.or));
  }

  list(): Expression[] {
    const { cursor } = this;
    const list = [this.expression()];
    while (cursor.takeSign(",")) list.push(this.expression());
    return list;
  }

  /** A name where no keyword can stand: behind a dot, `@` or AS. */
  anyName(): string {
    const found = this.cursor.take(anyWord, "name");
    if (found === undefined) throw this.cursor.fault();
    return found[0];
  }

  /** The alias of a source, when there is one. */
  aliasOrNull(): string | null {
    const { word } = this.cursor;
    return word === "" || clauses.has(word) ? null : this.anyName();
  }

  className(): string {
    const { cursor } = this;
    if (cursor.word === "where" || cursor.word === "select") throw cursor.fault("class name");
    const array = cursor.startsWith("[") ? cursor.take(descriptor, "class name") : undefined;
    if (array !== undefined) return javaName(array[0]);
    const found = cursor.take(classNamePattern, "class name");
    if (found === undefined) throw cursor.fault();
    return found[0];
  }

  /** A text in quotes of either kind; a backslash only escapes the quote and itself. */
  textOrUndefined(): string | undefined {
    const { cursor } = this;
    const quote = cursor.startsWith('"') ? '"' : cursor.startsWith("'") ? "'" : undefined;
    if (quote === undefined) return undefined;
    const pattern = quote === '"' ? /"((?:[^"\\]|\\[\s\S])*)"/y : /'((?:[^'\\]|\\[\s\S])*)'/y;
    const found = cursor.take(pattern, `closing ${quote}`);
    if (found === undefined) throw queryFault(`The text is not closed by ${quote}`, cursor.at);
    return found[1]!.replace(/\\(["'\\])/g, (pair, character) =>
      character === quote || character === "\\" ? character : pair,
    );
  }

  private operators(loosest: number): Expression {
    const { cursor } = this;
    const start = cursor.at;
    let left = loosest <= binding.comparison && this.takesNot() ? this.negation(start) : this.unary();
    // A comparison of comparisons has no meaning: after one, only AND and OR go on.
    let tightest: number = left.node === "not" ? binding.and : binding.product;
    for (;;) {
      const at = cursor.at;
      const found = this.takeOperator(loosest, tightest);
      if (found === undefined) return left;
      this.step(at);
      left = this.withOperand(left, found, at);
      tightest = found.binds === binding.comparison ? binding.and : found.binds;
    }
  }

  private withOperand(left: Expression, { binds, operator }: Operator, at: TextOffset): Expression {
    switch (operator) {
      case "in":
      case "not in":
        return { node: "in", operand: left, values: this.inValues(), negated: operator === "not in", at };
      case "instanceof":
        return {
          node: "instanceof",
          operand: left,
          className: this.textOrUndefined() ?? this.className(),
          at,
        };
      case "implements": {
        const className = this.className();
        return { node: "implements", operand: left, model: className, at };
      }
      case "is":
      case "is not": {
        const nothing: Expression = { node: "literal", value: null, at };
        return { node: "binary", operator: operator === "is" ? "=" : "!=", left, right: nothing, at };
      }
      default: {
        const right = this.nested(() => this.operators(binds + 1));
        return { node: "binary", operator, left, right, at };
      }
    }
  }

  private takesNot(): boolean {
    const { cursor } = this;
    if (cursor.startsWith("!") && !cursor.startsWith("!=")) return cursor.takeSign("!");
    return cursor.word === "not" && cursor.takeWord("not");
  }

  private negation(at: TextOffset): Expression {
    const operand = this.nested(() => this.operators(binding.comparison));
    return { node: "not", operand, at };
  }

  /** Takes the operator that stands here, unless it binds more loosely or tightly than wanted. */
  private takeOperator(loosest: number, tightest: number): Operator | undefined {
    const fits = (binds: number) => binds >= loosest && binds <= tightest;
    const { cursor } = this;
    if (fits(binding.product)) {
      for (const operator of ["*", "/", "%"] as const)
        if (cursor.takeSign(operator)) return { binds: binding.product, operator };
    }
    if (fits(binding.sum)) {
      for (const operator of ["+", "-"] as const)
        if (cursor.takeSign(operator)) return { binds: binding.sum, operator };
    }
    if (fits(binding.comparison)) {
      const operator = this.takeComparison();
      if (operator !== undefined) return { binds: binding.comparison, operator };
    }
    if (fits(binding.and) && (cursor.takeWord("and") || cursor.takeSign("&&")))
      return { binds: binding.and, operator: "and" };
    if (fits(binding.or) && (cursor.takeWord("or") || cursor.takeSign("||")))
      return { binds: binding.or, operator: "or" };
    return undefined;
  }

  private takeComparison(): Operator["operator"] | undefined {
    const { cursor } = this;
    for (const [sign, operator] of comparisons) if (cursor.takeSign(sign)) return operator;
    if (cursor.takeWord("like")) return "like";
    if (cursor.takeWord("in")) return "in";
    if (cursor.takeWord("instanceof")) return "instanceof";
    if (cursor.takeWord("implements")) return "implements";
    if (cursor.takeWord("is")) {
      const negated = cursor.takeWord("not");
      cursor.expectWord("null");
      return negated ? "is not" : "is";
    }
    if (!cursor.takeWord("not")) return undefined;
    if (cursor.takeWord("like")) return "not like";
    cursor.expectWord("in");
    return "not in";
  }

  private inValues(): readonly Expression[] | Query {
    const { cursor } = this;
    if (!cursor.startsWith("(")) return [this.nested(() => this.unary())];
    cursor.expectSign("(");
    const values = cursor.word === "select" ? this.nested(this.query) : this.list();
    cursor.expectSign(")");
    return values;
  }

  private unary(): Expression {
    const { cursor } = this;
    const at = cursor.at;
    if (!cursor.startsWith("-")) return this.withSuffixes(this.primary());
    cursor.takeSign("-");
    return { node: "negative", operand: this.nested(() => this.unary()), at };
  }

  private withSuffixes(head: Expression): Expression {
    const { cursor } = this;
    let of = head;
    for (;;) {
      const start = cursor.at;
      if (cursor.takeSign(".")) {
        const at = cursor.at;
        if (cursor.takeSign("@")) of = { node: "attribute", of, name: this.anyName(), at };
        else {
          const name = this.anyName();
          of = cursor.takeSign("(")
            ? { node: "call", of, name, parameters: this.parameters(), at }
            : { node: "field", of, name, at };
        }
      } else if (cursor.takeSign("[")) {
        const index = this.expression();
        const last = cursor.takeSign(":") ? this.expression() : undefined;
        cursor.expectSign("]");
        of =
          last === undefined
            ? { node: "element", of, index, at: start }
            : { node: "range", of, first: index, last, at: start };
      } else return of;
      this.step(start);
    }
  }

  private primary(): Expression {
    const { cursor } = this;
    const at = cursor.at;
    cursor.expects("expression");
    if (cursor.takeSign("(")) {
      const expression = this.expression();
      cursor.expectSign(")");
      return expression;
    }
    if (cursor.takeSign("@")) return { node: "attribute", of: null, name: this.anyName(), at };
    const literal = this.literalOrUndefined();
    if (literal !== undefined) return { node: "literal", value: literal, at };
    if (cursor.word === "" || reserved.has(cursor.word)) {
      cursor.expects("expression");
      throw cursor.fault();
    }
    const name = this.anyName();
    return cursor.takeSign("(")
      ? { node: "call", of: null, name, parameters: this.parameters(), at }
      : { node: "name", name, at };
  }

  private literalOrUndefined(): string | number | bigint | boolean | null | undefined {
    const { cursor } = this;
    const text = this.textOrUndefined();
    if (text !== undefined) return text;
    const number = this.numberOrUndefined();
    if (number !== undefined) return number;
    const { word } = cursor;
    if (!Object.hasOwn(constants, word)) return undefined;
    cursor.takeWord(word);
    return constants[word];
  }

  private numberOrUndefined(): number | bigint | undefined {
    const { cursor } = this;
    const at = cursor.at;
    const hex = cursor.take(hexadecimal, "number");
    const decimal = hex ?? cursor.take(fraction, "number") ?? cursor.take(digits, "number");
    if (decimal === undefined) return undefined;
    if (cursor.end === cursor.at && isWordStart(cursor.text[cursor.at])) throw cursor.fault("space");
    if (hex !== undefined) return BigInt(`0x${hex[1]}`);
    const value = decimal[1]!;
    if (value.length > longestNumber) throw queryFault("The number is too long", at);
    return value.includes(".") || value.length <= 15 ? Number(value) : BigInt(value);
  }

  private parameters(): readonly Expression[] {
    const { cursor } = this;
    if (cursor.takeSign(")")) return [];
    const list = cursor.takeSign("*") ? [] : this.list();
    cursor.expectSign(")");
    return list;
  }

  /** Counts what makes the tree deeper. */
  private step(at: TextOffset): void {
    if (++this.steps > mostSteps)
      throw queryFault(`The query has more than ${mostSteps} operators, fields and calls`, at);
  }
}

const constants: Readonly<Record<string, boolean | null>> = dictionary({
  true: true,
  false: false,
  null: null,
});

/** 64-bit numbers have 20 digits; a decimal fraction may have some more. */
const longestNumber = 40;

const comparisons: readonly (readonly [string, BinaryOperator])[] = [
  ["===", "="],
  ["==", "="],
  ["!==", "!="],
  ["!=", "!="],
  ["<>", "!="],
  ["<=", "<="],
  [">=", ">="],
  ["<", "<"],
  [">", ">"],
  ["=", "="],
];
