/**
 * What a mangled name says, as a tree. Types print in two halves, because in C++ a declarator is written around what it
 * declares: `void (*` … `)(int)`.
 */
export type Node =
  | { readonly kind: "text"; readonly text: string; readonly last?: string }
  | { readonly kind: "nested"; readonly scope: Node; readonly name: Node }
  | { readonly kind: "tagged"; readonly name: Node; readonly tag: string }
  | { readonly kind: "template"; readonly name: Node; readonly args: readonly Node[] }
  | { readonly kind: "pack"; readonly items: readonly Node[] }
  /** A template parameter that stands for a pack: one element of it inside an expansion, all of it elsewhere. */
  | { readonly kind: "packReference"; readonly pack: Node & { readonly kind: "pack" } }
  | { readonly kind: "expansion"; readonly pattern: Node }
  | { readonly kind: "qualified"; readonly inner: Node; readonly qualifiers: string }
  | { readonly kind: "pointer"; readonly inner: Node; readonly symbol: "*" | "&" | "&&" }
  | { readonly kind: "memberPointer"; readonly owner: Node; readonly inner: Node }
  | { readonly kind: "array"; readonly inner: Node; readonly size: Node }
  | FunctionNode
  | {
      readonly kind: "encoding";
      readonly name: Node;
      readonly returns?: Node;
      readonly params: readonly Node[];
      readonly qualifiers: string;
    }
  | { readonly kind: "sequence"; readonly parts: readonly Node[] }
  | { readonly kind: "conversion"; readonly type: Node }
  | { readonly kind: "constructor"; readonly of: Node; readonly destroys: boolean }
  | { readonly kind: "lambda"; readonly params: readonly Node[]; readonly number: number }
  | { readonly kind: "forward"; readonly resolve: () => Node | undefined };

interface FunctionNode {
  readonly kind: "function";
  readonly returns: Node;
  readonly params: readonly Node[];
  readonly qualifiers: string;
}

/** Substitutions can double the text with every few letters: real names stay far below this. */
const longestName = 1 << 16;
const deepestNode = 400;

export class NameTooLong extends Error {}

export interface PrintOptions {
  /** false leaves out return type and parameters of the outermost function. */
  readonly signature: boolean;
}

/** Writes a tree the way the GNU tools do. @throws NameTooLong */
export function printNode(node: Node, options: PrintOptions): string {
  return new Printer().top(node, options);
}

class Printer {
  private depth = 0;
  private written = 0;
  /** Which element of a pack to print while one is being expanded, -1 for all. */
  private packIndex = -1;

  top(node: Node, { signature }: PrintOptions): string {
    if (node.kind === "encoding" && !signature) return this.all(node.name);
    return this.all(node);
  }

  all(node: Node): string {
    return this.left(node) + this.right(node);
  }

  private guard(text: string): string {
    this.written += text.length;
    if (this.written > longestName * 4 || text.length > longestName) throw new NameTooLong();
    return text;
  }

  private left(node: Node): string {
    if (++this.depth > deepestNode) throw new NameTooLong();
    const text = this.guard(this.leftOf(node));
    this.depth--;
    return text;
  }

  private leftOf(node: Node): string {
    switch (node.kind) {
      case "text":
        return node.text;
      case "nested":
        return `${this.all(node.scope)}::${this.all(node.name)}`;
      case "tagged":
        return `${this.all(node.name)}[abi:${node.tag}]`;
      case "template":
        return this.template(this.all(node.name), node.args);
      case "pack":
        return this.list(node.items);
      case "packReference": {
        if (this.packIndex < 0) return this.list(node.pack.items);
        const item = node.pack.items[this.packIndex];
        return item === undefined ? "" : this.outsideExpansion(() => this.left(item));
      }
      case "expansion":
        return this.expanded(node.pattern).join(", ");
      case "qualified":
        // `const` of a type that is const already says nothing.
        return node.inner.kind === "qualified" && node.inner.qualifiers === node.qualifiers
          ? this.left(node.inner)
          : this.left(node.inner) + node.qualifiers;
      case "pointer":
        return this.leftOfPointer(node.inner, node.symbol);
      case "memberPointer":
        return this.leftOfPointer(node.inner, `${this.all(node.owner)}::*`);
      case "array":
        return this.left(node.inner);
      case "function":
        return `${this.left(node.returns)} `;
      case "encoding": {
        const returns = node.returns === undefined ? "" : `${this.left(node.returns)} `;
        const after = node.returns === undefined ? "" : this.right(node.returns);
        return `${returns}${this.all(node.name)}(${this.list(node.params)})${node.qualifiers}${after}`;
      }
      case "sequence":
        return node.parts.map((part) => this.all(part)).join("");
      case "conversion":
        return `operator ${this.all(node.type)}`;
      case "constructor":
        return (node.destroys ? "~" : "") + this.lastPart(node.of);
      case "lambda":
        return `{lambda(${this.list(node.params)})#${node.number}}`;
      case "forward": {
        const found = node.resolve();
        if (found === undefined) throw new NameTooLong();
        return this.left(found);
      }
    }
  }

