import { dictionary } from "../../base/dictionary";
import { ExhumeError } from "../../base/errors";
import { type ExpressionToken, expressionTokensOf, invalid } from "./tokens";

/** A type as an expression writes it: its name, then how many pointers and what arrays are around it. */
export interface TypeSyntax {
  readonly name: string;
  readonly pointers: number;
  readonly counts: readonly number[];
}

export type Syntax = { readonly at: number } & (
  | { readonly kind: "integer"; readonly value: bigint; readonly suffix: string }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "character"; readonly value: bigint }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "register"; readonly name: string }
  | { readonly kind: "unary"; readonly operator: string; readonly operand: Syntax }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Syntax; readonly right: Syntax }
  | { readonly kind: "choice"; readonly test: Syntax; readonly then: Syntax; readonly otherwise: Syntax }
  | { readonly kind: "member"; readonly object: Syntax; readonly name: string }
  | { readonly kind: "index"; readonly object: Syntax; readonly index: Syntax }
  | { readonly kind: "cast"; readonly type: TypeSyntax; readonly operand: Syntax }
  | { readonly kind: "sizeOfType"; readonly type: TypeSyntax }
  | { readonly kind: "sizeOf"; readonly operand: Syntax }
);

/** Tells names of types from names of values. */
export interface NameKinds {
  /** A variable of the same name wins, as in the languages. */
  isType(name: string): boolean;
  hasType(name: string): boolean;
}

/** Binding power of binary operators; `@` makes an array of what is left of it. */
const powers: Readonly<Record<string, number>> = dictionary({
  "||": 1,
  "&&": 2,
  "|": 3,
  "^": 4,
  "&": 5,
  "==": 6,
  "!=": 6,
  "<": 7,
  ">": 7,
  "<=": 7,
  ">=": 7,
  "<<": 8,
  ">>": 8,
  "@": 9,
  "+": 10,
  "-": 10,
  "*": 11,
  "/": 11,
  "%": 11,
});

