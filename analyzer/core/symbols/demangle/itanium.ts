import { builtins, builtinsAfterD, operators, specialNames, standardNames } from "./itaniumOperators";
import { NameTooLong, type Node, printNode } from "./itaniumPrinter";

/** Names of this length come out of no compiler: the rest of the work is bounded by it. */
const longestSymbol = 1 << 15;
const deepestNesting = 200;

class NotMangled extends Error {}

export interface DemangleOptions {
  /** false leaves out return type and parameters of the outermost function. */
  readonly signature: boolean;
}

/**
 * Reads a symbol by the Itanium C++ ABI, section 5.1 ("External names"), as written by gcc and clang; printed as the
 * GNU tools print it. @returns undefined when the symbol is none, or uses an expression Exhume does not know
 */
export function demangleItanium(
  symbol: string,
  options: DemangleOptions = { signature: true },
): string | undefined {
  const start = symbol.startsWith("_Z") ? 2 : symbol.startsWith("__Z") ? 3 : -1;
  if (start < 0 || symbol.length > longestSymbol) return undefined;
  try {
    const parser = new Parser(symbol, start);
    const name = printNode(parser.encoding(), options);
    return name + (options.signature ? parser.cloneSuffix() : "");
  } catch (thrown) {
    if (thrown instanceof NotMangled || thrown instanceof NameTooLong) return undefined;
    throw thrown;
  }
}

/** What reading a name found out about the function it names. */
interface NameFacts {
  endsWithTemplateArgs: boolean;
  hasNoReturnType: boolean;
  qualifiers: string;
}

const text = (value: string, last?: string): Node => ({
  kind: "text",
  text: value,
  ...(last !== undefined && { last }),
});

/** Recursive descent: the grammar is recursive, {@link deepestNesting} bounds what a hostile name can do with it. */
class Parser {
  private depth = 0;
  private readonly substitutions: Node[] = [];
  private templateParams: Node[] = [];
  private lambdaDepth = 0;
  /** Parameters named before their arguments are known. */
  private forwards: ((params: readonly Node[]) => void)[] = [];

  constructor(
    private readonly symbol: string,
    private at: number,
  ) {}

  cloneSuffix(): string {
    const rest = this.symbol.slice(this.at);
    if (rest === "" || rest.startsWith("@")) return rest;
    if (!rest.startsWith(".")) throw new NotMangled();
    return (rest.match(/(\.[a-zA-Z_][^.]*)?(\.\d+)*/g) ?? [])
      .filter((part) => part !== "")
      .map((part) => ` [clone ${part}]`)
      .join("");
  }

  encoding(): Node {
    return this.nested(() => {
      const saved = this.templateParams;
      const savedForwards = this.forwards;
      this.templateParams = [];
      this.forwards = [];
      const node = this.encodingBody();
      for (const resolve of this.forwards) resolve(this.templateParams);
      this.templateParams = saved;
      this.forwards = savedForwards;
      return node;
    });
  }

  private encodingBody(): Node {
    if (this.peek("T") || this.peek("G")) return this.specialName();
    const facts: NameFacts = { endsWithTemplateArgs: false, hasNoReturnType: false, qualifiers: "" };
    const name = this.name(facts);
    if (this.atEnd() || this.peek("E") || this.peek(".") || this.peek("@")) return name;
    const returns = facts.endsWithTemplateArgs && !facts.hasNoReturnType ? this.type() : undefined;
    const params = this.parameters(() => this.atEnd() || this.peek("E") || this.peek(".") || this.peek("@"));
    return { kind: "encoding", name, params, qualifiers: facts.qualifiers, ...(returns && { returns }) };
  }

  private parameters(ends: () => boolean): Node[] {
    if (this.peek("v")) {
      this.at++;
      return [];
    }
    const params: Node[] = [];
    while (!ends()) params.push(this.type());
    return params;
  }

