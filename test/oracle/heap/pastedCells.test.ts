import { beforeAll, expect, it } from "vitest";
import { formatHex } from "../../../analyzer/base/units";
import { unwatched } from "../../../analyzer/base/work";
import { type Heap, isObject, type ObjectIndex } from "../../../analyzer/heap/heap";
import { runQuery } from "../../../analyzer/heap/java/query/run";
import { isList, isObjectValue, type QueryValue } from "../../../analyzer/heap/java/query/values";
import { openQueriedHeap, type QueriedHeap } from "../../build/queriedHeap";

/** What forms of the manuals of MAT and VisualVM answer, cell by cell, against loops over the dump. */
let queried: QueriedHeap;
let heap: Heap;

beforeAll(async () => {
  queried = await openQueriedHeap();
  heap = queried.heap;
});

/** An object in a cell. */
const at = (object: ObjectIndex | undefined) => (object === undefined ? null : `@${object}`);
type Cell = string | number | boolean | null | readonly Cell[];

function plain(value: QueryValue): Cell {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint") return Number(value);
  if (isList(value)) return value.map(plain);
  return isObjectValue(value) ? at(value.object) : null;
}

const typed = (name: string) => queried.typed(name);
const vectors = () => typed("java.util.Vector");
const allVectors = () => queried.kindOf("java.util.Vector");
const strings = () => typed("java.lang.String");
const { shallow, retained, text, number, target } = {
  shallow: (object: ObjectIndex) => heap.shallowSizeOf(object),
  retained: (object: ObjectIndex) => heap.retainedSizeOf(object),
  text: (object: ObjectIndex) => queried.text(object),
  number: (object: ObjectIndex, field: string) => queried.numberIn(object, field),
  target: (object: ObjectIndex, field: string) => queried.target(object, field),
};
const length = (object: ObjectIndex | undefined) => (object === undefined ? 0 : heap.lengthOf(object));
const slot = (array: ObjectIndex, index: number) =>
  index < heap.lengthOf(array) ? heap.indexOf(heap.elementIdsOf(array, index, 1)[0]!) : undefined;
const whole = (object: ObjectIndex): Cell[] => [at(object), shallow(object), retained(object)];
const wholes = (objects: readonly ObjectIndex[]) => objects.map(whole);
const classObject = (name: string) => heap.classObjectOf(heap.classes.findByName(name)[0]!);
const ints = (array: ObjectIndex) => {
  const bytes = heap.primitiveBytesOf(array, 0, heap.lengthOf(array));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: heap.lengthOf(array) }, (_, index) => view.getInt32(4 * index));
};

/** Strong fields and elements of an object, each target once. */
function referees(object: ObjectIndex): ObjectIndex[] {
  const found = heap
    .referencesOf(object)
    .filter(({ kind, strong }) => strong && ["field", "element", "static", "local"].includes(kind));
  return [...new Set(found.map(({ target: each }) => each))];
}

/** All that strong references of any kind reach from the roots, but not through `without`. */
function reachedWithout(without: ReadonlySet<ObjectIndex>): Set<ObjectIndex> {
  const reached = new Set(heap.roots.map(({ object }) => object).filter((object) => !without.has(object)));
  for (const object of reached) {
    for (const { target: each, strong } of heap.referencesOf(object)) {
      if (strong && !without.has(each)) reached.add(each);
    }
  }
  return reached;
}

function retainedSet(objects: readonly ObjectIndex[]): ObjectIndex[] {
  const rest = reachedWithout(new Set(objects));
  return [...reachedWithout(new Set())].filter((object) => !rest.has(object));
}

const reachables = (object: ObjectIndex) => {
  const found = new Set(referees(object));
  for (const each of found) for (const next of referees(each)) found.add(next);
  found.delete(object);
  return found.size;
};
const dominated = (object: ObjectIndex) =>
  queried.all.filter((each) => {
    const dominator = heap.immediateDominatorOf(each);
    return isObject(dominator) && dominator === object;
  });
