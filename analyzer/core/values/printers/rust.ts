import { byteSizeOf, strippedType } from "../../../formats/dwarf/types";
import { isMissing } from "../place";
import { arrayAt, type Children, listOf, type NamedValue, present } from "../present";
import type { ProcessView } from "../processView";
import { findMember, memberPath } from "../records";
import { dereferenced, type Value, valueAt } from "../value";
import { argumentsOf, numberAt } from "./nodes";
import { mostElements, type Printed, type Printer } from "./printers";
import { sameAs, textAt } from "./standardValues";

/** Types of Rust's standard library, as rustc 1.60 to 1.95 lay them out; others show their fields. */
export const rustPrinters: ReadonlyMap<string, Printer> = new Map<string, Printer>([
  ["alloc::string::String", (value, process) => ownedText(findMember(value, "vec"), process)],
  ["alloc::vec::Vec", vector],
  ["alloc::collections::vec_deque::VecDeque", vectorDeque],
  ["&[]", slice],
  ["alloc::rc::Rc", counted],
  ["alloc::sync::Arc", counted],
  [
    "std::collections::hash::map::HashMap",
    (value, process) => hashTable(memberPath(value, "base"), process, true),
  ],
  [
    "std::collections::hash::set::HashSet",
    (value, process) => hashTable(memberPath(value, "base", "map"), process, false),
  ],
  ["core::cell::Cell", inner],
  ["core::cell::UnsafeCell", inner],
  ["core::num::nonzero::NonZero", inner],
]);

/** The address in a `RawVec`, wherever this version of the library keeps it. */
function bufferOf(vec: Value): bigint | undefined {
  const buffer = findMember(vec, "buf");
  const pointer = buffer && (memberPath(buffer, "inner", "ptr") ?? findMember(buffer, "ptr"));
  return pointer && rawPointer(pointer);
}

/** The pointer inside `Unique`, `NonNull` and such. */
function rawPointer(value: Value): bigint | undefined {
  let at: Value | undefined = value;
  for (let depth = 0; at !== undefined && depth < 8; depth++) {
    const number = numberAt(at);
    if (number !== undefined) return number;
    at = findMember(at, "pointer") ?? findMember(at, "__0");
  }
  return undefined;
}

function ownedText(vec: Value | undefined, process: ProcessView): Printed | undefined {
  const address = vec && bufferOf(vec);
  const length = numberAt(vec && findMember(vec, "len"));
  if (address === undefined || length === undefined) return undefined;
  return textAt(address, Number(length), process);
}

function vector(value: Value, process: ProcessView): Printed | undefined {
  const address = bufferOf(value);
  const length = numberAt(findMember(value, "len"));
  const element = argumentsOf(value)[0];
  if (address === undefined || length === undefined || element === undefined) return undefined;
  const count = Number(length);
  return { prefix: `size ${count} `, children: arrayAt(element, address, count, process) };
}

function vectorDeque(value: Value, process: ProcessView): Printed | undefined {
  const address = bufferOf(value);
  const head = numberAt(findMember(value, "head"));
  const length = numberAt(findMember(value, "len"));
  const buffer = findMember(value, "buf");
  const capacityHolder = buffer && (memberPath(buffer, "inner", "cap") ?? findMember(buffer, "cap"));
  const capacity = capacityHolder && rawPointer(capacityHolder);
  const element = argumentsOf(value)[0];
  if (address === undefined || head === undefined || length === undefined) return undefined;
  if (capacity === undefined || capacity === 0n || element === undefined) return undefined;
  const size = BigInt(byteSizeOf(process.completeType(element)) ?? 0);
  const count = Number(length);
  const page = (start: number, wanted: number): NamedValue[] =>
    Array.from({ length: Math.max(0, Math.min(count - start, wanted)) }, (_, index) => {
      const slot = (head + BigInt(start + index)) % capacity;
      return { name: `[${start + index}]`, value: valueAt(element, address + slot * size, process) };
    });
  return { prefix: `size ${count} `, children: { count, isIndexed: true, page } };
}

/** `&str` and `&[T]`: a pointer and a length. */
function slice(value: Value, process: ProcessView): Printed | undefined {
  const pointer = findMember(value, "data_ptr");
  const address = numberAt(pointer);
  const length = numberAt(findMember(value, "length"));
  const type = strippedType(value.type);
  if (pointer === undefined || address === undefined || length === undefined) return undefined;
  if (type.kind === "record" && /str$/.test(type.name)) return textAt(address, Number(length), process);
  const element = strippedType(pointer.type);
  if (element.kind !== "pointer") return undefined;
  const count = Number(length);
  return { prefix: `size ${count} `, children: arrayAt(element.target(), address, count, process) };
}

function counted(value: Value, process: ProcessView): Printed | undefined {
  const pointer = memberPath(value, "ptr", "pointer");
  const block = pointer && dereferenced(pointer, process);
  if (block === undefined || isMissing(block)) return undefined;
  const held = findMember(block, "value") ?? findMember(block, "data");
  const strong = findMember(block, "strong");
  const weak = findMember(block, "weak");
  if (held === undefined || strong === undefined || weak === undefined) return undefined;
  const count = (counter: Value) => present(counter, process).text.replace(/^\{.*= |\}+$/g, "");
  return {
    text: (depth) => `${present(held, process, depth).text} (strong ${count(strong)}, weak ${count(weak)})`,
    children: listOf([{ name: "*", value: held }]),
  };
}

function inner(value: Value, process: ProcessView, level: number): Printed | undefined {
  const held = findMember(value, "value") ?? findMember(value, "__0");
  return held && sameAs(held, process, level);
}

/** hashbrown: control bytes from `ctrl` on, a full slot has its high bit clear; slots lie before them, backwards. */
function hashTable(map: Value | undefined, process: ProcessView, isMap: boolean): Printed | undefined {
  const raw = map && findMember(map, "table");
  const table = raw && (findMember(raw, "table") ?? raw);
  const control = table && findMember(table, "ctrl");
  const address = control && rawPointer(control);
  const mask = numberAt(table && findMember(table, "bucket_mask"));
  const items = numberAt(table && findMember(table, "items"));
  const element = raw && argumentsOf(raw)[0];
  const size = element && byteSizeOf(process.completeType(element));
  if (address === undefined || mask === undefined || items === undefined || element === undefined)
    return undefined;
  if (size === undefined || mask >= BigInt(mostElements)) return undefined;
  const bytes = process.readMemory(address, Number(mask) + 1);
  if (bytes === undefined) return { text: `size ${items} <absent>` };
  const slots: number[] = [];
  for (let slot = 0; slot < bytes.length; slot++) if (bytes[slot]! < 0x80) slots.push(slot);
  const partAt = (slot: number, index: number): NamedValue => {
    const pair = valueAt(element, address - BigInt((slot + 1) * size), process);
    const key = findMember(pair, "__0");
    const name = `[${index}]`;
    if (key === undefined) return { name, value: pair };
    const mapped = isMap ? findMember(pair, "__1") : undefined;
    return mapped === undefined ? { name, value: key } : { name, key, value: mapped };
  };
  const children: Children = {
    count: slots.length,
    isIndexed: !isMap,
    page: (start, wanted) =>
      slots.slice(start, start + wanted).map((slot, index) => partAt(slot, start + index)),
  };
  return { prefix: `size ${items} `, children };
}
