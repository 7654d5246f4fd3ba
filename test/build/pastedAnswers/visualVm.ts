import type { ObjectIndex } from "../../../analyzer/heap/heap";
import type { QueriedHeap } from "../queriedHeap";
import { type Answer, at, loopsOver } from "./loops";

/** Forms of VisualVM's manual, and what loops find. */
export function visualVmAnswers(queried: QueriedHeap): readonly Answer[] {
  const {
    heap,
    typed,
    vectors,
    allVectors,
    strings,
    length,
    slot,
    wholes,
    classObject,
    referees,
    reachables,
    classObjects,
    nameMeant,
    buffers,
    shallow,
    retained,
    text,
    number,
    target,
    shown,
    statics,
    cellOf,
    inWords,
    chars,
    holdersOf,
  } = loopsOver(queried);
  return [
    {
      form: 'select s from java.lang.String s where s.toString() == "v7"',
      rows: () => wholes(strings().filter((s) => text(s) === "v7")),
    },
    {
      form: "select v.elementData[3] from java.util.Vector v",
      rows: () => vectors().map((v) => [at(slot(target(v, "elementData")!, 3))]),
    },
    {
      form: "select b.limit, b.position from java.nio.DirectByteBuffer b where b.limit > 10",
      rows: () =>
        buffers()
          .filter((b) => number(b, "limit") > 10)
          .map((b) => [number(b, "limit"), number(b, "position")]),
    },
    {
      form: "select b.capacity as limit from java.nio.DirectByteBuffer b",
      rows: () => buffers().map((b) => [number(b, "capacity")]),
    },
    {
      form: "select t.name from java.lang.Thread t",
      rows: () => typed("java.lang.Thread").map((t) => [at(target(t, "name"))]),
    },
    {
      form: "select k from java.nio.DirectByteBuffer k where k.att = null",
      rows: () => wholes(buffers().filter((b) => target(b, "att") === undefined)),
    },
    {
      form: "select sum(k.capacity) from java.nio.DirectByteBuffer k",
      rows: () => [[buffers().reduce((sum, b) => sum + number(b, "capacity"), 0)]],
    },
    {
      form: "select a from int[] a where a.length >= 256",
      rows: () => wholes(typed("int[]").filter((a) => length(a) >= 256)),
    },
    {
      form: "select s from java.lang.String s where s.value.length >= 100",
      rows: () => wholes(strings().filter((s) => length(target(s, "value")) >= 100)),
    },
    {
      form: "select classof(cl).name from instanceof java.lang.ClassLoader cl",
      rows: () => queried.kindOf("java.lang.ClassLoader").map((loader) => [heap.classNameOf(loader)]),
    },
    {
      form: "select rsizeof(o) from instanceof java.lang.ClassLoader o",
      rows: () => queried.kindOf("java.lang.ClassLoader").map((loader) => [retained(loader)]),
    },
    {
      form: 'select heap.findClass("java.util.Vector").superclass',
      rows: () => wholes([classObject("java.util.AbstractList")]),
    },
    { form: 'heap.findClass("java.util.Vector").name', rows: () => [["java.util.Vector"]] },
    { form: 'select heap.objects("java.util.Vector")', rows: () => wholes(allVectors()) },
    {
      form: "map(heap.objects('java.util.Vector'), 'it.elementCount')",
      rows: () => allVectors().map((v) => [number(v, "elementCount")]),
    },
    { form: "select count(heap.classes())", rows: () => [[classObjects().length]] },
    {
      form: 'select filter(heap.classes(), "/java\\.net\\./.test(it.name)")',
      rows: () => wholes(classObjects().filter((c) => /java\.net\./.test(nameMeant(c)))),
    },
    {
      form: "select unique(map(heap.objects('java.lang.String'), 'classof(it).name'))",
      rows: () => [["java.lang.String"]],
    },
    {
      form: "select length(v.elementData) from java.util.Vector v",
      rows: () => vectors().map((v) => [length(target(v, "elementData"))]),
    },
    {
      form: "select 'v=' + v.elementCount from java.util.Vector v",
      rows: () => vectors().map((v) => [`v=${number(v, "elementCount")}`]),
    },
    {
      form: "select v.elementCount * 2 from java.util.Vector v where v.elementCount >= 20 && v.elementData.length > 10",
      rows: () =>
        vectors()
          .filter((v) => number(v, "elementCount") >= 20 && length(target(v, "elementData")) > 10)
          .map((v) => [2 * number(v, "elementCount")]),
    },
    {
      form: "select { map: m, size: m.size, cap: m.table.length } from java.util.HashMap m where m.size > 20",
      rows: () =>
        typed("java.util.HashMap")
          .filter((m) => number(m, "size") > 20)
          .map((m) => [at(m), number(m, "size"), length(target(m, "table"))]),
    },
    {
      form: "select map(heap.findClass('java.io.ByteArrayInputStream').fields, 'it.name')",
      rows: () =>
        heap.classes
          .instanceFieldsOf(heap.classes.findByName("java.io.ByteArrayInputStream")[0]!)
          .map(({ name }) => [name]),
    },
    {
      form: "select map(sort(heap.objects('char[]'), 'sizeof(rhs) - sizeof(lhs)'), 'sizeof(it)')",
      rows: () =>
        typed("char[]")
          .map(shallow)
          .sort((a, b) => b - a)
          .map((size) => [size]),
    },
    {
      form: "select map(top(heap.objects('java.lang.Object', true), 'rsizeof(rhs) - rsizeof(lhs)', 3), 'rsizeof(it)')",
      rows: () =>
        queried.all
          .map(retained)
          .sort((a, b) => b - a)
          .slice(0, 3)
          .map((size) => [size]),
    },
    {
      form: "select map(heap.objects('java.util.Vector'), 'count(reachables(it))')",
      rows: () => allVectors().map((v) => [reachables(v)]),
    },
    {
      form: "select s from java.lang.String s where s.value.length >= 100",
      rows: () => wholes(strings().filter((s) => length(target(s, "value")) >= 100)),
    },
    {
      form: "select {instance: s, content: s.toString()} from java.lang.String s where /^v[0-9]+$/.test(s.toString())",
      rows: () =>
        strings()
          .filter((s) => /^v[0-9]+$/.test(text(s)))
          .map((s) => [at(s), text(s)]),
    },
    {
      form: "select {instance: s, content: s.toString()} from java.lang.String s where /^v1/(s.toString())",
      rows: () =>
        strings()
          .filter((s) => text(s).startsWith("v1"))
          .map((s) => [at(s), text(s)]),
    },
    ...["file.path.toString()", "file.path.value.toString()"].map(
      (item): Answer => ({
        form: `select ${item} from java.io.File file`,
        rows: () => typed("java.io.File").map((file) => [text(target(file, "path")!)]),
      }),
    ),
    { form: "select o from instanceof 0xVECTORS o", rows: () => wholes(allVectors()) },
    {
      form: 'select heap.findClass("java.io.File").statics',
      rows: () => statics("java.io.File").map(({ name, value }) => [name, cellOf(value)]),
    },
    { form: 'select heap.findObject("0xVECTOR")', rows: () => wholes(vectors().slice(0, 1)) },
    { form: "select heap.classes()", rows: () => wholes(classObjects()), inAnyOrder: true },
    { form: 'select heap.objects("java.util.Vector", true)', rows: () => wholes(allVectors()) },
    {
      form: 'select heap.objects("java.util.Vector", true, "it.elementCount > 5")',
      rows: () => wholes(allVectors().filter((v) => number(v, "elementCount") > 5)),
    },
    {
      form: "select heap.finalizables()",
      rows: () => {
        const [type] = heap.classes.findByName("java.lang.ref.Finalizer");
        const queue = heap.classes.staticFieldsOf(type!).find(({ name }) => name === "queue")!.value;
        const first = target(heap.indexOf((queue as { id: bigint }).id)!, "head");
        return first === undefined ? [] : wholes([first]);
      },
      isEmpty: true,
    },
    {
      form: "select heap.roots()",
      rows: () => heap.roots.map(({ object, kind }) => [at(object), kind]),
      columns: 2,
      inAnyOrder: true,
    },
    {
      form: "select s from java.lang.String s where contains(referrers(s), \"classof(it).name == 'java.lang.Class'\")",
      rows: () => {
        const held = new Set(classObjects().flatMap(referees));
        return wholes(strings().filter((s) => held.has(s)));
      },
    },
    {
      form: 'select map(heap.findClass("java.io.File").statics, "index + \'=\' + toHtml(it)")',
      rows: () => statics("java.io.File").map(({ name, value }) => [`${name}=${inWords(value)}`]),
    },
    {
      form: "select map(top(heap.objects('java.util.ArrayList'), 'rhs.size - lhs.size', 5), \"toHtml(it)+'='+it.size\")",
      rows: () =>
        queried
          .kindOf("java.util.ArrayList")
          .map((list) => ({ list, size: number(list, "size") }))
          .sort((a, b) => b.size - a.size)
          .slice(0, 5)
          .map(({ list, size }) => [`${shown(list, `size ${size}`)}=${size}`]),
    },
    {
      form: "select map(top(heap.objects('char[]'), 'rhs.length - lhs.length'), \"{ length: it.length, value: it.toString() }\")",
      rows: () =>
        typed("char[]")
          .sort((a, b) => length(b) - length(a))
          .slice(0, 10)
          .map((array) => [length(array), chars(array)]),
      inAnyOrder: true,
    },
    {
      form: "select sum(map(heap.objects('java.util.Vector'), 'sizeof(it)'))",
      rows: () => [[allVectors().reduce((sum, v) => sum + shallow(v), 0)]],
    },
    {
      form: "select sum(heap.objects('[C'), 'sizeof(it)')",
      rows: () => [[typed("char[]").reduce((sum, array) => sum + shallow(array), 0)]],
    },
    {
      form: "select count(heap.objects('java.lang.String'))",
      rows: () => [[strings().length]],
    },
    {
      form: 'select count(heap.classes(), "/java.io./.test(it.name)")',
      rows: () => [[classObjects().filter((each) => /java.io./.test(nameMeant(each))).length]],
    },
    {
      form: "select max(heap.objects('java.lang.String'), 'lhs.value.length > rhs.value.length')",
      rows: () => {
        const size = (s: ObjectIndex) => length(target(s, "value"));
        return wholes([strings().reduce((best, s) => (size(s) > size(best) ? s : best))]);
      },
    },
    {
      form: 'select reachables(u, "java.net.URL.handler") from java.net.URL u',
      rows: () =>
        typed("java.net.URL").map((url) => {
          const handler = target(url, "handler");
          const first = referees(url).filter((each) => each !== handler);
          const found = new Set(first);
          for (const each of found) for (const next of referees(each)) found.add(next);
          found.delete(url);
          return [[...found].map(at)];
        }),
      inAnyOrder: true,
    },
    {
      form: "select reachables(v) from java.util.Vector v",
      rows: () =>
        vectors().map((v) => {
          const found = new Set(referees(v));
          for (const each of found) for (const next of referees(each)) found.add(next);
          found.delete(v);
          return [[...found].map(at)];
        }),
      inAnyOrder: true,
    },
    {
      form: 'select {name: t.name? t.name.toString() : "null", thread: t} from instanceof java.lang.Thread t',
      rows: () =>
        queried.kindOf("java.lang.Thread").map((thread) => {
          const name = target(thread, "name");
          return [name === undefined ? "null" : text(name), at(thread)];
        }),
    },
    {
      form: "select objectid(o) from java.util.Vector o",
      rows: () => vectors().map((v) => [Number(heap.idOf(v))]),
    },
    {
      form: 'select identical(heap.findClass("java.lang.String"), heap.findClass("java.lang.String"))',
      rows: () => [[true]],
    },
    {
      form: 'select root(heap.findObject("0xVECTOR"))',
      rows: () => [[heap.roots.some(({ object }) => object === vectors()[0]) ? "a root" : null]],
    },
    {
      form: "select concat(referrers(v), referees(v)) from java.util.Vector v",
      rows: () => vectors().map((v) => [[...holdersOf(v), ...referees(v)].map(at)]),
      inAnyOrder: true,
    },
    ...["referrers(v)", "toArray(referrers(v))"].map(
      (item): Answer => ({
        form: `select ${item} from java.util.Vector v`,
        rows: () => vectors().map((v) => [holdersOf(v).map(at)]),
        inAnyOrder: true,
      }),
    ),
    {
      form: "select referees(v) from java.util.Vector v",
      rows: () => vectors().map((v) => [referees(v).map(at)]),
      inAnyOrder: true,
    },
    {
      form: "select map(sort(heap.objects('char[]'), 'sizeof(rhs) - sizeof(lhs)'), \"{size: sizeof(it), obj: it}\")",
      rows: () =>
        typed("char[]")
          .sort((a, b) => shallow(b) - shallow(a))
          .map((array) => [shallow(array), at(array)]),
    },
    {
      form: "select top(heap.objects('java.lang.Object', true), 'rsizeof(rhs) - rsizeof(lhs)', 3)",
      rows: () => wholes([...queried.all].sort((a, b) => retained(b) - retained(a)).slice(0, 3)),
    },
    {
      form: 'select s from java.lang.String s where s.toString().startsWith("k1") || s.toString().length > 500',
      rows: () => wholes(strings().filter((s) => text(s).startsWith("k1") || text(s).length > 500)),
    },
    {
      form: "select a from [I a where a.length == 3",
      rows: () => wholes(typed("int[]").filter((array) => length(array) === 3)),
    },
    {
      form: "select a from [Ljava.lang.String; a where a.length == 50",
      rows: () => wholes(typed("java.lang.String[]").filter((array) => length(array) === 50)),
    },
  ];
}
