import { formatHex } from "../../base/units";
import type { ManagedVariable } from "../managed/managedValue";
import type { JavaObjects } from "./javaObjects";
import { mirrorOf } from "./javaStatics";
import { JavaValues } from "./javaValues";
import { fieldsOf } from "./klassFields";

/** Thread-locals shown of one thread. */
const mostThreadLocals = 4096;

/** Static fields of a class, by the address of that. */
export function staticsOf(objects: JavaObjects, klassAddress: number): ManagedVariable[] {
  const { structs, klasses } = objects;
  const klass = klasses.klasses[klasses.indexAt(klassAddress)];
  const mirror = klass && mirrorOf(objects, klass);
  if (klass === undefined || mirror === undefined) return [];
  const values = new JavaValues(objects);
  return fieldsOf(structs, klass)
    .filter(({ isStatic }) => isStatic)
    .map(({ name, signature, offset }) => ({
      name,
      isArgument: false,
      value: values.valueAt(mirror + offset, signature),
    }));
}

/** What `ThreadLocal`s hold for a thread, by its object: in `Thread.threadLocals.table`, each under its key. */
export function threadLocalVariables(objects: JavaObjects, thread: number): ManagedVariable[] {
  const map = objects.fieldOf(thread, "threadLocals");
  const table = map === undefined ? undefined : objects.fieldOf(map, "table");
  const start = table === undefined ? undefined : objects.elementsOf(table);
  if (table === undefined || start === undefined) return [];
  const length = Math.min(objects.lengthOf(table) ?? 0, mostThreadLocals);
  const values = new JavaValues(objects);
  const found: ManagedVariable[] = [];
  for (let slot = 0; slot < length; slot++) {
    const entry = objects.references.fieldAt(start + slot * objects.referenceBytes);
    if (!entry || objects.klassOf(entry) === undefined) continue;
    const key = objects.fieldOf(entry, "referent");
    const name = key === undefined ? "(stale)" : `${objects.describe(key)} ${formatHex(BigInt(key))}`;
    const value = values.object(objects.fieldOf(entry, "value"), "java.lang.Object");
    found.push({ name, isArgument: false, value });
  }
  return found;
}

/** Fields of the thread's own object. */
export function fieldsOfThread(objects: JavaObjects, thread: number): ManagedVariable[] {
  const { parts } = new JavaValues(objects).object(thread, "java.lang.Thread");
  return (parts?.page(0, parts.count) ?? []).map(({ name, value }) => ({ name, value, isArgument: false }));
}