const classObjects = () => queried.all.filter((object) => heap.classOfClassObject(object) !== undefined);
const nameMeant = (object: ObjectIndex) => heap.classes.nameOf(heap.classOfClassObject(object)!);
const buffers = () => typed("java.nio.DirectByteBuffer");

/** Rows in the order of the dump. */
const inOrder: readonly (readonly [form: string, rows: () => Cell[][]])[] = [
  [
    "SELECT toString(s), s.@usedHeapSize, s.@retainedHeapSize FROM java.lang.String s",
    () => strings().map((s) => [text(s), shallow(s), retained(s)]),
  ],
  [
    "SELECT DISTINCT OBJECTS classof(s) FROM java.lang.String s",
    () => wholes([classObject("java.lang.String")]),
  ],
  ["SELECT * FROM OBJECTS java.lang.String", () => wholes([classObject("java.lang.String")])],
  ["SELECT * FROM OBJECTS 0xVECTOR", () => wholes(vectors().slice(0, 1))],
  [
    'SELECT * FROM java.lang.String s WHERE toString(s) NOT LIKE "k1.*"',
    () => wholes(strings().filter((s) => !/^k1.*$/s.test(text(s)))),
  ],
  [
    'SELECT * FROM java.lang.String s WHERE toString(s) = "v7"',
    () => wholes(strings().filter((s) => text(s) === "v7")),
  ],
  [
    'select s from java.lang.String s where s.toString() == "v7"',
    () => wholes(strings().filter((s) => text(s) === "v7")),
  ],
  [
    "SELECT * FROM java.lang.String s WHERE s.value IN dominators(s)",
    () =>
      wholes(
        strings().filter(
          (s) => target(s, "value") !== undefined && heap.immediateDominatorOf(target(s, "value")!) === s,
        ),
      ),
  ],
  [
    "SELECT * FROM java.util.Vector v WHERE v.elementData.@length > 15 AND v.@retainedHeapSize > 200",
    () => wholes(vectors().filter((v) => length(target(v, "elementData")) > 15 && retained(v) > 200)),
  ],
  [
    "SELECT * FROM char[] s WHERE (s.@length > 60000) = true",
    () => wholes(typed("char[]").filter((a) => length(a) > 60000)),
  ],
  [
    "SELECT s.elementData[2] FROM java.util.Vector s",
    () => vectors().map((v) => [at(slot(target(v, "elementData")!, 2))]),
  ],
  [
    "SELECT s.elementData.get(2) FROM java.util.Vector s",
    () => vectors().map((v) => [at(slot(target(v, "elementData")!, 2))]),
  ],
  [
    "select v.elementData[3] from java.util.Vector v",
    () => vectors().map((v) => [at(slot(target(v, "elementData")!, 3))]),
  ],
  [
    "SELECT s[2] FROM int[] s WHERE s.@length = 3",
    () =>
      typed("int[]")
        .filter((a) => length(a) === 3)
        .map((a) => [ints(a)[2]!]),
  ],
  [
    "SELECT s.@valueArray FROM int[] s WHERE s.@length = 3",
    () =>
      typed("int[]")
        .filter((a) => length(a) === 3)
        .map((a) => [ints(a)]),
  ],
  [
    "SELECT s[0:-1] FROM java.util.ArrayList s WHERE s.size = 12",
    () =>
      typed("java.util.ArrayList")
        .filter((list) => number(list, "size") === 12)
        .map((list) => [
          Array.from({ length: 12 }, (_, index) => at(slot(target(list, "elementData")!, index))),
        ]),
  ],
  [
    "SELECT toHex(s.@objectAddress), classof(s).@name FROM java.lang.Thread s",
    () => typed("java.lang.Thread").map((thread) => [formatHex(heap.idOf(thread)), "java.lang.Thread"]),
  ],
  [
    "SELECT l.elementData.@length AS capacity, l.size FROM java.util.ArrayList l WHERE l.size < l.elementData.@length / 2",
    () =>
      typed("java.util.ArrayList")
        .filter((l) => number(l, "size") < length(target(l, "elementData")) / 2)
        .map((l) => [length(target(l, "elementData")), number(l, "size")]),
  ],
  [
    "SELECT * FROM INSTANCEOF java.lang.Object s WHERE s.@objectAddress > 0xVECTOR",
    () => wholes(queried.all.filter((object) => heap.idOf(object) > heap.idOf(vectors()[0]!))),
  ],
  [
    'SELECT s.value.@length FROM java.lang.String s WHERE s.value.@length >= 100 AND toString(s) LIKE ".*java.*"',
    () =>
      strings()
        .filter((s) => length(target(s, "value")) >= 100 && /^.*java.*$/.test(text(s)))
        .map((s) => [length(target(s, "value"))]),
  ],
  [
    "SELECT s FROM java.lang.String s UNION (SELECT v FROM java.util.Vector v)",
    () => [...wholes(strings()), ...wholes(vectors())],
  ],
  [
    "SELECT u.protocol, u.port FROM java.net.URL u",
    () => typed("java.net.URL").map((u) => [at(target(u, "protocol")), number(u, "port")]),
  ],
  [
    "select b.limit, b.position from java.nio.DirectByteBuffer b where b.limit > 10",
    () =>
      buffers()
        .filter((b) => number(b, "limit") > 10)
        .map((b) => [number(b, "limit"), number(b, "position")]),
  ],
  [
    "select b.capacity as limit from java.nio.DirectByteBuffer b",
    () => buffers().map((b) => [number(b, "capacity")]),
  ],
  [
    "select t.name from java.lang.Thread t",
    () => typed("java.lang.Thread").map((t) => [at(target(t, "name"))]),
  ],
  [
    "select k from java.nio.DirectByteBuffer k where k.att = null",
    () => wholes(buffers().filter((b) => target(b, "att") === undefined)),
  ],
  [
    "select sum(k.capacity) from java.nio.DirectByteBuffer k",
    () => [[buffers().reduce((sum, b) => sum + number(b, "capacity"), 0)]],
  ],
  [
    "select a from int[] a where a.length >= 256",
    () => wholes(typed("int[]").filter((a) => length(a) >= 256)),
  ],
  [
    "select s from java.lang.String s where s.value.length >= 100",
    () => wholes(strings().filter((s) => length(target(s, "value")) >= 100)),
  ],
  [
    "select classof(cl).name from instanceof java.lang.ClassLoader cl",
    () => queried.kindOf("java.lang.ClassLoader").map((loader) => [heap.classNameOf(loader)]),
  ],
  [
    "select rsizeof(o) from instanceof java.lang.ClassLoader o",
    () => queried.kindOf("java.lang.ClassLoader").map((loader) => [retained(loader)]),
  ],
  [
    'select heap.findClass("java.util.Vector").superclass',
    () => wholes([classObject("java.util.AbstractList")]),
  ],
  ['heap.findClass("java.util.Vector").name', () => [["java.util.Vector"]]],
  ['select heap.objects("java.util.Vector")', () => wholes(allVectors())],
  [
    "map(heap.objects('java.util.Vector'), 'it.elementCount')",
    () => allVectors().map((v) => [number(v, "elementCount")]),
  ],
  ["select count(heap.classes())", () => [[classObjects().length]]],
  [
    'select filter(heap.classes(), "/java\\.net\\./.test(it.name)")',
    () => wholes(classObjects().filter((c) => /java\.net\./.test(nameMeant(c)))),
  ],
  ["select unique(map(heap.objects('java.lang.String'), 'classof(it).name'))", () => [["java.lang.String"]]],
  [
    "select length(v.elementData) from java.util.Vector v",
    () => vectors().map((v) => [length(target(v, "elementData"))]),
  ],
  [
    "select 'v=' + v.elementCount from java.util.Vector v",
    () => vectors().map((v) => [`v=${number(v, "elementCount")}`]),
  ],
  [
    "select v.elementCount * 2 from java.util.Vector v where v.elementCount >= 20 && v.elementData.length > 10",
    () =>
      vectors()
        .filter((v) => number(v, "elementCount") >= 20 && length(target(v, "elementData")) > 10)
        .map((v) => [2 * number(v, "elementCount")]),
  ],
  [
    "select { map: m, size: m.size, cap: m.table.length } from java.util.HashMap m where m.size > 20",
    () =>
      typed("java.util.HashMap")
        .filter((m) => number(m, "size") > 20)
        .map((m) => [at(m), number(m, "size"), length(target(m, "table"))]),
  ],
  [
    "select map(heap.findClass('java.io.ByteArrayInputStream').fields, 'it.name')",
    () =>
      heap.classes
        .instanceFieldsOf(heap.classes.findByName("java.io.ByteArrayInputStream")[0]!)
        .map(({ name }) => [name]),
  ],
  [
    "select map(sort(heap.objects('char[]'), 'sizeof(rhs) - sizeof(lhs)'), 'sizeof(it)')",
    () =>
      typed("char[]")
        .map(shallow)
        .sort((a, b) => b - a)
        .map((size) => [size]),
  ],
  [
    "select map(top(heap.objects('java.lang.Object', true), 'rsizeof(rhs) - rsizeof(lhs)', 3), 'rsizeof(it)')",
    () =>
      queried.all
        .map(retained)
        .sort((a, b) => b - a)
        .slice(0, 3)
        .map((size) => [size]),
  ],
  [
    "select map(heap.objects('java.util.Vector'), 'count(reachables(it))')",
    () => allVectors().map((v) => [reachables(v)]),
  ],
];

