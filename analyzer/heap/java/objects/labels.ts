import { formatCount } from "../../../base/figures";
import type { Heap, ObjectIndex, Value } from "../../heap";
import { collectionSizeOf, shapeOf } from "../collections/collection";
import { threadNameOf } from "../paths/rootFacts";
import { ancestryOf, numberIn, referenceIn, stringIn } from "./fieldReads";
import { stringOf } from "./strings";

const boxes = new Set(
  ["Integer", "Long", "Short", "Byte", "Character", "Boolean", "Float", "Double"].map(
    (n) => `java.lang.${n}`,
  ),
);
const atomics = new Set(["Boolean", "Integer", "Long"].map((n) => `java.util.concurrent.atomic.Atomic${n}`));

/** Characters of a string shown in a label. */
const labelLength = 120;

/**
 * What an object says of itself in a few words: a string's text, a thread's name, an array's length, a number, a
 * date, an enum's constant, how many elements a collection has. undefined when its class says it all.
 */
export function labelOf(heap: Heap, object: ObjectIndex): string | undefined {
  const type = heap.classOfClassObject(object);
  if (type !== undefined) return `class ${heap.classes.nameOf(type)}`;
  if (heap.elementTypeOf(object) !== undefined) return `length ${formatCount(heap.lengthOf(object))}`;
  const name = heap.classNameOf(object);
  if (name === "java.lang.String") {
    const text = stringOf(heap, object, labelLength + 1);
    if (text === undefined) return undefined;
    return text.length > labelLength ? `"${text.slice(0, labelLength)}…"` : `"${text}"`;
  }
  if (boxes.has(name) || atomics.has(name)) return plainValue(heap.fieldOf(object, "value"));
  return dateOf(heap, object, name) ?? otherLabelOf(heap, object, name);
}

/** A primitive value as Java would print it; undefined for references. */
export function plainValue(value: Value | undefined): string | undefined {
  if (value === undefined || value.type === "object") return undefined;
  if (value.type === "char") return `'${String.fromCharCode(value.value)}'`;
  return String(value.value);
}

function otherLabelOf(heap: Heap, object: ObjectIndex, name: string): string | undefined {
  if (name === "java.util.UUID") {
    const high = heap.fieldOf(object, "mostSigBits");
    const low = heap.fieldOf(object, "leastSigBits");
    return high?.type === "long" && low?.type === "long" ? uuidOf(high.value, low.value) : undefined;
  }
  if (name === "java.io.File") return quoted(stringIn(heap, object, "path"));
  if (name === "java.lang.reflect.Method" || name === "java.lang.reflect.Field") {
    return stringIn(heap, object, "name");
  }
  if (name === "java.math.BigDecimal") return stringIn(heap, object, "stringCache");
  if (name === "java.lang.StringBuilder" || name === "java.lang.StringBuffer") {
    return quoted(builderText(heap, object));
  }
  if (shapeOf(heap, object) !== undefined) {
    const size = collectionSizeOf(heap, object)?.size;
    return size === undefined ? undefined : `size ${formatCount(size)}`;
  }
  for (const ancestor of ancestryOf(heap, heap.classOf(object))) {
    const ancestorName = heap.classes.nameOf(ancestor);
    if (ancestorName === "java.lang.Enum") return stringIn(heap, object, "name");
    if (ancestorName === "java.lang.Thread") return quoted(threadNameOf(heap, object));
    if (ancestorName === "java.lang.Throwable") return quoted(stringIn(heap, object, "detailMessage"));
    if (ancestorName === "java.lang.ClassLoader") return quoted(stringIn(heap, object, "name"));
    if (ancestorName === "java.nio.Buffer") return `capacity ${numberIn(heap, object, "capacity") ?? "?"}`;
  }
  return undefined;
}

function quoted(text: string | undefined): string | undefined {
  return text === undefined ? undefined : `"${text}"`;
}

