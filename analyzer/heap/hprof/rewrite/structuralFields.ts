/**
 * Primitive fields that say how a heap is built, not what it holds: without them strings, collections, buffers and
 * threads cannot be read. What they tell (counts, states of threads, sizes of buffers) the graph mostly tells too.
 */
const namesByClass: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    "java.lang.String": ["coder", "offset", "count"],
    "java.lang.Thread": ["tid", "threadStatus", "daemon", "priority"],
    "java.lang.Thread$FieldHolder": ["threadStatus", "daemon", "priority"],
    "java.lang.VirtualThread": ["state"],
    "java.lang.ThreadLocal": ["threadLocalHashCode"],
    "java.nio.Buffer": ["capacity", "limit", "position", "mark", "address"],
    "java.nio.Bits": ["TOTAL_CAPACITY", "RESERVED_MEMORY", "COUNT"],
  }).map(([name, fields]) => [name, new Set(fields)]),
);

const collectionPackages = ["java.util.", "java.util.concurrent."];
const collectionFields: ReadonlySet<string> = new Set([
  "size",
  "count",
  "elementCount",
  "threshold",
  "baseCount",
  "head",
  "tail",
  "takeIndex",
  "putIndex",
  "offset",
  "fromIndex",
  "toIndex",
  "capacity",
  "accessOrder",
  "expectedMaxSize",
]);

/** Whether the value of a primitive field of a class stays at every level. */
export function isStructuralField(className: string, field: string): boolean {
  if (namesByClass.get(className)?.has(field) === true) return true;
  if (!collectionFields.has(field)) return false;
  return collectionPackages.some((prefix) => {
    const simple = className.startsWith(prefix) ? className.slice(prefix.length) : ".";
    return !simple.includes(".");
  });
}

const jdkPackages = ["java.", "jdk.", "sun."];
/** Places of fields within objects, as the JDK asks the JVM for them: readers of dumps tell sizes of objects by them. */
const layoutField = /(?:offset$|^ARRAY_|^ADDRESS_SIZE$)/i;

/** The numbers of states, which only the dump's own JDK knows. */
const stateConstant = /^[A-Z_]+$/;

/** The same of a static field. */
export function isStructuralStatic(className: string, field: string): boolean {
  return (
    isStructuralField(className, field) ||
    (className === "java.lang.VirtualThread" && stateConstant.test(field)) ||
    (layoutField.test(field) && jdkPackages.some((prefix) => className.startsWith(prefix)))
  );
}