const changing = new Set(["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "++", "--"]);

const typeWords = new Set([
  ...["void", "bool", "char", "short", "int", "long", "float", "double", "signed", "unsigned", "_Bool"],
  ...["wchar_t", "char8_t", "char16_t", "char32_t", "__int128"],
]);
const tagWords = new Set(["struct", "class", "union", "enum", "const", "volatile", "typename", "mut"]);

const deepestNesting = 100;
/** Operators and members follow each other without nesting, and are evaluated from the last one inwards. */
const mostSteps = 1000;

/**
 * Reads an expression: fields, pointers, arrays, casts, arithmetic, registers.
 * @throws ExhumeError `invalid` with the column, or `refused` for what would change the process
 */
export function parseExpression(text: string, names: NameKinds): Syntax {
  return new Parser(expressionTokensOf(text), text, names).whole();
}

class Parser {
  private position = 0;
  private depth = 0;
  private steps = 0;

  constructor(
    private readonly tokens: readonly ExpressionToken[],
    private readonly text: string,
    private readonly names: NameKinds,
  ) {}

  whole(): Syntax {
    const syntax = this.expression();
    const { at } = this.current;
    this.refuseChanges();
    if (this.current.kind !== "end") throw invalid(`'${this.text.slice(at, at + 20)}' does not fit here`, at);
    return syntax;
  }

  private get current(): ExpressionToken {
    return this.tokens[this.position]!;
  }

  private isSymbol(text: string, ahead = 0): boolean {
    const token = this.tokens[this.position + ahead];
    return token?.kind === "symbol" && token.text === text;
  }

  private take(text: string): boolean {
    if (!this.isSymbol(text)) return false;
    this.position++;
    return true;
  }

  private expect(text: string): void {
    if (!this.take(text)) throw invalid(`'${text}' is missing`, this.current.at);
  }

  private countStep(at: number): void {
    if (++this.steps > mostSteps)
      throw invalid(`The expression has more than ${mostSteps} operators and members`, at);
  }

  private refuseChanges(): void {
    const { current } = this;
    if (current.kind === "symbol" && changing.has(current.text))
      throw new ExhumeError({ code: "refused", what: "A dump is read-only: values cannot be changed" });
  }

  private expression(): Syntax {
    if (++this.depth > deepestNesting) throw invalid("The expression is nested too deeply", this.current.at);
    const test = this.binary(1);
    this.depth--;
    const { at } = this.current;
    if (!this.take("?")) return test;
    this.countStep(at);
    const then = this.expression();
    this.expect(":");
    return { kind: "choice", at, test, then, otherwise: this.expression() };
  }

  private binary(power: number): Syntax {
    let left = this.unary();
    for (;;) {
      this.refuseChanges();
      const { current } = this;
      const own = current.kind === "symbol" ? powers[current.text] : undefined;
      if (current.kind !== "symbol" || own === undefined || own < power) return left;
      this.position++;
      this.countStep(current.at);
      left = { kind: "binary", at: current.at, operator: current.text, left, right: this.binary(own + 1) };
    }
  }

  private unary(): Syntax {
    this.refuseChanges();
    const { current } = this;
    if (current.kind === "symbol" && ["-", "+", "!", "~", "*", "&"].includes(current.text)) {
      this.position++;
      return this.nested(() => ({
        kind: "unary",
        at: current.at,
        operator: current.text,
        operand: this.unary(),
      }));
    }
    if (current.kind === "symbol" && current.text === "&&")
      throw invalid("An address has no address", current.at);
    if (current.kind === "name" && /^__(real|imag)(__)?$/.test(current.text)) {
      this.position++;
      const operator = current.text.replace(/_/g, "");
      return this.nested(() => ({ kind: "unary", at: current.at, operator, operand: this.unary() }));
    }
    if (current.kind === "name" && current.text === "sizeof") return this.sizeOf(current.at);
    if (this.isSymbol("(")) {
      const cast = this.castOrUndefined();
      if (cast !== undefined) return cast;
    }
    return this.postfix(this.primary());
  }

  private nested(parse: () => Syntax): Syntax {
    if (++this.depth > deepestNesting) throw invalid("The expression is nested too deeply", this.current.at);
    const syntax = parse();
    this.depth--;
    return syntax;
  }

  private sizeOf(at: number): Syntax {
    this.position++;
    if (this.isSymbol("(")) {
      const start = this.position++;
      const type = this.typeOrUndefined();
      if (type !== undefined && this.take(")")) return { kind: "sizeOfType", at, type };
      this.position = start;
    }
    return { kind: "sizeOf", at, operand: this.unary() };
  }

  private castOrUndefined(): Syntax | undefined {
    const start = this.position;
    const { at } = this.current;
    this.position++;
    const type = this.typeOrUndefined();
    if (type === undefined || !this.take(")")) {
      this.position = start;
      return undefined;
    }
    return this.nested(() => ({ kind: "cast", at, type, operand: this.unary() }));
  }

  /** Leaves the position where it is when there is no type. */
  private typeOrUndefined(): TypeSyntax | undefined {
    const start = this.position;
    const words: string[] = [];
    let isTagged = false;
    for (;;) {
      const { current } = this;
      if (current.kind === "register" && words.length === 0 && this.names.isType(`$${current.text}`)) {
        words.push(`$${current.text}`);
        this.position++;
        continue;
      }
      if (current.kind !== "name") break;
      if (tagWords.has(current.text)) {
        isTagged ||= current.text !== "const" && current.text !== "volatile";
        this.position++;
      } else if (typeWords.has(current.text)) {
        words.push(current.text);
        this.position++;
      } else {
        if (words.length > 0) break;
        const name = this.qualifiedName();
        if (!isTagged && !this.names.isType(name)) break;
        words.push(name);
      }
    }
    if (words.length === 0) {
      this.position = start;
      return undefined;
    }
    let pointers = 0;
    for (;;) {
      const { current } = this;
      if (this.take("*") || this.take("&")) pointers++;
      else if (current.kind === "name" && tagWords.has(current.text)) this.position++;
      else break;
    }
    const counts: number[] = [];
    while (this.isSymbol("[") && this.tokens[this.position + 1]?.kind === "number" && this.isSymbol("]", 2)) {
      const token = this.tokens[this.position + 1]!;
      if (token.kind === "number") counts.push(Number(token.value));
      this.position += 3;
    }
    return { name: words.join(" "), pointers, counts };
  }

  /** `a::b<c, d>::e`; template arguments belong to a name only when the whole is known as a type. */
  private qualifiedName(): string {
    // A leading `::` names the global scope, where every search begins anyway.
    this.take("::");
    let name = "";
    for (;;) {
      const { current } = this;
      if (this.isSymbol("~")) {
        this.position++;
        name += "~";
        continue;
      }
      // `Data::$T1` in the rule of a printer.
      const isArgument = current.kind === "register" && name !== "";
      if (current.kind !== "name" && !isArgument) throw invalid("A name is missing", current.at);
      name += isArgument ? `$${current.text}` : current.text;
      this.position++;
      name += this.templateArguments(name);
      if (!this.isSymbol("::")) return name;
      this.position++;
      name += "::";
    }
  }

  private templateArguments(name: string): string {
    if (!this.isSymbol("<")) return "";
    let depth = 0;
    for (let ahead = this.position; ahead < this.tokens.length; ahead++) {
      const token = this.tokens[ahead]!;
      if (token.kind === "end" || token.kind === "float") return "";
      if (token.kind !== "symbol") continue;
      if (token.text === "<") depth++;
      else if (token.text === ">") depth--;
      else if (token.text === ">>") depth -= 2;
      else if (!["::", ",", "*", "&", "(", ")", "[", "]"].includes(token.text)) return "";
      if (depth > 0) continue;
      const end = token.at + token.text.length;
      const written = this.text.slice(this.tokens[this.position]!.at, end);
      const isScope =
        this.tokens[ahead + 1]?.kind === "symbol" && this.isSymbol("::", ahead + 1 - this.position);
      if (!isScope && !this.names.isType(name + written)) return "";
      this.position = ahead + 1;
      return written;
    }
    return "";
  }

  private primary(): Syntax {
    const { current } = this;
    const { at } = current;
    switch (current.kind) {
      case "number":
        this.position++;
        return { kind: "integer", at, value: current.value, suffix: current.suffix };
      case "float":
      case "character":
        this.position++;
        return current.kind === "float"
          ? { kind: "float", at, value: current.value }
          : { kind: "character", at, value: current.value };
      case "register":
      case "text":
        this.position++;
        return current.kind === "register"
          ? { kind: "register", at, name: current.text }
          : { kind: "text", at, text: current.text };
      case "name":
        return { kind: "name", at, name: this.qualifiedName() };
      case "end":
        throw invalid("The expression ends too early", at);
      case "symbol":
        if (current.text === "::") return { kind: "name", at, name: this.qualifiedName() };
        this.expect("(");
        return this.parenthesized();
    }
  }

  private parenthesized(): Syntax {
    const inner = this.expression();
    this.expect(")");
    return inner;
  }

  private postfix(start: Syntax): Syntax {
    let object = start;
    for (;;) {
      const { at } = this.current;
      if (object !== start) this.countStep(at);
      if (this.take(".") || this.take("->")) {
        object = { kind: "member", at, object, name: this.memberName() };
      } else if (this.take("[")) {
        object = { kind: "index", at, object, index: this.expression() };
        this.expect("]");
      } else if (object.kind === "name" && this.isSymbol("(") && this.names.hasType(object.name)) {
        const type = { name: object.name, pointers: 0, counts: [] };
        this.position++;
        object = { kind: "cast", at, type, operand: this.nested(() => this.parenthesized()) };
      } else if (this.isSymbol("(")) {
        throw new ExhumeError({ code: "refused", what: "The process has ended: no function can be called" });
      } else return object;
    }
  }

  /** Rust's tuples have numbers for names. */
  private memberName(): string {
    const { current } = this;
    this.position++;
    if (current.kind === "name") return current.text;
    if (current.kind === "number") return `__${current.value}`;
    throw invalid("The name of a member is missing", current.at);
  }
}