function uuidOf(high: bigint, low: bigint): string {
  const digits =
    BigInt.asUintN(64, high).toString(16).padStart(16, "0") +
    BigInt.asUintN(64, low).toString(16).padStart(16, "0");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Text gathered so far in a StringBuilder: Latin-1 or UTF-16 bytes from JDK 9 on, chars before. */
function builderText(heap: Heap, object: ObjectIndex): string | undefined {
  const buffer = referenceIn(heap, object, "value");
  const count = numberIn(heap, object, "count");
  if (buffer === undefined || count === undefined) return undefined;
  const wide = heap.elementTypeOf(buffer) === "char" || numberIn(heap, object, "coder") === 1;
  const wanted = Math.min(count, labelLength);
  const isChars = heap.elementTypeOf(buffer) === "char";
  const bytes = heap.primitiveBytesOf(buffer, 0, wide && !isChars ? 2 * wanted : wanted);
  let text = "";
  if (isChars) {
    for (let i = 0; i + 1 < bytes.length; i += 2) {
      text += String.fromCharCode(bytes[i]! * 256 + bytes[i + 1]!);
    }
  } else if (wide) {
    // HotSpot keeps UTF-16 in the byte order of the machine: little-endian on all it is sold for today.
    for (let i = 0; i + 1 < bytes.length; i += 2) {
      text += String.fromCharCode(bytes[i]! + bytes[i + 1]! * 256);
    }
  } else for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** Largest distance from 1970 that a JavaScript date can show, ms. */
const dateLimit = 8.64e15;

function dateOf(heap: Heap, object: ObjectIndex, name: string): string | undefined {
  switch (name) {
    case "java.util.Date":
    case "java.sql.Timestamp":
      return isoDate(numberIn(heap, object, "fastTime"));
    case "java.util.GregorianCalendar":
      return isoDate(numberIn(heap, object, "time"));
    case "java.time.Instant": {
      const seconds = numberIn(heap, object, "seconds");
      return seconds === undefined
        ? undefined
        : isoDate(seconds * 1000 + Math.floor((numberIn(heap, object, "nanos") ?? 0) / 1e6));
    }
    case "java.time.LocalDate":
      return localDate(heap, object);
    case "java.time.LocalTime":
      return localTime(heap, object);
    case "java.time.LocalDateTime":
      return localDateTime(heap, object);
    case "java.time.ZonedDateTime":
    case "java.time.OffsetDateTime": {
      const local = referenceIn(heap, object, "dateTime");
      const offset = referenceIn(heap, object, "offset");
      const zone = offset === undefined ? undefined : stringIn(heap, offset, "id");
      const text = local === undefined ? undefined : localDateTime(heap, local);
      return text === undefined ? undefined : `${text}${zone ?? ""}`;
    }
    case "java.time.Duration":
      return `${numberIn(heap, object, "seconds") ?? "?"}.${String(numberIn(heap, object, "nanos") ?? 0).padStart(9, "0")} s`;
    default:
      return undefined;
  }
}

function isoDate(ms: number | undefined): string | undefined {
  return ms === undefined || Math.abs(ms) > dateLimit ? undefined : new Date(ms).toISOString();
}

function two(value: number | undefined): string {
  return String(value ?? 0).padStart(2, "0");
}

function localDate(heap: Heap, object: ObjectIndex): string | undefined {
  const year = numberIn(heap, object, "year");
  if (year === undefined) return undefined;
  return `${year}-${two(numberIn(heap, object, "month"))}-${two(numberIn(heap, object, "day"))}`;
}

function localTime(heap: Heap, object: ObjectIndex): string | undefined {
  const hour = numberIn(heap, object, "hour");
  if (hour === undefined) return undefined;
  return `${two(hour)}:${two(numberIn(heap, object, "minute"))}:${two(numberIn(heap, object, "second"))}`;
}

function localDateTime(heap: Heap, object: ObjectIndex): string | undefined {
  const date = referenceIn(heap, object, "date");
  const time = referenceIn(heap, object, "time");
  const dateText = date === undefined ? undefined : localDate(heap, date);
  const timeText = time === undefined ? undefined : localTime(heap, time);
  return dateText === undefined ? undefined : `${dateText}T${timeText ?? ""}`;
}