  private specialName(): Node {
    const code = this.symbol.slice(this.at, this.at + 2);
    const prefix = specialNames[code];
    if (prefix !== undefined) {
      this.at += 2;
      const isName = code === "GV" || code === "TW" || code === "TH";
      return { kind: "sequence", parts: [text(prefix), isName ? this.name(newFacts()) : this.type()] };
    }
    if (this.take("Tc")) {
      this.callOffset();
      this.callOffset();
      return { kind: "sequence", parts: [text("covariant return thunk to "), this.encoding()] };
    }
    if (this.take("TC")) {
      const whole = this.type();
      this.number();
      this.expect("_");
      const base = this.type();
      return { kind: "sequence", parts: [text("construction vtable for "), base, text("-in-"), whole] };
    }
    if (this.peek("Th") || this.peek("Tv")) {
      const kind = this.peek("Tv") ? "virtual thunk to " : "non-virtual thunk to ";
      this.at++;
      this.callOffset();
      return { kind: "sequence", parts: [text(kind), this.encoding()] };
    }
    if (this.take("GR")) {
      const name = this.name(newFacts());
      const index = this.peek("_") ? 0 : this.base36() + 1;
      this.expect("_");
      return { kind: "sequence", parts: [text(`reference temporary #${index} for `), name] };
    }
    if (this.take("GTt"))
      return { kind: "sequence", parts: [text("transaction clone for "), this.encoding()] };
    throw new NotMangled();
  }

  private callOffset(): void {
    if (this.take("h")) {
      this.number();
      this.expect("_");
      return;
    }
    this.expect("v");
    this.number();
    this.expect("_");
    this.number();
    this.expect("_");
  }

  private name(facts: NameFacts): Node {
    return this.nested(() => {
      if (this.peek("N")) return this.nestedName(facts);
      if (this.peek("Z")) return this.localName(facts);
      let name: Node;
      if (this.peek("S") && this.symbol[this.at + 1] !== "t") {
        name = this.substitution();
        if (!this.peek("I")) throw new NotMangled();
      } else {
        name = this.take("St")
          ? { kind: "nested", scope: text("std"), name: this.unqualified(undefined, facts) }
          : this.unqualified(undefined, facts);
        if (!this.peek("I")) return name;
        this.substitutions.push(name);
      }
      facts.endsWithTemplateArgs = true;
      return { kind: "template", name, args: this.templateArgs(true) };
    });
  }

  private nestedName(facts: NameFacts): Node {
    this.expect("N");
    facts.qualifiers = this.functionQualifiers();
    let soFar: Node | undefined;
    let pushed = false;
    while (!this.take("E")) {
      this.take("L");
      if (this.peek("I")) {
        if (soFar === undefined) throw new NotMangled();
        soFar = { kind: "template", name: soFar, args: this.templateArgs(true) };
        facts.endsWithTemplateArgs = true;
      } else if (this.peek("S") && this.symbol[this.at + 1] !== "t") {
        if (soFar !== undefined) throw new NotMangled();
        soFar = this.substitution();
        pushed = false;
        continue;
      } else if (this.take("St")) {
        soFar = text("std");
        pushed = false;
        continue;
      } else if (this.peek("T")) {
        soFar = this.templateParam();
      } else if (this.peek("Dt") || this.peek("DT")) {
        soFar = this.decltype();
      } else if (this.take("M")) {
        continue;
      } else {
        facts.endsWithTemplateArgs = false;
        const part = this.unqualified(soFar, facts);
        soFar = soFar === undefined ? part : { kind: "nested", scope: soFar, name: part };
      }
      this.substitutions.push(soFar);
      pushed = true;
    }
    if (soFar === undefined) throw new NotMangled();
    // The whole name is a substitution only when it is a type, and then the type pushes it.
    if (pushed) this.substitutions.pop();
    return soFar;
  }

  private localName(facts: NameFacts): Node {
    this.expect("Z");
    const scope = this.encoding();
    this.expect("E");
    if (this.take("s")) {
      this.discriminator();
      return { kind: "nested", scope, name: text("string literal") };
    }
    if (this.take("d")) {
      if (!this.peek("_")) this.number();
      this.expect("_");
      const name = this.name(facts);
      return { kind: "nested", scope, name };
    }
    const name = this.name(facts);
    this.discriminator();
    // A function around prints with its parameters, without its return type.
    const around: Node = scope.kind === "encoding" ? withoutReturnType(scope) : scope;
    return { kind: "nested", scope: around, name };
  }

  private discriminator(): void {
    const match = /^_(\d|_\d+_)/.exec(this.symbol.slice(this.at, this.at + 20));
    if (match !== null) this.at += match[0].length;
  }

  private unqualified(scope: Node | undefined, facts: NameFacts): Node {
    this.take("L");
    let name = this.unqualifiedBody(scope, facts);
    while (this.take("B")) name = { kind: "tagged", name, tag: this.source() };
    return name;
  }