/** Rows whose order is nobody's business. */
const inAnyOrder: readonly (readonly [form: string, rows: () => Cell[][]])[] = [
  ["SELECT AS RETAINED SET * FROM java.util.Vector", () => wholes(retainedSet(vectors()))],
  ["SELECT OBJECTS dominators(s) FROM java.util.Vector s", () => wholes(vectors().flatMap(dominated))],
  [
    'SELECT * FROM "java\\.util\\.Vec.*"',
    () => wholes(queried.all.filter((o) => /^java\.util\.Vec.*$/.test(heap.classNameOf(o)))),
  ],
  [
    "SELECT OBJECTS v.elementData FROM java.util.Vector v",
    () => wholes([...new Set(vectors().map((v) => target(v, "elementData")!))]),
  ],
  [
    'SELECT OBJECTS e.value FROM java.util.HashMap$Node e WHERE e.key.toString() LIKE "k1.*"',
    () => {
      const isWanted = (node: ObjectIndex) => {
        const key = target(node, "key");
        return key !== undefined && heap.classNameOf(key) === "java.lang.String" && /^k1.*$/s.test(text(key));
      };
      const values = typed("java.util.HashMap$Node")
        .filter(isWanted)
        .map((node) => target(node, "value"));
      return wholes([...new Set(values.filter((value) => value !== undefined))]);
    },
  ],
];

