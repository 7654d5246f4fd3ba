import { formatHex } from "../../../analyzer/base/units";
import type { ObjectIndex } from "../../../analyzer/heap/heap";
import type { QueriedHeap } from "../queriedHeap";
import { type Answer, at, loopsOver } from "./loops";

/** Forms of Eclipse MAT's manual, and what loops find. */
export function matAnswers(queried: QueriedHeap): readonly Answer[] {
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
    ints,
    retainedSet,
    dominated,
    buffers,
    shallow,
    retained,
    text,
    number,
    target,
    shown,
    entriesOf,
  } = loopsOver(queried);
  return [
    {
      form: "SELECT toString(s), s.@usedHeapSize, s.@retainedHeapSize FROM java.lang.String s",
      rows: () => strings().map((s) => [text(s), shallow(s), retained(s)]),
    },
    {
      form: "SELECT DISTINCT OBJECTS classof(s) FROM java.lang.String s",
      rows: () => wholes([classObject("java.lang.String")]),
    },
    { form: "SELECT * FROM OBJECTS java.lang.String", rows: () => wholes([classObject("java.lang.String")]) },
    { form: "SELECT * FROM OBJECTS 0xVECTOR", rows: () => wholes(vectors().slice(0, 1)) },
    {
      form: 'SELECT * FROM java.lang.String s WHERE toString(s) NOT LIKE "k1.*"',
      rows: () => wholes(strings().filter((s) => !/^k1.*$/s.test(text(s)))),
    },
    {
      form: 'SELECT * FROM java.lang.String s WHERE toString(s) = "v7"',
      rows: () => wholes(strings().filter((s) => text(s) === "v7")),
    },
    {
      form: "SELECT * FROM java.lang.String s WHERE s.value IN dominators(s)",
      rows: () =>
        wholes(
          strings().filter(
            (s) => target(s, "value") !== undefined && heap.immediateDominatorOf(target(s, "value")!) === s,
          ),
        ),
    },
    {
      form: "SELECT * FROM java.util.Vector v WHERE v.elementData.@length > 15 AND v.@retainedHeapSize > 200",
      rows: () => wholes(vectors().filter((v) => length(target(v, "elementData")) > 15 && retained(v) > 200)),
    },
    {
      form: "SELECT * FROM char[] s WHERE (s.@length > 60000) = true",
      rows: () => wholes(typed("char[]").filter((a) => length(a) > 60000)),
    },
    {
      form: "SELECT s.elementData[2] FROM java.util.Vector s",
      rows: () => vectors().map((v) => [at(slot(target(v, "elementData")!, 2))]),
    },
    {
      form: "SELECT s.elementData.get(2) FROM java.util.Vector s",
      rows: () => vectors().map((v) => [at(slot(target(v, "elementData")!, 2))]),
    },
    {
      form: "SELECT s[2] FROM int[] s WHERE s.@length = 3",
      rows: () =>
        typed("int[]")
          .filter((a) => length(a) === 3)
          .map((a) => [ints(a)[2]!]),
    },
    {
      form: "SELECT s.@valueArray FROM int[] s WHERE s.@length = 3",
      rows: () =>
        typed("int[]")
          .filter((a) => length(a) === 3)
          .map((a) => [ints(a)]),
    },
    {
      form: "SELECT s[0:-1] FROM java.util.ArrayList s WHERE s.size = 12",
      rows: () =>
        typed("java.util.ArrayList")
          .filter((list) => number(list, "size") === 12)
          .map((list) => [
            Array.from({ length: 12 }, (_, index) => at(slot(target(list, "elementData")!, index))),
          ]),
    },
    {
      form: "SELECT toHex(s.@objectAddress), classof(s).@name FROM java.lang.Thread s",
      rows: () =>
        typed("java.lang.Thread").map((thread) => [formatHex(heap.idOf(thread)), "java.lang.Thread"]),
    },
    {
      form: "SELECT l.elementData.@length AS capacity, l.size FROM java.util.ArrayList l WHERE l.size < l.elementData.@length / 2",
      rows: () =>
        typed("java.util.ArrayList")
          .filter((l) => number(l, "size") < length(target(l, "elementData")) / 2)
          .map((l) => [length(target(l, "elementData")), number(l, "size")]),
    },
    {
      form: "SELECT * FROM INSTANCEOF java.lang.Object s WHERE s.@objectAddress > 0xVECTOR",
      rows: () => wholes(queried.all.filter((object) => heap.idOf(object) > heap.idOf(vectors()[0]!))),
    },
    {
      form: 'SELECT s.value.@length FROM java.lang.String s WHERE s.value.@length >= 100 AND toString(s) LIKE ".*java.*"',
      rows: () =>
        strings()
          .filter((s) => length(target(s, "value")) >= 100 && /^.*java.*$/.test(text(s)))
          .map((s) => [length(target(s, "value"))]),
    },
    {
      form: "SELECT s FROM java.lang.String s UNION (SELECT v FROM java.util.Vector v)",
      rows: () => [...wholes(strings()), ...wholes(vectors())],
    },
    {
      form: "SELECT u.protocol, u.port FROM java.net.URL u",
      rows: () => typed("java.net.URL").map((u) => [at(target(u, "protocol")), number(u, "port")]),
    },
    {
      form: "SELECT AS RETAINED SET * FROM java.util.Vector",
      rows: () => wholes(retainedSet(vectors())),
      inAnyOrder: true,
    },
    {
      form: "SELECT OBJECTS dominators(s) FROM java.util.Vector s",
      rows: () => wholes(vectors().flatMap(dominated)),
      inAnyOrder: true,
    },
    {
      form: 'SELECT * FROM "java\\.util\\.Vec.*"',
      rows: () => wholes(queried.all.filter((o) => /^java\.util\.Vec.*$/.test(heap.classNameOf(o)))),
      inAnyOrder: true,
    },
    {
      form: "SELECT OBJECTS v.elementData FROM java.util.Vector v",
      rows: () => wholes([...new Set(vectors().map((v) => target(v, "elementData")!))]),
      inAnyOrder: true,
    },
    {
      form: 'SELECT OBJECTS e.value FROM java.util.HashMap$Node e WHERE e.key.toString() LIKE "k1.*"',
      rows: () => {
        const isWanted = (node: ObjectIndex) => {
          const key = target(node, "key");
          return (
            key !== undefined && heap.classNameOf(key) === "java.lang.String" && /^k1.*$/s.test(text(key))
          );
        };
        const values = typed("java.util.HashMap$Node")
          .filter(isWanted)
          .map((node) => target(node, "value"));
        return wholes([...new Set(values.filter((value) => value !== undefined))]);
      },
      inAnyOrder: true,
    },
    { form: "SELECT * FROM java.lang.String", rows: () => wholes(strings()) },
    {
      form: 'SELECT toString(s) AS Value, s.@usedHeapSize AS "Shallow Size", s.@retainedHeapSize AS "Retained Size" FROM java.lang.String s',
      rows: () => strings().map((s) => [text(s), shallow(s), retained(s)]),
    },
    { form: "SELECT DISTINCT * FROM OBJECTS 0,1,1,2", rows: () => wholes([0, 1, 2] as ObjectIndex[]) },
    { form: "SELECT * FROM 0xVECTORS", rows: () => wholes(vectors()) },
    { form: "SELECT * FROM INSTANCEOF 0xVECTORS", rows: () => wholes(allVectors()) },
    {
      // A class stands for its objects, any other object for itself.
      form: "SELECT * FROM 208",
      rows: () => {
        const type = heap.classOfClassObject(208 as ObjectIndex);
        return wholes(type === undefined ? [208 as ObjectIndex] : queried.typed(heap.classes.nameOf(type)));
      },
    },
    { form: "SELECT * FROM SNAPSHOT.getClasses()", rows: () => wholes(queried.all), inAnyOrder: true },
    {
      form: 'SELECT * FROM SNAPSHOT.getClassesByName("java.lang.ref.Reference", true)',
      rows: () => wholes(queried.kindOf("java.lang.ref.Reference")),
      inAnyOrder: true,
    },
    {
      form: "SELECT * FROM INSTANCEOF java.lang.ref.Reference",
      rows: () => wholes(queried.kindOf("java.lang.ref.Reference")),
    },
    {
      form: "SELECT * FROM ( SELECT * FROM java.lang.Class c WHERE c implements org.eclipse.mat.snapshot.model.IClass )",
      rows: () => wholes(queried.all),
      inAnyOrder: true,
    },
    {
      form: 'SELECT * FROM java.lang.String s WHERE toString(s) LIKE "k1.*"',
      rows: () => wholes(strings().filter((s) => /^k1.*$/s.test(text(s)))),
    },
    {
      form: "SELECT * FROM java.lang.String s WHERE s.value NOT IN dominators(s)",
      rows: () =>
        wholes(
          strings().filter((s) => {
            const value = target(s, "value");
            return value === undefined || heap.immediateDominatorOf(value) !== s;
          }),
        ),
    },
    {
      form: "SELECT h[0:-1] FROM java.util.HashMap h WHERE h.size = 30",
      rows: () =>
        typed("java.util.HashMap")
          .filter((map) => number(map, "size") === 30)
          .map((map) => [entriesOf(map)]),
      inAnyOrder: true,
    },
    ...["s.getReferenceArray()", "s.@referenceArray"].map(
      (item): Answer => ({
        form: `SELECT ${item} FROM java.lang.Object[] s`,
        rows: () =>
          typed("java.lang.Object[]").map((array) => [
            heap.elementIdsOf(array, 0, heap.lengthOf(array)).map(Number),
          ]),
      }),
    ),
    {
      form: "SELECT v, v.@length FROM OBJECTS ( SELECT OBJECTS s.value FROM java.lang.String s ) v",
      rows: () => {
        const values = new Set(strings().map((s) => target(s, "value")));
        return [...values].flatMap((value) => (value === undefined ? [] : [[at(value), length(value)]]));
      },
      inAnyOrder: true,
    },
    {
      form: 'SELECT s as String, s.value as "characters", inbounds(s), inbounds(s).@length FROM java.lang.String s',
      rows: () => {
        const holders = new Map<ObjectIndex, Set<ObjectIndex>>(strings().map((s) => [s, new Set()]));
        for (const object of queried.all)
          for (const { target: held } of heap.referencesOf(object)) holders.get(held)?.add(object);
        return strings().map((s) => {
          const found = [...holders.get(s)!];
          return [at(s), at(target(s, "value")), found.map(at), found.length];
        });
      },
      inAnyOrder: true,
    },
    {
      form: "SELECT c.@displayName, c.@retainedHeapSize FROM INSTANCEOF java.lang.ClassLoader c",
      rows: () =>
        queried.kindOf("java.lang.ClassLoader").map((loader) => {
          const name = target(loader, "name");
          return [shown(loader, name === undefined ? undefined : `"${text(name)}"`), retained(loader)];
        }),
    },
    {
      form: "SELECT x.@displayName, x.name.toString() FROM java.lang.Thread x",
      rows: () =>
        typed("java.lang.Thread").map((thread) => {
          const name = text(target(thread, "name")!);
          return [shown(thread, `"${name}"`), name];
        }),
    },
    {
      form: "SELECT s.@displayName as label, s.position as position, s.limit as limit, s.capacity as capacity FROM java.nio.DirectByteBuffer s where s.cleaner != null",
      rows: () =>
        buffers()
          .filter((b) => target(b, "cleaner") !== undefined)
          .map((b) => [
            shown(b, `capacity ${number(b, "capacity")}`),
            ...["position", "limit", "capacity"].map((field) => number(b, field)),
          ]),
    },
    {
      form: "SELECT f.path.@displayName FROM java.io.File f",
      rows: () =>
        typed("java.io.File").map((file) => {
          const path = target(file, "path")!;
          return [shown(path, `"${text(path)}"`)];
        }),
    },
    {
      form: "SELECT s.@class FROM java.net.URL s",
      rows: () => typed("java.net.URL").map(() => [at(classObject("java.net.URL"))]),
    },
    {
      form: "SELECT c.@classLoaderId FROM java.lang.Class c",
      rows: () =>
        typed("java.lang.Class").map((object) => {
          const type = heap.classOfClassObject(object);
          // int.class and its like are no classes of the dump.
          const loader = type === undefined ? undefined : heap.indexOf(heap.classes.loaderIdOf(type));
          return [loader ?? null];
        }),
    },
    {
      form: 'SELECT s.toString() FROM java.lang.String s WHERE s.toString().contains("localhost")',
      rows: () =>
        strings()
          .filter((s) => text(s).includes("localhost"))
          .map((s) => [text(s)]),
    },
    {
      form: "SELECT t.name, t.@GCRootInfo FROM java.lang.Thread t",
      rows: () =>
        typed("java.lang.Thread").map((thread) => {
          const name = target(thread, "name")!;
          const kinds = heap.roots.filter(({ object }) => object === thread).map(({ kind }) => kind);
          const kind = kinds.includes("thread-object") ? `thread "${text(name)}"` : "JNI global";
          return [at(name), kinds.length === 0 ? null : kind];
        }),
    },
    {
      form: 'SELECT toString(m.key) FROM java.util.HashMap$Node m WHERE m.key != null AND classof(m.key).@name = "java.lang.String"',
      rows: () =>
        typed("java.util.HashMap$Node")
          .map((node) => target(node, "key"))
          .filter((key) => key !== undefined && heap.classNameOf(key) === "java.lang.String")
          .map((key) => [text(key!)]),
    },
    {
      form: "SELECT u.protocol, u.host, u.port FROM java.net.URL u",
      rows: () =>
        typed("java.net.URL").map((u) => [
          at(target(u, "protocol")),
          at(target(u, "host")),
          number(u, "port"),
        ]),
    },
  ];
}