  private unqualifiedBody(scope: Node | undefined, facts: NameFacts): Node {
    const letter = this.symbol[this.at] ?? "";
    if (letter >= "0" && letter <= "9") {
      const source = this.source();
      return text(source.startsWith("_GLOBAL__N") ? "(anonymous namespace)" : source);
    }
    if (this.take("Ut")) return text(`{unnamed type#${this.unnamedNumber()}}`);
    if (this.take("Ul")) return this.lambda();
    if (this.take("DC")) {
      const names: Node[] = [];
      while (!this.take("E")) names.push(text(this.source()));
      return { kind: "sequence", parts: [text("["), { kind: "pack", items: names }, text("]")] };
    }
    const special = /^(C[1-5]|CI[12]|D[0-5])/.exec(this.symbol.slice(this.at, this.at + 3));
    if (special !== null && scope !== undefined) {
      this.at += special[0].length;
      // An inherited constructor keeps the name of the base it comes from.
      const of = special[0].startsWith("CI") ? this.type() : scope;
      facts.hasNoReturnType = true;
      return { kind: "constructor", of, destroys: special[0].startsWith("D") };
    }
    if (this.take("cv")) {
      facts.hasNoReturnType = true;
      return { kind: "conversion", type: this.forwardable(() => this.type()) };
    }
    if (this.take("li")) return text(`operator"" ${this.source()}`);
    const operator = operators.get(this.symbol.slice(this.at, this.at + 2));
    if (operator === undefined) throw new NotMangled();
    this.at += 2;
    return text(`operator${/^[a-z]/.test(operator.text) ? " " : ""}${operator.text}`);
  }

  private isForwarding = false;

  /** A conversion operator names its template parameters before the arguments come. */
  private forwardable(parse: () => Node): Node {
    const saved = this.isForwarding;
    this.isForwarding = true;
    const node = parse();
    this.isForwarding = saved;
    return node;
  }

  private lambda(): Node {
    this.lambdaDepth++;
    const savedParams = this.templateParams;
    // Generic lambdas declare their template parameters as part of the signature; `auto` stands for them.
    while (this.peek("T") && /^T[ynptk]/.test(this.symbol.slice(this.at, this.at + 2)))
      this.templateDeclaration();
    const params = this.parameters(() => this.peek("E"));
    this.templateParams = savedParams;
    this.lambdaDepth--;
    this.expect("E");
    return { kind: "lambda", params, number: this.unnamedNumber() };
  }

  private templateDeclaration(): void {
    this.at += 1;
    const kind = this.symbol[this.at++];
    if (kind === "n") this.type();
    else if (kind === "p") this.templateDeclaration();
    else if (kind === "t") while (!this.take("E")) this.templateDeclaration();
    else if (kind === "k") this.name(newFacts());
  }

  /** `_` is 1, `0_` is 2, …. */
  private unnamedNumber(): number {
    const number = this.peek("_") ? 1 : Number(this.number()) + 2;
    this.expect("_");
    return number;
  }

  private source(): string {
    const length = Number(this.number());
    const name = this.symbol.slice(this.at, this.at + length);
    if (length === 0 || name.length < length) throw new NotMangled();
    this.at += length;
    return name;
  }

  private substitution(): Node {
    this.expect("S");
    const letter = this.symbol[this.at] ?? "";
    if (letter >= "a" && letter <= "z") {
      const standard = standardNames[letter];
      if (standard === undefined) throw new NotMangled();
      this.at++;
      const isBeforeConstructor = this.peek("C") || this.peek("D");
      const name = isBeforeConstructor ? (standard.full ?? standard.name) : standard.name;
      let node: Node = text(name, standard.last);
      if (this.peek("B")) {
        while (this.take("B")) node = { kind: "tagged", name: node, tag: this.source() };
        this.substitutions.push(node);
      }
      return node;
    }
    const index = this.take("_") ? 0 : this.base36() + 1;
    if (index > 0) this.expect("_");
    const found = this.substitutions[index];
    if (found === undefined) throw new NotMangled();
    return found;
  }

  private base36(): number {
    const digits = /^[0-9A-Z]{1,7}/.exec(this.symbol.slice(this.at, this.at + 8));
    if (digits === null) throw new NotMangled();
    this.at += digits[0].length;
    return Number.parseInt(digits[0], 36);
  }

  private templateArgs(names: boolean): Node[] {
    this.expect("I");
    const args: Node[] = [];
    const own: Node[] = [];
    while (!this.take("E")) {
      const arg = this.templateArg();
      args.push(arg);
      own.push(arg);
      if (this.take("Q")) throw new NotMangled();
    }
    if (names && this.lambdaDepth === 0) this.templateParams = own;
    return args;
  }

