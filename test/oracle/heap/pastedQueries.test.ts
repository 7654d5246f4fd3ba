import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { unwatched } from "../../../analyzer/base/work";
import type { Heap, ObjectIndex } from "../../../analyzer/heap/heap";
import { runQuery } from "../../../analyzer/heap/java/query/run";
import { openQueriedHeap, type QueriedHeap } from "../../build/queriedHeap";

/** Forms of the manuals of Eclipse MAT and VisualVM; `0xVECTORS` is the class, `0xVECTOR` an object of it. */
const forms = readFileSync(join(resolve(__dirname, "../../cases"), "pastedQueries.txt"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));

let queried: QueriedHeap;
let heap: Heap;
let all: readonly ObjectIndex[];

beforeAll(async () => {
  queried = await openQueriedHeap();
  ({ heap, all } = queried);
});

const typed = (name: string) => queried.typed(name);
const kindOf = (name: string) => queried.kindOf(name);
const numberIn = (object: ObjectIndex, field: string) => queried.numberIn(object, field);
const text = (object: ObjectIndex) => queried.text(object);

function ask(form: string) {
  return runQuery(heap, queried.filled(form), unwatched);
}

const strings = () => typed("java.lang.String");
const vectors = () => typed("java.util.Vector");
const count = (objects: readonly ObjectIndex[], matches: (object: ObjectIndex) => boolean) =>
  objects.filter(matches).length;

/** Rows by plain loops over the dump. */
const totals: readonly (readonly [form: string, total: () => number])[] = [
  ["SELECT * FROM java.lang.String", () => strings().length],
  ["SELECT * FROM 0xVECTORS", () => vectors().length],
  ["SELECT * FROM INSTANCEOF 0xVECTORS", () => kindOf("java.util.Vector").length],
  ["select o from instanceof 0xVECTORS o", () => kindOf("java.util.Vector").length],
  ["SELECT * FROM INSTANCEOF java.lang.Object", () => all.length],
  ["SELECT * FROM SNAPSHOT.getClasses()", () => all.length],
  [
    'SELECT * FROM SNAPSHOT.getClassesByName("java.lang.ref.Reference", true)',
    () => kindOf("java.lang.ref.Reference").length,
  ],
  ['SELECT * FROM "java\\.lang\\.Class"', () => typed("java.lang.Class").length],
  [
    'SELECT * FROM java.lang.String s WHERE toString(s) LIKE "k1.*"',
    () => count(strings(), (s) => text(s).startsWith("k1")),
  ],
  ["SELECT * FROM [I", () => typed("int[]").length],
  ["select a from [I a where a.length == 3", () => count(typed("int[]"), (a) => heap.lengthOf(a) === 3)],
  [
    "select a from [Ljava.lang.String; a where a.length == 50",
    () => count(typed("java.lang.String[]"), (a) => heap.lengthOf(a) === 50),
  ],
  [
    "select {instance: s, content: s.toString()} from java.lang.String s where /^v[0-9]+$/.test(s.toString())",
    () => count(strings(), (s) => /^v[0-9]+$/.test(text(s))),
  ],
  [
    'select heap.objects("java.util.Vector", true, "it.elementCount > 5")',
    () => count(kindOf("java.util.Vector"), (v) => numberIn(v, "elementCount") > 5),
  ],
  [
    "select s from java.lang.String s where s.toString().startsWith('k1') || s.toString().length > 500",
    () => count(strings(), (s) => text(s).startsWith("k1") || text(s).length > 500),
  ],
  ["select heap.roots()", () => heap.roots.length],
];

/** The one figure of a result. */
const figures: readonly (readonly [form: string, figure: () => number])[] = [
  [
    "select sum(map(heap.objects('java.util.Vector'), 'sizeof(it)'))",
    () => kindOf("java.util.Vector").reduce((sum, v) => sum + heap.shallowSizeOf(v), 0),
  ],
  [
    "select sum(heap.objects('[C'), 'sizeof(it)')",
    () => typed("char[]").reduce((sum, a) => sum + heap.shallowSizeOf(a), 0),
  ],
  ["select count(heap.objects('java.lang.String'))", () => strings().length],
  [
    "length(top(heap.objects('java.util.ArrayList'), 'rhs.size - lhs.size', 5))",
    () => Math.min(5, kindOf("java.util.ArrayList").length),
  ],
  [
    "max(map(heap.objects('java.util.ArrayList'), 'it.size'))",
    () => Math.max(...kindOf("java.util.ArrayList").map((list) => numberIn(list, "size"))),
  ],
  [
    "select count(heap.classes(), '/java.io./.test(it.name)')",
    () =>
      count(all, (object) => {
        const type = heap.classOfClassObject(object);
        return type !== undefined && /java.io./.test(heap.classes.nameOf(type));
      }),
  ],
];

describe("queries pasted from the manuals of MAT and VisualVM", () => {
  it.each(forms)("runs: %s", (form) => {
    const result = ask(form);
    expect(result.rows(0, 10_000).length).toBe(Math.min(result.total, 10_000));
  });

  it.each(totals)("has the rows that a loop finds: %s", (form, total) => {
    expect(ask(form).total).toBe(total());
  });

  it.each(figures)("has the figure that a loop finds: %s", (form, figure) => {
    expect(
      ask(form)
        .rows(0, 2)
        .map(({ cells }) => cells),
    ).toEqual([[figure()]]);
  });

  it("counts what refers to an object", () => {
    const rows = ask("SELECT s, inbounds(s).@length FROM java.lang.String s").rows(0, 10_000);
    expect(rows.map(({ cells }) => cells[1])).toEqual(strings().map((s) => heap.referrersOf(s).length));
  });
});
