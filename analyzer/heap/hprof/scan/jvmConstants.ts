import type { Window } from "../../../formats/hprof/window";
import type { ClassRow } from "../index/classRows";

/** What the JVM told its own library about its objects: static fields of Unsafe, of the atomic arrays before JDK 7. */
export interface JvmConstants {
  /** 4 or 8. */
  readonly addressBytes?: number;
  /** Bytes of a reference in the heap. */
  readonly referenceBytes?: number;
  /** Where the elements of a byte[] begin. */
  readonly byteArrayBase?: number;
}

const places: readonly (readonly [keyof JvmConstants, className: string, field: string])[] = [
  ["addressBytes", "jdk.internal.misc.Unsafe", "ADDRESS_SIZE"],
  ["addressBytes", "sun.misc.Unsafe", "ADDRESS_SIZE"],
  ["referenceBytes", "jdk.internal.misc.Unsafe", "ARRAY_OBJECT_INDEX_SCALE"],
  ["referenceBytes", "sun.misc.Unsafe", "ARRAY_OBJECT_INDEX_SCALE"],
  ["referenceBytes", "java.util.concurrent.atomic.AtomicReferenceArray", "scale"],
  ["byteArrayBase", "jdk.internal.misc.Unsafe", "ARRAY_BYTE_BASE_OFFSET"],
  ["byteArrayBase", "sun.misc.Unsafe", "ARRAY_BYTE_BASE_OFFSET"],
  // Elements of one size begin where those of another do, but for 8-byte ones.
  ["byteArrayBase", "java.util.concurrent.atomic.AtomicIntegerArray", "base"],
];

/** Reads them from the class dumps; 0, as in a class that is not initialised yet, says nothing. */
export function jvmConstantsOf(rows: readonly ClassRow[], window: Window): JvmConstants {
  const found: { -readonly [key in keyof JvmConstants]: number } = {};
  for (const [key, className, fieldName] of places) {
    if (found[key] !== undefined) continue;
    const field = rows
      .find((row) => row.name === className)
      ?.statics.find(({ name, type }) => name === fieldName && type === "int");
    const index = field === undefined ? -1 : window.at(field.position, 4);
    const value = index < 0 ? 0 : window.view.getInt32(index);
    if (value > 0 && value <= 64) found[key] = value;
  }
  return found;
}
