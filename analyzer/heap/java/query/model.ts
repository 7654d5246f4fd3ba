import { dictionary } from "../../../base/dictionary";
import type { Heap, ObjectIndex } from "../../heap";
import { queryFault } from "./faults";
import { isInstance } from "./instances";
import { isObjectValue, type QueryValue } from "./values";

const prefix = "org.eclipse.mat.snapshot.model.";

/** Interfaces of MAT's model of a heap: which objects have them is known, unlike those of the program. */
const interfaces: Readonly<Record<string, (heap: Heap, object: ObjectIndex) => boolean>> = dictionary({
  IObject: () => true,
  IClass: (heap, object) => heap.classOfClassObject(object) !== undefined,
  IArray: (heap, object) => heap.elementTypeOf(object) !== undefined,
  IObjectArray: (heap, object) => heap.elementTypeOf(object) === "object",
  IPrimitiveArray: (heap, object) => !["object", undefined].includes(heap.elementTypeOf(object)),
  IInstance: (heap, object) =>
    heap.elementTypeOf(object) === undefined && heap.classOfClassObject(object) === undefined,
  IClassLoader: (heap, object) => isInstance(heap, { object }, "java.lang.ClassLoader"),
});

/** Whether MAT's model has the interface for an object. @throws ExhumeError `invalid` for one it does not know */
export function isOfModel(heap: Heap, value: QueryValue, name: string, at: number): boolean {
  const found = name.startsWith(prefix) ? interfaces[name.slice(prefix.length)] : undefined;
  if (found === undefined)
    throw queryFault(
      `There is no ${name}; of MAT's model there are ${Object.keys(interfaces).join(", ")}`,
      at,
    );
  return value !== null && isObjectValue(value) && found(heap, value.object);
}
