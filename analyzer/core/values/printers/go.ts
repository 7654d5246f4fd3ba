import { withoutEnding } from "../../../base/endings";
import { type DebugType, type RecordType, strippedType, typeName } from "../../../formats/dwarf/types";
import { valueAt } from "../partValues";
import { present } from "../present";
import type { Printed, Printer, ProcessView, ValuePart } from "../processView";
import { findMember } from "../records";
import type { TypedValue } from "../typedValue";
import { arrayAt, listOf } from "../valueParts";
import { bucketMap, swissMap } from "./goMaps";
import { fieldOf, goKind, goKindOf, goSizeOf, isGo, runtimeTypeAt, targetOf, typeOfTable } from "./goTypes";
import { numberAt, pointerAt } from "./nodes";
import { quotedTextOf } from "./standardValues";

/** Strings, slices, interfaces and times: records to the compiler. */
export function goPrinter(type: RecordType): Printer | undefined {
  if (type.name === "runtime.iface" || type.name === "runtime.eface") return interfaceValue;
  if (type.name === "time.Time") return time;
  switch (goKindOf(type)) {
    case goKind.string:
      return string;
    case goKind.slice:
      return slice;
    default:
      return undefined;
  }
}

/** Maps and channels: pointers to records of the runtime to the compiler. */
export function goPointerPrinter(target: DebugType): Printer | undefined {
  const record = strippedType(target);
  if (record.kind !== "record" || !isGo(record)) return undefined;
  if (record.name.startsWith("map<")) return handle(swissMap);
  if (record.name.startsWith("hash<")) return handle(bucketMap);
  if (record.name.startsWith("hchan<")) return handle(channel);
  return undefined;
}

type HandlePrinter = (address: bigint, type: DebugType, process: ProcessView) => Printed | undefined;

function handle(print: HandlePrinter): Printer {
  return (value, process) => {
    const address = numberAt(value);
    const target = targetOf(value.type);
    if (address === undefined || target === undefined) return undefined;
    if (address === 0n) return { text: "nil", children: listOf([]) };
    return print(address, process.completeType(target), process);
  };
}

function string(value: TypedValue, process: ProcessView): Printed | undefined {
  const address = numberAt(findMember(value, "str"));
  const length = numberAt(findMember(value, "len"));
  if (address === undefined || length === undefined) return undefined;
  return quotedTextOf(address, Number(length), process);
}

function slice(value: TypedValue, process: ProcessView): Printed | undefined {
  const array = findMember(value, "array");
  const address = numberAt(array);
  const length = numberAt(findMember(value, "len"));
  const capacity = numberAt(findMember(value, "cap"));
  const element = targetOf(array?.type);
  if (address === undefined || length === undefined || element === undefined) return undefined;
  if (address === 0n) return { text: "nil", children: listOf([]) };
  // Compilers often keep no capacity that is not asked for any more.
  const room = capacity === undefined || capacity === length ? "" : `, cap ${capacity}`;
  return { prefix: `len ${length}${room} `, children: arrayAt(element, address, Number(length), process) };
}

function channel(address: bigint, type: DebugType, process: ProcessView): Printed | undefined {
  const at = (name: string) => {
    const field = fieldOf(type, name);
    return field && pointerAt(process, address + field.offset);
  };
  const [length, capacity, first, next] = [at("qcount"), at("dataqsiz"), at("buf"), at("recvx")];
  const described = at("elemtype");
  const elementType = described === undefined ? undefined : process.runtimeType?.(described);
  const closed = fieldOf(type, "closed");
  const isClosed = closed !== undefined && (process.readMemory(address + closed.offset, 1)?.[0] ?? 0) !== 0;
  if (length === undefined || capacity === undefined || first === undefined || next === undefined)
    return undefined;
  const prefix = `len ${length}, cap ${capacity}${isClosed ? ", closed" : ""} `;
  const size = elementType && goSizeOf(elementType, process);
  if (elementType === undefined || size === undefined || capacity === 0n || length > capacity)
    return { prefix, children: listOf([]) };
  const count = Number(length);
  const page = (start: number, wanted: number): ValuePart[] =>
    Array.from({ length: Math.max(0, Math.min(count - start, wanted)) }, (_, index) => {
      const slot = (next + BigInt(start + index)) % capacity;
      return { name: `[${start + index}]`, value: valueAt(elementType, first + slot * size, process) };
    });
  return { prefix, children: { count, isIndexed: true, page } };
}

/** The dynamic type and what it is of: the value itself in the second word, or its address. */
function interfaceValue(value: TypedValue, process: ProcessView): Printed | undefined {
  const table = findMember(value, "tab");
  const direct = findMember(value, "_type");
  const data = findMember(value, "data");
  const head = numberAt(table ?? direct);
  if (head === undefined || data === undefined) return undefined;
  if (head === 0n) return { text: "nil", children: listOf([]) };
  const type = table === undefined ? head : typeOfTable(head, process);
  const runtime = type === undefined ? undefined : runtimeTypeAt(type, process);
  const dynamic = type === undefined ? undefined : process.runtimeType?.(type);
  const address = numberAt(data);
  if (type === undefined || runtime === undefined || address === undefined) return undefined;
  if (dynamic === undefined) {
    // Linkers leave out types that nothing but an interface mentions.
    const name = process.nameOfRuntimeType?.(type);
    return name === undefined
      ? undefined
      : { text: `${name} at 0x${address.toString(16)}`, children: listOf([]) };
  }
  const name = typeName(dynamic);
  const held: TypedValue = runtime.isDirect
    ? { type: dynamic, storage: data.storage }
    : valueAt(dynamic, address, process);
  const shown = pointedRecord(held, process) ?? held;
  return {
    text: (depth) => `${name} ${present(shown, process, depth).text}`,
    children: listOf([{ name: `(${name})`, value: held }]),
  };
}

/** Of a pointer to a record people want to see the record. */
function pointedRecord(held: TypedValue, process: ProcessView): TypedValue | undefined {
  const target = targetOf(held.type);
  const address = numberAt(held);
  if (target === undefined || address === undefined || address === 0n) return undefined;
  return strippedType(target).kind === "record" ? valueAt(target, address, process) : undefined;
}

/** Seconds from the year 1 to 1885, by which times with a monotonic clock count, and to 1970. */
const secondsTo1885 = 59_453_308_800n;
const secondsTo1970 = 62_135_596_800n;

/** `wall` holds nanoseconds, and seconds since 1885 when its highest bit is set; else `ext` has those since the year 1. */
function time(value: TypedValue): Printed | undefined {
  const wall = numberAt(findMember(value, "wall"));
  const extra = numberAt(findMember(value, "ext"));
  if (wall === undefined || extra === undefined) return undefined;
  const nanoseconds = BigInt.asUintN(30, wall);
  const sinceYear1 = wall >> 63n === 1n ? secondsTo1885 + BigInt.asUintN(33, wall >> 30n) : extra;
  const milliseconds = Number(sinceYear1 - secondsTo1970) * 1000;
  // What JavaScript's dates reach, beyond which no program's times are.
  if (!(Math.abs(milliseconds) <= 8.64e15)) return undefined;
  const fraction = withoutEnding(nanoseconds.toString().padStart(9, "0"), "0");
  const seconds = new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "");
  return { text: `${seconds}${fraction === "" ? "" : `.${fraction}`}Z` };
}
