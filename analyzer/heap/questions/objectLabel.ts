import { type Heap, type ObjectIndex, virtualRoot } from "../heap";

const maximumText = 80;

/**
 * What an object says of itself in a few words: the text of a string, the name of a thread or class loader, the
 * length of an array, the value of a box. It is content of the dump: for people's eyes, never for a log.
 * @returns undefined when its class name says all there is.
 */
export function labelOf(heap: Heap, object: ObjectIndex): string | undefined {
  const asClass = heap.classOfClassObject(object);
  if (asClass !== undefined) return `class ${heap.classes.nameOf(asClass)}`;
  if (heap.elementTypeOf(object) !== undefined)
    return `length ${heap.lengthOf(object).toLocaleString("en-US")}`;
  const className = heap.classNameOf(object);
  if (className === "java.lang.String") return quoted(heap.stringOf(object, maximumText + 1));
  if (boxes.has(className)) return boxedValue(heap, object);
  if (className.startsWith("java.lang.") === false && !hasNameField(heap, object)) return undefined;
  return quoted(textField(heap, object, "name"));
}

/** Text of the String in a field of this name, undefined when there is none. */
export function textField(
  heap: Heap,
  object: ObjectIndex,
  field: string,
  maximum = maximumText + 1,
): string | undefined {
  const value = heap.fieldOf(object, field);
  if (value?.type !== "object") return undefined;
  const target = heap.indexOf(value.id);
  return target === undefined ? undefined : heap.stringOf(target, maximum);
}

const boxes = new Set(
  ["Boolean", "Character", "Byte", "Short", "Integer", "Long", "Float", "Double"].map(
    (name) => `java.lang.${name}`,
  ),
);

function boxedValue(heap: Heap, object: ObjectIndex): string | undefined {
  const value = heap.fieldOf(object, "value");
  if (value === undefined || value.type === "object") return undefined;
  return value.type === "char" ? quoted(String.fromCharCode(value.value)) : String(value.value);
}

/** Threads and class loaders carry a `name`; of other classes a field called name may be anything. */
function hasNameField(heap: Heap, object: ObjectIndex): boolean {
  const { classes } = heap;
  const type = heap.classOf(object);
  const named = ["java.lang.Thread", "java.lang.ClassLoader", "java.lang.ThreadGroup"];
  return named.some((name) =>
    classes.findByName(name).some((ancestor) => classes.isSubclassOf(type, ancestor)),
  );
}

function quoted(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const shown = text.length > maximumText ? `${text.slice(0, maximumText)}…` : text;
  return JSON.stringify(shown);
}

/** Name of a class loader as people know it: `app`, `platform`, its class otherwise; `<boot>` for id 0. */
export function loaderNameOf(heap: Heap, loaderId: bigint): string {
  if (loaderId === 0n) return "<boot>";
  const loader = heap.indexOf(loaderId);
  if (loader === undefined) return `unknown loader 0x${loaderId.toString(16)}`;
  const name = textField(heap, loader, "name");
  const className = heap.classNameOf(loader);
  return name === undefined ? `${className} @ 0x${loaderId.toString(16)}` : `${name} (${className})`;
}

/** True for what `immediateDominatorOf` returns when there is a dominator. */
export function isObject(dominator: ObjectIndex | number): dominator is ObjectIndex {
  return dominator > virtualRoot;
}
