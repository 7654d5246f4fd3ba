import {
  findNodeAtLocation,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
  visit,
} from "jsonc-parser";
import { withoutEnding } from "../../base/endings";
import { ExhumeError } from "../../base/errors";
import { regularExpression } from "../../base/patterns";
import { parseExpression } from "../expressions/syntax";
import type { PrinterFault, PrinterRule, RuleShape } from "./printerRule";

/** What a person writes is a few kilobytes. */
export const longestPrinterFile = 256 << 10;
const mostRules = 500;
const mostNames = 32;
const mostMembers = 100;
/** Of an expression, and of a line with expressions in it. */
const longestText = 1000;
const mostFaults = 20;
/** A rule's own expressions are the sixth level. */
const deepestFile = 32;
/** Of what is wrong so much is quoted. */
const longestQuote = 60;

/** Expressions of each shape; a question mark behind those that may be left out. */
const shapes: Readonly<Record<Exclude<RuleShape["kind"], "value" | "members">, readonly string[]>> = {
  string: ["start", "length"],
  array: ["start", "count"],
  items: ["count", "value", "key?"],
  list: ["first", "next", "until?", "count?", "value", "key?"],
  tree: ["root", "left", "right", "until?", "count?", "value", "key?"],
  slots: ["capacity", "filled", "count?", "value", "key?"],
  chains: ["buckets", "first", "next", "until?", "count?", "value", "key?"],
};
const ruleKeys = ["type", "where", "when", "text", "prefix", "value", "members", ...Object.keys(shapes)];

/**
 * Reads rules from a printers file: JSON in which comments and trailing commas are allowed. A rule with a fault is left
 * out, the others count.
 */
export function readPrinterFile(text: string): {
  readonly rules: readonly PrinterRule[];
  readonly faults: readonly PrinterFault[];
} {
  return new PrinterFileReader(text).read();
}

function isShape(key: string): boolean {
  return key === "value" || key === "members" || Object.hasOwn(shapes, key);
}

class PrinterFileReader {
  private readonly faults: PrinterFault[] = [];
  /** All of them, also those beyond what is told. */
  private faultCount = 0;

  constructor(private readonly text: string) {}

  read() {
    const rules: PrinterRule[] = [];
    if (this.text.length > longestPrinterFile) {
      this.fault(0, `the file is longer than ${longestPrinterFile >> 10} KiB`);
      return { rules, faults: this.faults };
    }
    const tooDeep = offsetOfDepth(this.text, deepestFile);
    if (tooDeep !== undefined) {
      this.fault(tooDeep, `lists and objects deeper than ${deepestFile} levels are not taken`);
      return { rules, faults: this.faults };
    }
    const errors: ParseError[] = [];
    const root = parseTree(this.text, errors, parsing);
    for (const { offset, error } of errors)
      this.fault(offset, `this is not JSON: ${wordsOf(printParseErrorCode(error))}`);
    const list = root && findNodeAtLocation(root, ["printers"]);
    if (errors.length === 0 && list?.type !== "array")
      this.fault(root?.offset ?? 0, "an object with a list called 'printers' is wanted");
    for (const node of (list?.type === "array" ? list.children : undefined) ?? []) {
      if (rules.length >= mostRules) {
        this.fault(node.offset, `more than ${mostRules} printers are not taken`);
        break;
      }
      const before = this.faultCount;
      const rule = this.rule(node);
      if (rule !== undefined && this.faultCount === before) rules.push(rule);
    }
    return { rules, faults: this.faults };
  }

  private fault(offset: number, message: string): void {
    this.faultCount++;
    if (this.faults.length >= mostFaults) return;
    const before = this.text.slice(0, offset).split("\n");
    this.faults.push({ line: before.length, column: before.at(-1)!.length + 1, message });
  }

  private rule(node: Node): PrinterRule | undefined {
    const entries = this.entries(node, ruleKeys);
    if (entries === undefined) return undefined;
    const type = this.pattern(entries.get("type"), node);
    const where = this.names(entries.get("where"));
    const when = entries.has("when") ? this.expression(entries.get("when")!) : undefined;
    const text = entries.has("text") ? this.template(entries.get("text")!) : undefined;
    const prefix = entries.has("prefix") ? this.template(entries.get("prefix")!) : undefined;
    const shape = this.shape(entries, node);
    if (type === undefined) return undefined;
    const isShown = [...entries.keys()].some((key) => key === "text" || isShape(key));
    if (!isShown) {
      this.fault(
        node.offset,
        `how it is shown is missing: text, value, members, ${Object.keys(shapes).join(", ")}`,
      );
      return undefined;
    }
    return {
      type,
      ...(where !== undefined && { where }),
      ...(when !== undefined && { when }),
      ...(text !== undefined && { text }),
      ...(prefix !== undefined && { prefix }),
      ...(shape !== undefined && { shape }),
    };
  }

  /** The properties of an object, by name. */
  private entries(node: Node, known?: readonly string[]): Map<string, Node> | undefined {
    if (node.type !== "object") {
      this.fault(node.offset, "an object is wanted here");
      return undefined;
    }
    const entries = new Map<string, Node>();
    for (const property of node.children ?? []) {
      const [key, value] = property.children ?? [];
      if (key === undefined || value === undefined) continue;
      const name = String(key.value);
      if (known !== undefined && !known.includes(name))
        this.fault(key.offset, `'${shortened(name)}' is not known here; known are ${known.join(", ")}`);
      entries.set(name, value);
    }
    return entries;
  }

