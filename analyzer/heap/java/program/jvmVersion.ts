import type { Heap } from "../../heap";
import { stringOf } from "../objects/strings";

/** Classes of the JDK that keep its version in static strings: 9 and later, then 8. */
const keepers = [
  { className: "java.lang.VersionProps", fields: ["java_runtime_version", "java_version"] },
  { className: "sun.misc.Version", fields: ["java_runtime_version", "java_version"] },
] as const;

/** Version of the JVM that wrote the dump, e.g. `17.0.15+6-Debian-1`; undefined when the heap does not name it. */
export function jvmVersionOf(heap: Heap): string | undefined {
  for (const { className, fields } of keepers) {
    for (const type of heap.classes.findByName(className)) {
      const statics = heap.classes.staticFieldsOf(type);
      for (const field of fields) {
        const value = statics.find(({ name }) => name === field)?.value;
        if (value?.type !== "object") continue;
        const text = heap.indexOf(value.id);
        const version = text === undefined ? undefined : stringOf(heap, text, 200);
        if (version !== undefined && version !== "") return version;
      }
    }
  }
  return undefined;
}
