import type { Heap, ObjectIndex, Value } from "../../heap";

/**
 * Text of a java.lang.String, cut at `maximum` characters: `char[] value` (with `offset` and `count` up to JDK 6) or, from JDK 9, `byte[] value`
 * in Latin-1 or UTF-16 of the machine's byte order by `coder`. Dumps of x86 and ARM are little-endian there.
 */
export function stringOf(heap: Heap, object: ObjectIndex, maximum: number): string | undefined {
  const value = heap.fieldOf(object, "value");
  if (value?.type !== "object") return undefined;
  const array = heap.indexOf(value.id);
  if (array === undefined) return undefined;
  const type = heap.elementTypeOf(array);
  const length = heap.lengthOf(array);
  if (type === "char") {
    const offset = intOf(heap.fieldOf(object, "offset")) ?? 0;
    const count = intOf(heap.fieldOf(object, "count")) ?? length;
    const bytes = heap.primitiveBytesOf(array, offset, Math.min(maximum, count));
    return decodeUtf16(bytes, false);
  }
  if (type !== "byte") return undefined;
  const coder = heap.fieldOf(object, "coder");
  if (coder?.type === "byte" && coder.value === 1) {
    // The elements are bytes of a native-order char array.
    return decodeUtf16(heap.primitiveBytesOf(array, 0, Math.min(length, maximum * 2)), true);
  }
  const bytes = heap.primitiveBytesOf(array, 0, Math.min(length, maximum));
  let text = "";
  // biome-ignore lint/plugin: 4096 bytes at a time
  for (let k = 0; k < bytes.length; k += 4096) text += String.fromCharCode(...bytes.subarray(k, k + 4096));
  return text;
}

function intOf(value: Value | undefined): number | undefined {
  return value?.type === "int" ? value.value : undefined;
}

function decodeUtf16(bytes: Uint8Array, littleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = "";
  for (let k = 0; k + 1 < bytes.length; k += 2) text += String.fromCharCode(view.getUint16(k, littleEndian));
  return text;
}
