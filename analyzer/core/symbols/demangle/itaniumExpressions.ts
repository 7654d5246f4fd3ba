import { dictionary } from "../../../base/dictionary";
import { operators } from "./itaniumOperators";
import type { Node } from "./itaniumPrinter";
import { NotMangled } from "./itaniumReader";
import { type NameFacts, newFacts, TypeReader, textNode } from "./itaniumTypes";

/** Expressions in template arguments and `decltype`; ABI section 5.1.6. */
export abstract class ExpressionReader extends TypeReader {
  protected literal(): Node {
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
    if (code === "b" && (value === "0" || value === "1")) return textNode(value === "1" ? "true" : "false");
    const suffix = literalSuffixes[code];
    if (suffix !== undefined) return textNode(value + suffix);
    return { kind: "sequence", parts: [textNode("("), type, textNode(`)${value || "0"}`)] };
  }

  protected expression(): Node {
    return this.nested(() => this.expressionBody());
  }

  protected expressionBody(): Node {
    if (this.peek("L")) return this.literal();
    if (/^T[\d_L]/.test(this.symbol.slice(this.at, this.at + 2))) return this.templateParam();
    if (this.take("fpT")) return textNode("this");
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
      return {
        kind: "sequence",
        parts: [textNode("("), type, textNode(")("), this.expression(), textNode(")")],
      };
    }
    if (this.take("tl")) {
      const type = this.type();
      return { kind: "sequence", parts: [type, textNode("{"), this.items(), textNode("}")] };
    }
    if (this.take("il")) return { kind: "sequence", parts: [textNode("{"), this.items(), textNode("}")] };
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
        return { kind: "sequence", parts: [textNode(`${operator.text}(`), this.expression(), textNode(")")] };
      case "postfix": {
        const before = this.take("_");
        const inner = this.expression();
        return before ? wrap(`${operator.text}(`, inner, ")") : wrap("(", inner, `)${operator.text}`);
      }
      case "binary":
        return this.binary(operator.text, "(");
      case "index": {
        const base = this.expression();
        return {
          kind: "sequence",
          parts: [textNode("("), base, textNode(")["), this.expression(), textNode("]")],
        };
      }
      case "ternary": {
        const parts = [
          textNode("("),
          this.expression(),
          textNode(")?("),
          this.expression(),
          textNode(") : ("),
        ];
        return { kind: "sequence", parts: [...parts, this.expression(), textNode(")")] };
      }
      default:
        throw new NotMangled();
    }
  }

  protected binary(symbol: string, open: string): Node {
    const close = open === "" ? "" : ")";
    const left = this.expression();
    const right = this.expression();
    const whole: Node = {
      kind: "sequence",
      parts: [textNode(open), left, textNode(close + symbol + open), right, textNode(close)],
    };
    // `>` inside template arguments would end them.
    return symbol === ">" ? wrap("(", whole, ")") : whole;
  }

  protected call(callee: Node): Node {
    return { kind: "sequence", parts: [callee, textNode("("), this.items(), textNode(")")] };
  }

  protected items(): Node {
    const items: Node[] = [];
    while (!this.take("E")) items.push(this.expression());
    const parts = items.flatMap((item, index) => (index === 0 ? [item] : [textNode(", "), item]));
    return { kind: "sequence", parts };
  }

  protected functionParameter(): Node {
    if (this.take("fL")) {
      this.number();
      this.expect("p");
    }
    while (this.take("r") || this.take("V") || this.take("K"));
    const index = this.peek("_") ? 1 : Number(this.number()) + 2;
    this.expect("_");
    return textNode(`{parm#${index}}`);
  }

  protected scopeResolution(): Node {
    let scope: Node | undefined;
    if (this.take("N")) scope = this.type();
    if (scope !== undefined || /^\d/.test(this.symbol[this.at] ?? "")) {
      while (!this.take("E")) {
        const level = this.simpleName();
        scope = scope === undefined ? level : { kind: "nested", scope, name: level };
      }
    } else scope = this.type();
    this.take("on");
    return { kind: "nested", scope: scope ?? textNode(""), name: this.simpleName() };
  }

  protected simpleName(): Node {
    const name = this.unqualified(undefined, newFacts());
    return this.peek("I") ? { kind: "template", name, args: this.templateArgs(false) } : name;
  }

  abstract encoding(): Node;
  protected abstract unqualified(scope: Node | undefined, facts: NameFacts): Node;
}

/** What the GNU tools write after a number instead of a cast before it. */
const literalSuffixes: Readonly<Record<string, string>> = dictionary({
  i: "",
  j: "u",
  l: "l",
  m: "ul",
  x: "ll",
  y: "ull",
});

function wrap(before: string, inner: Node, after: string): Node {
  return { kind: "sequence", parts: [textNode(before), inner, textNode(after)] };
}
