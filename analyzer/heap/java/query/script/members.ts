import type { ClassIndex, Heap, ObjectIndex } from "../../../heap";
import { perHeap } from "../../objects/perHeap";
import type { TextOffset } from "../ast";
import { queryFault } from "../faults";
import { fromField, fromId } from "../values";
import {
  isHeapObject,
  isScriptList,
  ScriptPattern,
  ScriptRecord,
  type ScriptValue,
  textIfString,
} from "./values";

/**
 * `x.name`: a field of an object, what a class knows of itself, the length of arrays, lists and texts. Of null it is
 * undefined, as a chain of fields should not end a query at the first null.
 * @throws ExhumeError `invalid` for a name that no object of the dump has
 */
export function memberOf(heap: Heap, of: ScriptValue, name: string, at: TextOffset): ScriptValue {
  if (of === null || of === undefined) return undefined;
  if (of instanceof ScriptRecord) return of.entries.get(name);
  if (isScriptList(of)) {
    if (name === "length") return lengthOfList(of);
  } else if (isHeapObject(of)) {
    const type = heap.classOfClassObject(of.object);
    const found = type === undefined ? fieldOf(heap, of.object, name) : ofClass(heap, type, name);
    if (found !== absent) return found;
    if (name === "length" && textIfString(heap, of) !== undefined) return textIfString(heap, of)!.length;
    if (knownFields(heap).has(name)) return undefined;
  } else if (of instanceof ScriptPattern) {
    if (name === "source") return of.source;
  } else if (typeof of === "string" && name === "length") return of.length;
  throw queryFault(
    `There is no field ${name}${isHeapObject(of) ? " in any class of this dump" : " here"}`,
    at,
  );
}

export function lengthOfList(list: Iterable<ScriptValue>): number {
  if (Array.isArray(list)) return list.length;
  let count = 0;
  for (const _ of list) count++;
  return count;
}

/** Told apart from a field that is null. */
const absent = Symbol("absent");

function fieldOf(heap: Heap, object: ObjectIndex, name: string): ScriptValue | typeof absent {
  if (heap.elementTypeOf(object) !== undefined) return name === "length" ? heap.lengthOf(object) : absent;
  const value = heap.fieldOf(object, name);
  return value === undefined ? absent : fromField(heap, value);
}

/** Names of fields that some class of the dump declares: others are misspelt. */
const knownFields = perHeap((heap): ReadonlySet<string> => {
  const names = new Set<string>();
  for (let type = 0; type < heap.classes.count; type++) {
    for (const { name } of heap.classes.instanceFieldsOf(type as ClassIndex)) names.add(name);
    for (const { name } of heap.classes.staticFieldsOf(type as ClassIndex)) names.add(name);
  }
  return names;
});

function ofClass(heap: Heap, type: ClassIndex, name: string): ScriptValue | typeof absent {
  const { classes } = heap;
  const above = classes.superclassOf(type);
  switch (name) {
    case "name":
      return classes.nameOf(type);
    case "superclass":
      return above === undefined ? null : { object: heap.classObjectOf(above) };
    case "loader":
      return fromId(heap, classes.loaderIdOf(type));
    case "statics":
      return new ScriptRecord(
        new Map(classes.staticFieldsOf(type).map((field) => [field.name, fromField(heap, field.value)])),
      );
    case "fields":
      return classes.instanceFieldsOf(type).map(
        (field) =>
          new ScriptRecord(
            new Map<string, ScriptValue>([
              ["name", field.name],
              ["signature", field.type],
            ]),
          ),
      );
    default: {
      const field = classes.staticFieldsOf(type).find((each) => each.name === name);
      return field === undefined ? absent : fromField(heap, field.value);
    }
  }
}
