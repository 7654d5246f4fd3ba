import type { Heap, ObjectIndex, Value } from "../../../analyzer/heap/heap";
import type { Comparison } from "./compareHistogram";

/**
 * The log that NetBeans' and VisualVM's heap library keeps of a dump: every class, static field, instance and field
 * value. Sizes are left out: theirs are not those of a JVM.
 */
export function compareHeapLog(heap: Heap, log: string): Comparison {
  let equal = 0;
  const different: string[] = [];
  const expectEqual = (what: string, there: unknown, here: unknown): void => {
    if (String(there) === String(here)) equal++;
    else different.push(`${what}: ${there} there, ${here} here`);
  };
  let holder = "";
  let values = new Map<string, Value[]>();
  for (const line of log.split("\n")) {
    const ofClass = /^ Id 0x(\w+) Class (\S+) SuperClass (\S+) Instance size \d+ Instance count (\d+)/.exec(
      line,
    );
    if (ofClass !== null) {
      const [, id, name, superName, count] = ofClass;
      holder = `class ${name}`;
      const type = heap.classOfClassObject(heap.indexOf(BigInt(`0x${id}`)) ?? (-1 as ObjectIndex));
      if (type === undefined) {
        different.push(`${holder} is not in the dump`);
        continue;
      }
      const superclass = heap.classes.superclassOf(type);
      expectEqual(`${holder} is called`, name, heap.classes.nameOf(type));
      expectEqual(
        `${holder} extends`,
        superName,
        superclass === undefined ? "null" : heap.classes.nameOf(superclass),
      );
      // Class objects of classes are no instances there, those of primitive types are.
      if (name !== "java.lang.Class")
        expectEqual(`instances of ${name}`, count, heap.classes.instanceCountOf(type));
      values = byName(heap.classes.staticFieldsOf(type));
      continue;
    }
    const ofInstance = /^ {2}Instance Id 0x(\w+) /.exec(line);
    if (ofInstance !== null) {
      holder = `0x${ofInstance[1]}`;
      const object = heap.indexOf(BigInt(holder));
      if (object === undefined) different.push(`${holder} is not in the dump`);
      values = byName(object === undefined ? [] : heap.fieldsOf(object));
      continue;
    }
    const ofField = /^ +(?:Static|Instance) Field name (\S+) type (\S+) value (.*)$/.exec(line);
    if (ofField === null || ofField[1]!.startsWith("<")) continue;
    const value = values.get(ofField[1]!)?.shift();
    // A surrogate by itself has no byte in the log.
    if (value?.type === "char" && value.value >= 0xd800 && value.value < 0xe000 && ofField[3] === "?")
      continue;
    const there = ofField[3]!;
    // Java prints more digits than it takes, and 1.0 for 1.
    const isSameNumber =
      (value?.type === "double" && Object.is(Number(there), value.value)) ||
      (value?.type === "float" && Object.is(Math.fround(Number(there)), value.value));
    expectEqual(
      `${holder}.${ofField[1]}`,
      there,
      isSameNumber ? there : value === undefined ? "no field" : javaText(value),
    );
  }
  return { equal, different };
}

/** Of fields with one name the one of the nearest class first: the order of both. */
function byName(fields: readonly { readonly name: string; readonly value: Value }[]): Map<string, Value[]> {
  const values = new Map<string, Value[]>();
  for (const { name, value } of fields) values.set(name, [...(values.get(name) ?? []), value]);
  return values;
}

function javaText(value: Value): string {
  switch (value.type) {
    case "object":
      return value.id.toString();
    case "char":
      return String.fromCharCode(value.value);
    default:
      return String(value.value);
  }
}