const cellsOf = (form: string) => {
  const result = runQuery(heap, queried.filled(form), unwatched);
  return result.rows(0, 1_000_000).map(({ cells }) => cells.map(plain));
};
const sorted = (rows: readonly Cell[][]) => rows.map((row) => JSON.stringify(row)).sort();

it.each(inOrder)("answers cell by cell what a loop finds: %s", (form, rows) => {
  expect(rows().length).toBeGreaterThan(0);
  expect(cellsOf(form)).toEqual(rows());
});

it.each(inAnyOrder)("answers what a loop finds, in any order: %s", (form, rows) => {
  expect(rows().length).toBeGreaterThan(0);
  expect(sorted(cellsOf(form))).toEqual(sorted(rows()));
});

it("lists referrers and referees as a loop over all references finds them", () => {
  const holders = new Map<ObjectIndex, ObjectIndex[]>(allVectors().map((v) => [v, []]));
  for (const object of queried.all) for (const each of referees(object)) holders.get(each)?.push(object);
  const listed = (form: string) =>
    runQuery(heap, form, unwatched)
      .rows(0, 1_000)
      .map(({ cells }) => sorted([cells.flatMap(plain)]));
  expect(listed("select referrers(v) from java.util.Vector v")).toEqual(
    vectors().map((v) => sorted([holders.get(v)!.map(at)])),
  );
  expect(listed("select referees(v) from java.util.Vector v")).toEqual(
    vectors().map((v) => sorted([referees(v).map(at)])),
  );
});
