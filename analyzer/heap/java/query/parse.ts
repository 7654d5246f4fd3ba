import type { Query, SelectItem, Source } from "./ast";
import { Cursor } from "./cursor";
import { ExpressionParser } from "./expressions";
import { queryFault } from "./faults";
import { foreignFormIn } from "./foreignForms";

/** Longest query that is read: a person's query is a few lines. */
const maximumLength = 20_000;

const address = /0x([0-9a-f]{1,16})(?![0-9a-z])/iy;
const objectNumber = /[0-9]{1,15}(?![0-9a-z_.])/iy;
const snapshotClasses = /\$\{\s*snapshot\s*\}\s*\.\s*(getClassesByName|getClasses)\s*\(/y;
const count = /[0-9]{1,15}(?![0-9])/y;

/**
 * Reads a query in one pass, in time linear in its length. It takes what users of Eclipse MAT and VisualVM type;
 * README.md beside it says what every part means.
 * @throws ExhumeError `invalid` with the column (from 1, of the whole text) where it stops making sense.
 */
export function parseQuery(text: string): Query {
  if (text.length > maximumLength)
    throw queryFault(
      `The query has ${text.length} characters; ${maximumLength} are read, it goes on`,
      maximumLength,
    );
  const foreign = foreignFormIn(text);
  if (foreign !== undefined) throw queryFault(foreign.what, foreign.at);
  const cursor = new Cursor(text);
  const query = new QueryParser(cursor).query();
  cursor.takeSign(";");
  if (!cursor.isAtEnd) throw cursor.fault("the end");
  return query;
}

class QueryParser {
  private readonly expressions: ExpressionParser;

  constructor(private readonly cursor: Cursor) {
    this.expressions = new ExpressionParser(cursor, () => this.query());
  }

  query(): Query {
    const { cursor } = this;
    const query = this.withoutUnion();
    const union: Query[] = [];
    while (cursor.takeWord("union")) {
      union.push(cursor.startsWith("(") ? this.inParentheses() : this.withoutUnion());
    }
    return { ...query, union };
  }

  private withoutUnion(): Omit<Query, "union"> & { readonly union: readonly [] } {
    const { cursor, expressions } = this;
    cursor.expectWord("select");
    const distinct = cursor.takeWord("distinct");
    const retainedSet = cursor.takeWord("as");
    if (retainedSet) {
      cursor.expectWord("retained");
      cursor.expectWord("set");
    }
    const objects = cursor.takeWord("objects");
    const select = cursor.takeSign("*") ? [] : this.selectItems();
    cursor.expectWord("from");
    const classObjects = cursor.takeWord("objects");
    const subclassesToo = cursor.takeWord("instanceof");
    const snapshot = this.snapshotClasses();
    const instanceOf = subclassesToo || snapshot?.instanceOf === true;
    const from = snapshot?.from ?? this.source();
    return {
      ...{ distinct, retainedSet, objects, select, instanceOf, classObjects, from },
      alias: expressions.aliasOrNull(),
      where: cursor.takeWord("where") ? expressions.expression() : null,
      groupBy: this.takeBy("group") ? expressions.list() : [],
      orderBy: this.takeBy("order") ? this.orderItems() : [],
      limit: cursor.takeWord("limit") ? this.count() : null,
      union: [],
    };
  }

  private selectItems(): SelectItem[] {
    const items = [this.selectItem()];
    while (this.cursor.takeSign(",")) items.push(this.selectItem());
    return items;
  }

  private selectItem(): SelectItem {
    const { cursor, expressions } = this;
    const start = cursor.at;
    const expression = expressions.expression();
    const text = cursor.text.slice(start, cursor.end);
    if (!cursor.takeWord("as")) return { expression, name: text };
    return { expression, name: expressions.textOrUndefined() ?? expressions.anyName() };
  }

  private source(): Source {
    const { cursor, expressions } = this;
    const at = cursor.at;
    if (cursor.startsWith("(")) return { source: "query", query: this.inParentheses() };
    const pattern = expressions.textOrUndefined();
    if (pattern !== undefined) return { source: "pattern", pattern, at };
    const first = this.idOrUndefined();
    if (first === undefined) return { source: "class", name: expressions.className(), at };
    const ids = [first];
    while (cursor.takeSign(",")) {
      const next = this.idOrUndefined();
      if (next === undefined) throw cursor.fault();
      ids.push(next);
    }
    return { source: "objects", ids, at };
  }

  private idOrUndefined(): Extract<Source, { source: "objects" }>["ids"][number] | undefined {
    const hexadecimal = this.cursor.take(address, "object id");
    if (hexadecimal !== undefined) return { address: BigInt(`0x${hexadecimal[1]}`), number: -1 };
    const decimal = this.cursor.take(objectNumber, "object id");
    return decimal === undefined ? undefined : { address: undefined, number: Number(decimal[0]) };
  }

  /** `${snapshot}.getClasses()` and `${snapshot}.getClassesByName("class", subclassesToo)`. */
  private snapshotClasses(): Pick<Query, "from" | "instanceOf"> | undefined {
    const { cursor, expressions } = this;
    const at = cursor.at;
    const found = cursor.take(snapshotClasses, "class name");
    if (found === undefined) return undefined;
    if (found[1] === "getClasses") {
      cursor.expectSign(")");
      return { from: { source: "pattern", pattern: ".*", at }, instanceOf: false };
    }
    const name = expressions.textOrUndefined();
    if (name === undefined) throw cursor.fault();
    cursor.expectSign(",");
    const instanceOf = cursor.takeWord("true");
    if (!instanceOf) cursor.expectWord("false");
    cursor.expectSign(")");
    return { from: { source: "class", name, at }, instanceOf };
  }

  private inParentheses(): Query {
    const { cursor } = this;
    cursor.expectSign("(");
    const query = this.expressions.nested(() => this.query());
    cursor.expectSign(")");
    return query;
  }

  private takeBy(word: "group" | "order"): boolean {
    if (!this.cursor.takeWord(word)) return false;
    this.cursor.expectWord("by");
    return true;
  }

  private orderItems(): Query["orderBy"] {
    const { cursor, expressions } = this;
    const items: { expression: Query["groupBy"][number]; descending: boolean }[] = [];
    do {
      const expression = expressions.expression();
      const descending = cursor.takeWord("desc");
      if (!descending) cursor.takeWord("asc");
      items.push({ expression, descending });
    } while (cursor.takeSign(","));
    return items;
  }

  private count(): number {
    const found = this.cursor.take(count, "number");
    if (found === undefined) throw this.cursor.fault();
    return Number(found[0]);
  }
}