  private string(node: Node): string | undefined {
    if (node.type === "string") return String(node.value);
    this.fault(node.offset, "a text in quotes is wanted here");
    return undefined;
  }

  private pattern(node: Node | undefined, rule: Node): string | undefined {
    if (node === undefined) {
      this.fault(rule.offset, "'type' is missing");
      return undefined;
    }
    const pattern = this.string(node);
    if (pattern === undefined) return undefined;
    try {
      regularExpression(pattern);
      return pattern;
    } catch (error) {
      this.fault(node.offset, `this is not a pattern: ${(error as Error).message}`);
      return undefined;
    }
  }

  private names(node: Node | undefined): Record<string, string> | undefined {
    const entries = node && this.entries(node);
    if (node === undefined || entries === undefined) return undefined;
    if (entries.size > mostNames) this.fault(node.offset, `more than ${mostNames} names are not taken`);
    const names = new Map<string, string>();
    for (const [name, value] of entries) {
      const expression = this.expression(value);
      if (!/^[a-zA-Z_]\w*$/.test(name) || name === "this")
        this.fault(value.offset, `'${shortened(name)}' cannot be a name`);
      else if (expression !== undefined) names.set(name, expression);
    }
    return Object.fromEntries(names);
  }

  private expression(node: Node): string | undefined {
    const text = this.string(node);
    if (text === undefined) return undefined;
    const wrong = wrongWith(text);
    if (wrong === undefined) return text;
    this.fault(node.offset, `in '${shortened(text)}': ${wrong}`);
    return undefined;
  }

  private template(node: Node): string | undefined {
    const text = this.string(node);
    if (text !== undefined && text.length > longestText) {
      this.fault(node.offset, `it is longer than ${longestText} characters`);
      return undefined;
    }
    for (const [, inner] of text?.matchAll(/\{([^{}]*)\}/g) ?? []) {
      const wrong = wrongWith(inner!);
      if (wrong !== undefined) this.fault(node.offset, `in '{${shortened(inner!)}}': ${wrong}`);
    }
    return text;
  }

  private shape(entries: ReadonlyMap<string, Node>, rule: Node): RuleShape | undefined {
    const kinds = [...entries.keys()].filter(isShape);
    if (kinds.length > 1) this.fault(rule.offset, `only one of ${kinds.join(" and ")} can be`);
    const kind = kinds[0] as RuleShape["kind"] | undefined;
    if (kind === undefined) return undefined;
    const node = entries.get(kind)!;
    if (kind === "value") {
      const value = this.expression(node);
      return value === undefined ? undefined : { kind, value };
    }
    if (kind === "members") return this.members(node);
    return this.expressions(kind, node);
  }

  private expressions(kind: keyof typeof shapes, node: Node): RuleShape | undefined {
    const wanted = shapes[kind];
    const own = this.entries(
      node,
      wanted.map((name) => name.replace("?", "")),
    );
    if (own === undefined) return undefined;
    const found = new Map<string, string>();
    for (const each of wanted) {
      const name = each.replace("?", "");
      const value = own.get(name);
      if (value === undefined) {
        if (name === each) this.fault(node.offset, `'${name}' is missing`);
        continue;
      }
      const expression = this.expression(value);
      if (expression !== undefined) found.set(name, expression);
    }
    // What is not there was a fault, and the rule is left out.
    return { kind, ...Object.fromEntries(found) } as unknown as RuleShape;
  }

  private members(node: Node): RuleShape | undefined {
    if (node.type !== "array") {
      this.fault(node.offset, "a list is wanted here");
      return undefined;
    }
    const all = node.children ?? [];
    if (all.length > mostMembers) this.fault(node.offset, `more than ${mostMembers} members are not taken`);
    const members = all.slice(0, mostMembers).flatMap((each) => {
      const own = this.entries(each, ["name", "value", "when"]);
      const [name, value] = ["name", "value"].map((key) => own?.get(key));
      if (name === undefined || value === undefined) {
        this.fault(each.offset, "a member has a name and a value");
        return [];
      }
      const when = own?.has("when") ? this.expression(own.get("when")!) : undefined;
      return [
        {
          name: this.string(name) ?? "",
          value: this.expression(value) ?? "",
          ...(when !== undefined && { when }),
        },
      ];
    });
    return { kind: "members", members };
  }
}

const parsing = { allowTrailingComma: true };

/** Where a file gets deeper than some levels; the parser calls itself for each, so it must not go on from there. */
function offsetOfDepth(text: string, most: number): number | undefined {
  let depth = 0;
  let found: number | undefined;
  const down = (offset: number) => {
    if (++depth <= most) return;
    found = offset;
    throw new RangeError("deep enough");
  };
  const up = () => void depth--;
  const visitor = { onObjectBegin: down, onArrayBegin: down, onObjectEnd: up, onArrayEnd: up };
  try {
    visit(text, visitor, parsing);
  } catch (error) {
    if (found === undefined) throw error;
  }
  return found;
}

function shortened(text: string): string {
  return text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text;
}

/** `CommaExpected` → `comma expected` */
function wordsOf(code: string): string {
  return code.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}

/** Why an expression cannot be one; which names are types is known only when a value is shown. */
function wrongWith(expression: string): string | undefined {
  if (expression.length > longestText) return `it is longer than ${longestText} characters`;
  let wrong: string | undefined;
  for (const isType of [true, false]) {
    try {
      parseExpression(expression, { isType: () => isType, hasType: () => isType });
      return undefined;
    } catch (error) {
      if (!(error instanceof ExhumeError)) throw error;
      wrong = withoutEnding(error.message, ".");
    }
  }
  return wrong;
}
