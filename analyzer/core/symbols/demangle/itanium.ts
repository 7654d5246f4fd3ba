import { ExpressionReader } from "./itaniumExpressions";
import { operators, specialNames } from "./itaniumOperators";
import { NameTooLong, type Node, printNode } from "./itaniumPrinter";
import { NotMangled } from "./itaniumReader";
import { type NameFacts, newFacts, textNode } from "./itaniumTypes";

/** Names of this length come out of no compiler: the rest of the work is bounded by it. */
const longestSymbol = 1 << 15;

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

/** Recursive descent: the grammar is recursive, the reader bounds what a hostile name can do with it. */
class Parser extends ExpressionReader {
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

  protected encodingBody(): Node {
    if (this.peek("T") || this.peek("G")) return this.specialName();
    const facts: NameFacts = { endsWithTemplateArgs: false, hasNoReturnType: false, qualifiers: "" };
    const name = this.name(facts);
    if (this.atEnd() || this.peek("E") || this.peek(".") || this.peek("@")) return name;
    const returns = facts.endsWithTemplateArgs && !facts.hasNoReturnType ? this.type() : undefined;
    const params = this.parameters(() => this.atEnd() || this.peek("E") || this.peek(".") || this.peek("@"));
    return { kind: "encoding", name, params, qualifiers: facts.qualifiers, ...(returns && { returns }) };
  }

  protected specialName(): Node {
    const code = this.symbol.slice(this.at, this.at + 2);
    const prefix = specialNames[code];
    if (prefix !== undefined) {
      this.at += 2;
      const isName = code === "GV" || code === "TW" || code === "TH";
      return { kind: "sequence", parts: [textNode(prefix), isName ? this.name(newFacts()) : this.type()] };
    }
    if (this.take("Tc")) {
      this.callOffset();
      this.callOffset();
      return { kind: "sequence", parts: [textNode("covariant return thunk to "), this.encoding()] };
    }
    if (this.take("TC")) {
      const whole = this.type();
      this.number();
      this.expect("_");
      const base = this.type();
      return {
        kind: "sequence",
        parts: [textNode("construction vtable for "), base, textNode("-in-"), whole],
      };
    }
    if (this.peek("Th") || this.peek("Tv")) {
      const kind = this.peek("Tv") ? "virtual thunk to " : "non-virtual thunk to ";
      this.at++;
      this.callOffset();
      return { kind: "sequence", parts: [textNode(kind), this.encoding()] };
    }
    if (this.take("GR")) {
      const name = this.name(newFacts());
      const index = this.peek("_") ? 0 : this.base36() + 1;
      this.expect("_");
      return { kind: "sequence", parts: [textNode(`reference temporary #${index} for `), name] };
    }
    if (this.take("GTt"))
      return { kind: "sequence", parts: [textNode("transaction clone for "), this.encoding()] };
    throw new NotMangled();
  }

  protected callOffset(): void {
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

  protected name(facts: NameFacts): Node {
    return this.nested(() => {
      if (this.peek("N")) return this.nestedName(facts);
      if (this.peek("Z")) return this.localName(facts);
      let name: Node;
      if (this.peek("S") && this.symbol[this.at + 1] !== "t") {
        name = this.substitution();
        if (!this.peek("I")) throw new NotMangled();
      } else {
        name = this.take("St")
          ? { kind: "nested", scope: textNode("std"), name: this.unqualified(undefined, facts) }
          : this.unqualified(undefined, facts);
        if (!this.peek("I")) return name;
        this.substitutions.push(name);
      }
      facts.endsWithTemplateArgs = true;
      return { kind: "template", name, args: this.templateArgs(true) };
    });
  }

  protected nestedName(facts: NameFacts): Node {
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
        soFar = textNode("std");
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

  protected localName(facts: NameFacts): Node {
    this.expect("Z");
    const scope = this.encoding();
    this.expect("E");
    if (this.take("s")) {
      this.discriminator();
      return { kind: "nested", scope, name: textNode("string literal") };
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

  protected discriminator(): void {
    const match = /^_(\d|_\d+_)/.exec(this.symbol.slice(this.at, this.at + 20));
    if (match !== null) this.at += match[0].length;
  }

  protected unqualified(scope: Node | undefined, facts: NameFacts): Node {
    this.take("L");
    let name = this.unqualifiedBody(scope, facts);
    while (this.take("B")) name = { kind: "tagged", name, tag: this.source() };
    return name;
  }

  protected unqualifiedBody(scope: Node | undefined, facts: NameFacts): Node {
    const letter = this.symbol[this.at] ?? "";
    if (letter >= "0" && letter <= "9") {
      const source = this.source();
      return textNode(source.startsWith("_GLOBAL__N") ? "(anonymous namespace)" : source);
    }
    if (this.take("Ut")) return textNode(`{unnamed type#${this.unnamedNumber()}}`);
    if (this.take("Ul")) return this.lambda();
    if (this.take("DC")) {
      const names: Node[] = [];
      while (!this.take("E")) names.push(textNode(this.source()));
      return { kind: "sequence", parts: [textNode("["), { kind: "pack", items: names }, textNode("]")] };
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
    if (this.take("li")) return textNode(`operator"" ${this.source()}`);
    const operator = operators.get(this.symbol.slice(this.at, this.at + 2));
    if (operator === undefined) throw new NotMangled();
    this.at += 2;
    return textNode(`operator${/^[a-z]/.test(operator.text) ? " " : ""}${operator.text}`);
  }

  /** A conversion operator names its template parameters before the arguments come. */
  protected forwardable(parse: () => Node): Node {
    const saved = this.isForwarding;
    this.isForwarding = true;
    const node = parse();
    this.isForwarding = saved;
    return node;
  }

  protected lambda(): Node {
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

  protected templateDeclaration(): void {
    this.at += 1;
    const kind = this.symbol[this.at++];
    if (kind === "n") this.type();
    else if (kind === "p") this.templateDeclaration();
    else if (kind === "t") while (!this.take("E")) this.templateDeclaration();
    else if (kind === "k") this.name(newFacts());
  }

  protected functionQualifiers(): string {
    let qualifiers = "";
    if (this.take("r")) qualifiers += " restrict";
    if (this.take("V")) qualifiers = ` volatile${qualifiers}`;
    if (this.take("K")) qualifiers = ` const${qualifiers}`;
    if (this.take("R")) qualifiers += " &";
    else if (this.take("O")) qualifiers += " &&";
    return qualifiers;
  }
}

function withoutReturnType(encoding: Node & { kind: "encoding" }): Node {
  const { kind, name, params, qualifiers } = encoding;
  return { kind, name, params, qualifiers };
}
