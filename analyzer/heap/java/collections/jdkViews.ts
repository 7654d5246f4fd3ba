import { dictionary } from "../../../base/dictionary";
import { type CollectionKind, type CollectionShape, fields, type MapView, shape, wraps } from "./shapes";

/** Sides of maps by the name of their class inside that of the map, and the field with the map. */
const sides = (
  map: string,
  keys: readonly [name: string, field: string],
  values: readonly [name: string, field: string],
  entries: readonly [name: string, field: string],
) => [
  side(`${map}$${keys[0]}`, "set", keys[1], "keys"),
  side(`${map}$${values[0]}`, "list", values[1], "values"),
  side(`${map}$${entries[0]}`, "set", entries[1], "entries"),
];

function side(name: string, kind: CollectionKind, field: string, view: MapView) {
  return [name, shape(kind, wraps(field), { view })] as const;
}

/** As javac calls the object around an inner one. */
const outer = "this$0";

const mapSides = [
  ...["HashMap", "WeakHashMap", "IdentityHashMap", "EnumMap", "concurrent.ConcurrentHashMap"].flatMap((map) =>
    sides(`java.util.${map}`, ["KeySet", outer], ["Values", outer], ["EntrySet", outer]),
  ),
  ...sides(
    "java.util.LinkedHashMap",
    ["LinkedKeySet", outer],
    ["LinkedValues", outer],
    ["LinkedEntrySet", outer],
  ),
  ...sides("java.util.Hashtable", ["KeySet", outer], ["ValueCollection", outer], ["EntrySet", outer]),
  ...sides("java.util.TreeMap", ["KeySet", "m"], ["Values", outer], ["EntrySet", outer]),
  ...sides("java.util.concurrent.ConcurrentSkipListMap", ["KeySet", "m"], ["Values", "m"], ["EntrySet", "m"]),
  ...sides(
    "java.util.concurrent.ConcurrentHashMap",
    ["KeySetView", "map"],
    ["ValuesView", "map"],
    ["EntrySetView", "map"],
  ),
  side("java.util.AbstractMap$1", "set", outer, "keys"),
  side("java.util.AbstractMap$2", "list", outer, "values"),
];

function part(...of: string[]): CollectionShape {
  return shape("list", { layout: "part", of, offset: "offset", size: ["size"] });
}

const empty = (kind: CollectionKind) => shape(kind, fields(), { immutable: true });

/** What the JDK makes of other collections: sides of maps, parts of lists, wrappers; and what is always empty. */
export const jdkViews: Readonly<Record<string, CollectionShape>> = dictionary({
  ...Object.fromEntries(mapSides),
  "java.util.ArrayList$SubList": part("root", outer),
  "java.util.AbstractList$SubList": part("root"),
  "java.util.SubList": part("l"),
  "java.util.ImmutableCollections$SubList": part("root"),
  "java.util.concurrent.CopyOnWriteArrayList$COWSubList": part("l", outer),
  "java.util.Collections$CheckedMap$CheckedEntrySet": shape("set", wraps("s")),
  "java.util.Collections$AsLIFOQueue": shape("queue", wraps("q")),
  "java.util.Collections$CopiesList": shape(
    "list",
    { layout: "repeated", item: "element", size: ["n"] },
    { immutable: true },
  ),
  "java.util.Collections$EmptyList": empty("list"),
  "java.util.Collections$EmptySet": empty("set"),
  "java.util.Collections$EmptyMap": empty("map"),
  "java.util.concurrent.SynchronousQueue": shape("queue", fields()),
  "java.lang.ProcessEnvironment$StringEnvironment": shape("map", wraps("m")),
  "java.lang.ProcessEnvironment$StringKeySet": shape("set", wraps("s")),
  "java.lang.ProcessEnvironment$StringValues": shape("list", wraps("c")),
  "java.lang.ProcessEnvironment$StringEntrySet": shape("set", wraps("s")),
  "java.util.jar.Attributes": shape("map", wraps("map")),
  "java.awt.RenderingHints": shape("map", wraps("hintmap")),
  "javax.script.SimpleBindings": shape("map", wraps("map")),
  "java.beans.beancontext.BeanContextSupport": shape("set", wraps("children")),
});
