import { builtins, builtinsAfterD, standardNames } from "./itaniumOperators";
import type { Node } from "./itaniumPrinter";
import { MangledReader, NotMangled } from "./itaniumReader";

/** What reading a name found out about the function it names. */
export interface NameFacts {
  endsWithTemplateArgs: boolean;
  hasNoReturnType: boolean;
  qualifiers: string;
}

export function newFacts(): NameFacts {
  return { endsWithTemplateArgs: false, hasNoReturnType: false, qualifiers: "" };
}

export const textNode = (value: string, last?: string): Node => ({
  kind: "text",
  text: value,
  ...(last !== undefined && { last }),
});

/** Types, template arguments and the substitutions that stand for parts read before; ABI sections 5.1.5 to 5.1.8. */
export abstract class TypeReader extends MangledReader {
  protected readonly substitutions: Node[] = [];

  protected templateParams: Node[] = [];

  protected lambdaDepth = 0;

  /** Parameters named before their arguments are known. */
  protected forwards: ((params: readonly Node[]) => void)[] = [];

  protected isForwarding = false;

  type(): Node {
    return this.nested(() => this.typeBody());
  }

  protected typeBody(): Node {
    const letter = this.symbol[this.at] ?? "";
    const builtin = builtins[letter];
    if (builtin !== undefined) {
      this.at++;
      return textNode(builtin);
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
        return this.remembered(textNode(this.source()));
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

  protected functionQualifiersOnly(): string {
    let qualifiers = "";
    if (this.take("r")) qualifiers = " restrict";
    if (this.take("V")) qualifiers = ` volatile${qualifiers}`;
    if (this.take("K")) qualifiers = ` const${qualifiers}`;
    return qualifiers;
  }

  protected typeAfterD(): Node {
    const next = this.symbol[this.at + 1] ?? "";
    const builtin = builtinsAfterD[next];
    if (builtin !== undefined) {
      this.at += 2;
      return textNode(builtin);
    }
    if (next === "t" || next === "T") return this.remembered(this.decltype());
    if (this.take("Dp")) return this.remembered({ kind: "expansion", pattern: this.type() });
    if (this.take("DF")) {
      const bits = this.number();
      if (this.take("x")) return textNode(`_Float${bits}x`);
      this.expect("_");
      return textNode(`_Float${bits}`);
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

  protected decltype(): Node {
    this.at += 2;
    const inner = this.expression();
    this.expect("E");
    return { kind: "sequence", parts: [textNode("decltype ("), inner, textNode(")")] };
  }

  protected functionType(before: string, after = ""): Node {
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

  protected arrayType(): Node {
    this.expect("A");
    let size: Node = textNode("");
    if (/^\d/.test(this.symbol[this.at] ?? "")) size = textNode(this.number());
    else if (!this.peek("_")) size = this.expression();
    this.expect("_");
    return { kind: "array", inner: this.type(), size };
  }

  protected parameters(ends: () => boolean): Node[] {
    if (this.peek("v")) {
      this.at++;
      return [];
    }
    const params: Node[] = [];
    while (!ends()) params.push(this.type());
    return params;
  }

  protected substitution(): Node {
    this.expect("S");
    const letter = this.symbol[this.at] ?? "";
    if (letter >= "a" && letter <= "z") {
      const standard = standardNames[letter];
      if (standard === undefined) throw new NotMangled();
      this.at++;
      const isBeforeConstructor = this.peek("C") || this.peek("D");
      const name = isBeforeConstructor ? (standard.full ?? standard.name) : standard.name;
      let node: Node = textNode(name, standard.last);
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

  protected remembered(node: Node): Node {
    this.substitutions.push(node);
    return node;
  }

  protected templateArgs(names: boolean): Node[] {
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

  protected templateArg(): Node {
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

  protected templateParam(): Node {
    this.expect("T");
    if (this.take("L")) {
      this.number();
      this.expect("_");
    }
    const index = this.peek("_") ? 0 : Number(this.number()) + 1;
    this.expect("_");
    if (this.lambdaDepth > 0) return textNode(`auto:${index + 1}`);
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

  protected abstract name(facts: NameFacts): Node;
  protected abstract literal(): Node;
  protected abstract expression(): Node;
}
