import type { Heap, ObjectIndex, Value } from "../../heap";
import { labelOf } from "../objects/labels";
import { stringOf } from "../objects/strings";

/** An object as a value of an expression. */
export interface ObjectValue {
  readonly object: ObjectIndex;
}

/** What expressions work with. Lists come from functions such as `referrers(x)`. */
export type QueryValue = null | boolean | number | bigint | string | ObjectValue | readonly QueryValue[];

export function isObjectValue(value: QueryValue): value is ObjectValue {
  return typeof value === "object" && value !== null && "object" in value;
}

export function isList(value: QueryValue): value is readonly QueryValue[] {
  return Array.isArray(value);
}

export function fromField(heap: Heap, value: Value | undefined): QueryValue {
  if (value === undefined) return null;
  switch (value.type) {
    case "object":
      return fromId(heap, value.id);
    case "char":
      return String.fromCharCode(value.value);
    case "long":
      return value.value >= -smallLimit && value.value <= smallLimit ? Number(value.value) : value.value;
    default:
      return value.value;
  }
}

const smallLimit = BigInt(Number.MAX_SAFE_INTEGER);

export function fromId(heap: Heap, id: bigint): QueryValue {
  const object = heap.indexOf(id);
  return object === undefined ? null : { object };
}

/** Characters of a string that take part in a comparison. */
const comparedText = 100_000;

/** Text of a value: of a String its characters, of other objects what they say of themselves or class and id. */
export function textOf(heap: Heap, value: QueryValue): string {
  if (value === null) return "null";
  if (isList(value)) return `[${value.map((each) => textOf(heap, each)).join(", ")}]`;
  if (!isObjectValue(value)) return String(value);
  return (
    stringOf(heap, value.object, comparedText) ??
    characterArrayText(heap, value.object) ??
    byteArrayText(heap, value.object) ??
    labelOf(heap, value.object)?.replace(/^"|"$/g, "") ??
    `${heap.classNameOf(value.object)} @ 0x${heap.idOf(value.object).toString(16)}`
  );
}

function characterArrayText(heap: Heap, object: ObjectIndex): string | undefined {
  if (heap.elementTypeOf(object) !== "char") return undefined;
  const bytes = heap.primitiveBytesOf(object, 0, Math.min(heap.lengthOf(object), comparedText));
  let text = "";
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    text += String.fromCharCode(bytes[at]! * 256 + bytes[at + 1]!);
  }
  return text;
}

/** Bytes as the characters of Latin-1, as the strings of today's JVMs have them; others as full stops. */
function byteArrayText(heap: Heap, object: ObjectIndex): string | undefined {
  if (heap.elementTypeOf(object) !== "byte") return undefined;
  const bytes = heap.primitiveBytesOf(object, 0, Math.min(heap.lengthOf(object), comparedText));
  let text = "";
  for (const byte of bytes) text += byte % 128 < 32 || byte === 127 ? "." : String.fromCharCode(byte);
  return text;
}

/** What `WHERE` makes of a value: null, false, 0, "" and empty lists are false. */
export function isTrue(value: QueryValue): boolean {
  if (isList(value)) return value.length > 0;
  return Boolean(value);
}

/** A number to calculate with; boxed numbers are opened. undefined when it is none. */
export function numberOf(heap: Heap, value: QueryValue): number | bigint | undefined {
  if (typeof value === "number" || typeof value === "bigint") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value !== null && isObjectValue(value)) {
    const boxed = heap.fieldOf(value.object, "value");
    if (boxed !== undefined && boxed.type !== "object") {
      const plain = fromField(heap, boxed);
      return typeof plain === "number" || typeof plain === "bigint" ? plain : undefined;
    }
  }
  return undefined;
}

/** -1, 0, 1, or undefined when the two cannot be ordered. */
export function compareValues(heap: Heap, left: QueryValue, right: QueryValue): number | undefined {
  if (left === null || right === null) return left === right ? 0 : undefined;
  if (isObjectValue(left) && isObjectValue(right) && left.object === right.object) return 0;
  if (typeof left === "string" || typeof right === "string") {
    const a = textOf(heap, left);
    const b = textOf(heap, right);
    return a < b ? -1 : a > b ? 1 : 0;
  }
  const a = numberOf(heap, left);
  const b = numberOf(heap, right);
  if (a === undefined || b === undefined) return undefined;
  return a < b ? -1 : a > b ? 1 : 0;
}