  private right(node: Node): string {
    if (++this.depth > deepestNode) throw new NameTooLong();
    const text = this.guard(this.rightOf(node));
    this.depth--;
    return text;
  }

  private rightOf(node: Node): string {
    switch (node.kind) {
      case "packReference": {
        const item = node.pack.items[this.packIndex];
        return item === undefined ? "" : this.outsideExpansion(() => this.right(item));
      }
      case "qualified":
        return this.right(node.inner);
      case "pointer":
      case "memberPointer": {
        const { kind } = this.declarator(node.inner);
        return (kind === "array" || kind === "function" ? ")" : "") + this.right(this.pointee(node.inner));
      }
      case "array":
        return ` [${this.all(node.size)}]${this.right(node.inner)}`;
      case "function":
        return `(${this.list(node.params)})${node.qualifiers}${this.right(node.returns)}`;
      case "forward": {
        const found = node.resolve();
        return found === undefined ? "" : this.right(found);
      }
      default:
        return "";
    }
  }

  private leftOfPointer(target: Node, symbol: string): string {
    let inner = this.pointee(target);
    let written = symbol;
    // A reference to a reference is one reference: && only to && (reference collapsing).
    while ((symbol === "&" || symbol === "&&") && inner.kind === "pointer" && inner.symbol !== "*") {
      if (inner.symbol === "&") written = "&";
      inner = this.pointee(inner.inner);
    }
    const { kind } = this.declarator(inner);
    const opening = kind === "array" ? " (" : kind === "function" ? "(" : "";
    const space = symbol.endsWith("::*") && opening === "" ? " " : "";
    return this.left(inner) + opening + space + written;
  }

  /** What decides how a pointer to it is written: `const` arrays are arrays. */
  private declarator(node: Node): Node {
    const inner = this.pointee(node);
    return inner.kind === "qualified" ? this.pointee(inner.inner) : inner;
  }

  /** What a pointer points to, seen through a pack that is being expanded. */
  private pointee(node: Node): Node {
    if (node.kind === "forward") return node.resolve() ?? node;
    if (node.kind === "packReference" && this.packIndex >= 0) return node.pack.items[this.packIndex] ?? node;
    return node;
  }

  private template(name: string, args: readonly Node[]): string {
    const inside = this.list(args);
    const open = name.endsWith("<") ? " <" : "<";
    return name + open + inside + (inside.endsWith(">") ? " >" : ">");
  }

  /** An element of a pack is complete: packs inside it are not the ones being expanded. */
  private outsideExpansion(print: () => string): string {
    const saved = this.packIndex;
    this.packIndex = -1;
    const text = print();
    this.packIndex = saved;
    return text;
  }

  private list(nodes: readonly Node[]): string {
    return nodes
      .flatMap((node) => (node.kind === "expansion" ? this.expanded(node.pattern) : [this.all(node)]))
      .filter((text) => text !== "")
      .join(", ");
  }

  private expanded(pattern: Node): string[] {
    const pack = findPack(pattern, 0);
    if (pack === undefined || this.packIndex >= 0) return [this.all(pattern)];
    const texts: string[] = [];
    for (let index = 0; index < pack.items.length; index++) {
      this.packIndex = index;
      texts.push(this.all(pattern));
    }
    this.packIndex = -1;
    return texts;
  }

  /** The last name of a scope without template arguments: what its constructors are called. */
  private lastPart(node: Node): string {
    let at = node;
    for (let hop = 0; hop < deepestNode; hop++) {
      if (at.kind === "nested") at = at.name;
      else if (at.kind === "template" || at.kind === "tagged") at = at.name;
      else return at.kind === "text" && at.last !== undefined ? at.last : this.all(at);
    }
    throw new NameTooLong();
  }
}

function findPack(node: Node, depth: number): (Node & { kind: "pack" }) | undefined {
  if (depth > 32) return undefined;
  switch (node.kind) {
    case "packReference":
      return node.pack;
    case "qualified":
    case "pointer":
    case "memberPointer":
    case "array":
      return findPack(node.inner, depth + 1);
    case "template":
      return firstPack(node.args, depth);
    case "nested":
      return findPack(node.scope, depth + 1) ?? findPack(node.name, depth + 1);
    case "function":
      return findPack(node.returns, depth + 1) ?? firstPack(node.params, depth);
    case "sequence":
      return firstPack(node.parts, depth);
    default:
      return undefined;
  }
}

function firstPack(nodes: readonly Node[], depth: number): (Node & { kind: "pack" }) | undefined {
  for (const node of nodes) {
    const found = findPack(node, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