  private templateArg(): Node {
    return this.nested(() => {
      if (this.take("X")) {
        const node = this.expression();
        this.expect("E");
        return node;
      }
      if (this.peek("L")) return this.literal();
      if (this.take("J")) {
        const items: Node[] = [];
        while (!this.take("E")) items.push(this.templateArg());
        return { kind: "pack", items };
      }
      return this.type();
    });
  }

  private templateParam(): Node {
    this.expect("T");
    if (this.take("L")) {
      this.number();
      this.expect("_");
    }
    const index = this.peek("_") ? 0 : Number(this.number()) + 1;
    this.expect("_");
    if (this.lambdaDepth > 0) return text(`auto:${index + 1}`);
    if (this.isForwarding) {
      let known: Node | undefined;
      this.forwards.push((params) => {
        known = params[index];
      });
      return { kind: "forward", resolve: () => known };
    }
    const found = this.templateParams[index];
    if (found === undefined) throw new NotMangled();
    return found.kind === "pack" ? { kind: "packReference", pack: found } : found;
  }

  private functionQualifiers(): string {
    let qualifiers = "";
    if (this.take("r")) qualifiers += " restrict";
    if (this.take("V")) qualifiers = ` volatile${qualifiers}`;
    if (this.take("K")) qualifiers = ` const${qualifiers}`;
    if (this.take("R")) qualifiers += " &";
    else if (this.take("O")) qualifiers += " &&";
    return qualifiers;
  }

  type(): Node {
    return this.nested(() => this.typeBody());
  }

  private typeBody(): Node {
    const letter = this.symbol[this.at] ?? "";
    const builtin = builtins[letter];
    if (builtin !== undefined) {
      this.at++;
      return text(builtin);
    }
    switch (letter) {
      case "r":
      case "V":
      case "K": {
        const start = this.at;
        let qualifiers = "";
        if (this.take("r")) qualifiers = " restrict";
        if (this.take("V")) qualifiers = ` volatile${qualifiers}`;
        if (this.take("K")) qualifiers = ` const${qualifiers}`;
        if (this.peek("F")) {
          this.at = start;
          return this.remembered(this.functionType(this.functionQualifiersOnly()));
        }
        return this.remembered({ kind: "qualified", inner: this.type(), qualifiers });
      }
      case "P":
      case "R":
      case "O": {
        this.at++;
        const symbol = letter === "P" ? "*" : letter === "R" ? "&" : "&&";
        return this.remembered({ kind: "pointer", inner: this.type(), symbol });
      }
      case "F":
        return this.remembered(this.functionType(""));
      case "A":
        return this.remembered(this.arrayType());
      case "M": {
        this.at++;
        const owner = this.type();
        return this.remembered({ kind: "memberPointer", owner, inner: this.type() });
      }
      case "C":
      case "G": {
        this.at++;
        const suffix = letter === "C" ? " _Complex" : " _Imaginary";
        return this.remembered({ kind: "qualified", inner: this.type(), qualifiers: suffix });
      }
      case "U": {
        if (/^U[lt]/.test(this.symbol.slice(this.at, this.at + 2))) break;
        this.at++;
        const qualifier = this.source();
        if (this.peek("I")) this.templateArgs(false);
        return this.remembered({ kind: "qualified", inner: this.type(), qualifiers: ` ${qualifier}` });
      }
      case "u":
        this.at++;
        return this.remembered(text(this.source()));
      case "D":
        return this.typeAfterD();
      case "T": {
        if (/^T[sue]\d/.test(this.symbol.slice(this.at, this.at + 3))) {
          this.at += 2;
          break;
        }
        const param = this.remembered(this.templateParam());
        if (!this.peek("I") || this.isForwarding) return param;
        return this.remembered({ kind: "template", name: param, args: this.templateArgs(false) });
      }
      case "S": {
        if (this.symbol[this.at + 1] === "t") break;
        const found = this.substitution();
        if (!this.peek("I")) return found;
        return this.remembered({ kind: "template", name: found, args: this.templateArgs(false) });
      }
    }
    const saved = this.templateParams;
    const name = this.name(newFacts());
    this.templateParams = saved;
    return this.remembered(name);
  }

  private functionQualifiersOnly(): string {
    let qualifiers = "";
    if (this.take("r")) qualifiers = " restrict";
    if (this.take("V")) qualifiers = ` volatile${qualifiers}`;
    if (this.take("K")) qualifiers = ` const${qualifiers}`;
    return qualifiers;
  }

  private typeAfterD(): Node {
    const next = this.symbol[this.at + 1] ?? "";
    const builtin = builtinsAfterD[next];
    if (builtin !== undefined) {
      this.at += 2;
      return text(builtin);
    }
    if (next === "t" || next === "T") return this.remembered(this.decltype());
    if (this.take("Dp")) return this.remembered({ kind: "expansion", pattern: this.type() });
    if (this.take("DF")) {
      const bits = this.number();
      if (this.take("x")) return text(`_Float${bits}x`);
      this.expect("_");
      return text(`_Float${bits}`);
    }
    if (this.take("Do")) return this.remembered(this.functionType("", " noexcept"));
    if (this.take("Dv")) {
      const size = this.number();
      this.expect("_");
      const inner = this.type();
      return this.remembered({ kind: "qualified", inner, qualifiers: ` __vector(${size})` });
    }
    throw new NotMangled();
  }

  private decltype(): Node {
    this.at += 2;
    const inner = this.expression();
    this.expect("E");
    return { kind: "sequence", parts: [text("decltype ("), inner, text(")")] };
  }

  private functionType(before: string, after = ""): Node {
    this.expect("F");
    this.take("Y");
    const returns = this.type();
    let qualifiers = before + after;
    const params = this.parameters(() => /^([RO]?E)/.test(this.symbol.slice(this.at, this.at + 2)));
    if (this.take("R")) qualifiers += " &";
    else if (this.take("O")) qualifiers += " &&";
    this.expect("E");
    return { kind: "function", returns, params, qualifiers };
  }

  private arrayType(): Node {
    this.expect("A");
    let size: Node = text("");
    if (/^\d/.test(this.symbol[this.at] ?? "")) size = text(this.number());
    else if (!this.peek("_")) size = this.expression();
    this.expect("_");
    return { kind: "array", inner: this.type(), size };
  }

  private literal(): Node {
    this.expect("L");
    if (this.take("_Z") || this.take("Z")) {
      const node = this.encoding();
      this.expect("E");
      return node;
    }
    const code = this.symbol[this.at] ?? "";
    const type = this.type();
    const end = this.symbol.indexOf("E", this.at);
    if (end < 0) throw new NotMangled();
    const value = this.symbol.slice(this.at, end).replace(/^n/, "-");
    this.at = end + 1;
    if (code === "b" && (value === "0" || value === "1")) return text(value === "1" ? "true" : "false");
    const suffix = literalSuffixes[code];
    if (suffix !== undefined) return text(value + suffix);
    return { kind: "sequence", parts: [text("("), type, text(`)${value || "0"}`)] };
  }

  private expression(): Node {
    return this.nested(() => this.expressionBody());
  }

  private expressionBody(): Node {
    if (this.peek("L")) return this.literal();
    if (/^T[\d_L]/.test(this.symbol.slice(this.at, this.at + 2))) return this.templateParam();
    if (this.take("fpT")) return text("this");
    if (this.take("fp") || /^fL\d*p/.test(this.symbol.slice(this.at, this.at + 6)))
      return this.functionParameter();
    if (this.take("sr")) return this.scopeResolution();
    if (this.take("sZ") || this.take("sP")) return wrap("sizeof...(", this.expression(), ")");
    if (this.take("st")) return wrap("sizeof (", this.type(), ")");
    if (this.take("sz")) return wrap("sizeof (", this.expression(), ")");
    if (this.take("at")) return wrap("alignof (", this.type(), ")");
    if (this.take("sp")) return { kind: "expansion", pattern: this.expression() };
    if (this.take("nx")) return wrap("noexcept(", this.expression(), ")");
    if (this.take("cl")) return this.call(this.expression());
    if (this.take("cv")) {
      const type = this.type();
      if (this.take("_")) return this.call(wrap("(", type, ")"));
      return { kind: "sequence", parts: [text("("), type, text(")("), this.expression(), text(")")] };
    }
    if (this.take("tl")) {
      const type = this.type();
      return { kind: "sequence", parts: [type, text("{"), this.items(), text("}")] };
    }
    if (this.take("il")) return { kind: "sequence", parts: [text("{"), this.items(), text("}")] };
    if (this.take("dt")) return this.binary(".", "");
    const code = this.symbol.slice(this.at, this.at + 2);
    const operator = operators.get(code);
    if (operator === undefined) {
      if (/^(on|\d|L)/.test(code)) {
        this.take("on");
        const name = this.unqualified(undefined, newFacts());
        return this.peek("I") ? { kind: "template", name, args: this.templateArgs(false) } : name;
      }
      throw new NotMangled();
    }
    this.at += 2;
    switch (operator.use) {
      case "unary":
        return { kind: "sequence", parts: [text(`${operator.text}(`), this.expression(), text(")")] };
      case "postfix": {
        const before = this.take("_");
        const inner = this.expression();
        return before ? wrap(`${operator.text}(`, inner, ")") : wrap("(", inner, `)${operator.text}`);
      }
      case "binary":
        return this.binary(operator.text, "(");
      case "index": {
        const base = this.expression();
        return { kind: "sequence", parts: [text("("), base, text(")["), this.expression(), text("]")] };
      }
      case "ternary": {
        const parts = [text("("), this.expression(), text(")?("), this.expression(), text(") : (")];
        return { kind: "sequence", parts: [...parts, this.expression(), text(")")] };
      }
      default:
        throw new NotMangled();
    }
  }

  private binary(symbol: string, open: string): Node {
    const close = open === "" ? "" : ")";
    const left = this.expression();
    const right = this.expression();
    const whole: Node = {
      kind: "sequence",
      parts: [text(open), left, text(close + symbol + open), right, text(close)],
    };
    // `>` inside template arguments would end them.
    return symbol === ">" ? wrap("(", whole, ")") : whole;
  }

  private call(callee: Node): Node {
    return { kind: "sequence", parts: [callee, text("("), this.items(), text(")")] };
  }

  private items(): Node {
    const items: Node[] = [];
    while (!this.take("E")) items.push(this.expression());
    const parts = items.flatMap((item, index) => (index === 0 ? [item] : [text(", "), item]));
    return { kind: "sequence", parts };
  }

  private functionParameter(): Node {
    if (this.take("fL")) {
      this.number();
      this.expect("p");
    }
    while (this.take("r") || this.take("V") || this.take("K"));
    const index = this.peek("_") ? 1 : Number(this.number()) + 2;
    this.expect("_");
    return text(`{parm#${index}}`);
  }

  private scopeResolution(): Node {
    let scope: Node | undefined;
    if (this.take("N")) scope = this.type();
    if (scope !== undefined || /^\d/.test(this.symbol[this.at] ?? "")) {
      while (!this.take("E")) {
        const level = this.simpleName();
        scope = scope === undefined ? level : { kind: "nested", scope, name: level };
      }
    } else scope = this.type();
    this.take("on");
    return { kind: "nested", scope: scope ?? text(""), name: this.simpleName() };
  }

  private simpleName(): Node {
    const name = this.unqualified(undefined, newFacts());
    return this.peek("I") ? { kind: "template", name, args: this.templateArgs(false) } : name;
  }

  private remembered(node: Node): Node {
    this.substitutions.push(node);
    return node;
  }

  private nested<T>(parse: () => T): T {
    if (++this.depth > deepestNesting) throw new NotMangled();
    const result = parse();
    this.depth--;
    return result;
  }

  private number(): string {
    const match = /^n?\d{1,18}/.exec(this.symbol.slice(this.at, this.at + 20));
    if (match === null) throw new NotMangled();
    this.at += match[0].length;
    return match[0].replace("n", "-");
  }

  private atEnd(): boolean {
    return this.at >= this.symbol.length;
  }

  private peek(expected: string): boolean {
    return this.symbol.startsWith(expected, this.at);
  }

  private take(expected: string): boolean {
    if (!this.peek(expected)) return false;
    this.at += expected.length;
    return true;
  }

  private expect(expected: string): void {
    if (!this.take(expected)) throw new NotMangled();
  }
}

/** What the GNU tools write after a number instead of a cast before it. */
const literalSuffixes: Readonly<Record<string, string>> = {
  i: "",
  j: "u",
  l: "l",
  m: "ul",
  x: "ll",
  y: "ull",
};

function newFacts(): NameFacts {
  return { endsWithTemplateArgs: false, hasNoReturnType: false, qualifiers: "" };
}

function wrap(before: string, inner: Node, after: string): Node {
  return { kind: "sequence", parts: [text(before), inner, text(after)] };
}

function withoutReturnType(encoding: Node & { kind: "encoding" }): Node {
  const { kind, name, params, qualifiers } = encoding;
  return { kind, name, params, qualifiers };
}
