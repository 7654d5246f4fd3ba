import { byteSizeOf, type DebugType, strippedType, typeName } from "../../../formats/dwarf/types";
import { dereferenced, memberValue } from "../partValues";
import { missingText, present } from "../present";
import type { Printed, Printer, ProcessView } from "../processView";
import { findMember, memberPath } from "../records";
import { isMissing } from "../storage";
import { quoted, quotedWide, shownLetters } from "../text";
import type { TypedValue } from "../typedValue";
import { arrayAt, listOf, partsOf } from "../valueParts";
import { argumentsOf, numberAt } from "./nodes";

/** Strings, smart pointers and sum types of libstdc++. */
export const standardValues: readonly (readonly [string, Printer])[] = [
  ["std::basic_string", string],
  ["std::basic_string_view", stringView],
  ["std::unique_ptr", uniquePointer],
  ["std::shared_ptr", sharedPointer],
  ["std::weak_ptr", sharedPointer],
  ["std::optional", optional],
  ["std::variant", variant],
  ["std::tuple", tuple],
  ["std::array", array],
  ["std::atomic", atomic],
];

function string(value: TypedValue, process: ProcessView): Printed | undefined {
  const start = memberPath(value, "_M_dataplus", "_M_p");
  return lettersOf(start, findMember(value, "_M_string_length"), value, process);
}

function stringView(value: TypedValue, process: ProcessView): Printed | undefined {
  return lettersOf(findMember(value, "_M_str"), findMember(value, "_M_len"), value, process);
}

/** The text of a string whose start and length are members. */
export function lettersOf(
  start: TypedValue | undefined,
  length: TypedValue | undefined,
  value: TypedValue,
  process: ProcessView,
): Printed | undefined {
  if (start === undefined || length === undefined) return undefined;
  const address = numberAt(start);
  const count = numberAt(length);
  if (address === undefined || count === undefined) return missingOf(start, length);
  const letter = argumentsOf(value)[0];
  return letter && lettersAt(letter, address, Number(count), process);
}

/** Letters of any width as a literal. */
export function lettersAt(letter: DebugType, address: bigint, count: number, process: ProcessView): Printed {
  const size = byteSizeOf(letter);
  if (size === 1) return quotedTextOf(address, count, process);
  if (size !== 2 && size !== 4) return { children: arrayAt(letter, address, count, process) };
  const shown = Math.min(count, shownLetters);
  const bytes = shown === 0 ? new Uint8Array() : process.readMemory(address, shown * size);
  if (bytes === undefined) return { text: "<absent>" };
  const prefix = typeName(strippedType(letter)) === "wchar_t" ? "L" : size === 2 ? "u" : "U";
  return { text: prefix + quotedWide(bytes, size, process.littleEndian, count > shown) };
}

/** A string of a known length. */
export function quotedTextOf(address: bigint, length: number, process: ProcessView): Printed {
  const shown = Math.min(length, shownLetters);
  const bytes = shown === 0 ? new Uint8Array() : process.readMemory(address, shown);
  if (bytes === undefined) return { text: "<absent>" };
  return { text: quoted(bytes, length > shown) };
}

function missingOf(...parts: readonly TypedValue[]): Printed | undefined {
  for (const { storage, type } of parts) {
    const read = storage.read(0, byteSizeOf(type) ?? 1);
    if (isMissing(read)) return { text: missingText(read) };
  }
  return undefined;
}

function uniquePointer(value: TypedValue, process: ProcessView): Printed | undefined {
  const inner = memberPath(value, "_M_t", "_M_t") ?? memberPath(value, "_M_t");
  const pointer = inner && findMember(inner, "_M_head_impl");
  return pointer && pointerParts(pointer, "", process);
}

function sharedPointer(value: TypedValue, process: ProcessView): Printed | undefined {
  const pointer = findMember(value, "_M_ptr");
  const counter = memberPath(value, "_M_refcount", "_M_pi");
  if (pointer === undefined || counter === undefined) return undefined;
  const block = dereferenced(counter, process);
  const isSet = !isMissing(block) && numberAt(counter) !== 0n;
  const uses = isSet ? numberAt(findMember(block, "_M_use_count")) : undefined;
  const weak = isSet ? numberAt(findMember(block, "_M_weak_count")) : undefined;
  const counts =
    uses === undefined ? "" : ` (uses ${uses}, weak ${Number(weak ?? 1n) - (uses > 0n ? 1 : 0)})`;
  return pointerParts(pointer, counts, process);
}

/** A smart pointer, as the pointer it holds. */
export function pointerParts(pointer: TypedValue, suffix: string, process: ProcessView): Printed {
  const address = numberAt(pointer);
  if (address === 0n) return { text: `nullptr${suffix}` };
  return {
    text: (depth) => present(pointer, process, depth).text + suffix,
    children: listOf([{ name: "get()", value: pointer }]),
  };
}

function optional(value: TypedValue, process: ProcessView): Printed | undefined {
  const payload = findMember(value, "_M_payload");
  const engaged = payload && numberAt(findMember(payload, "_M_engaged"));
  const content = argumentsOf(value)[0];
  const area = payload && findMember(payload, "_M_payload");
  if (engaged === undefined || content === undefined || area === undefined) return undefined;
  if (engaged === 0n) return { text: "nullopt" };
  const held: TypedValue = { type: content, storage: area.storage };
  return {
    text: (depth) => present(held, process, depth).text,
    children: listOf([{ name: "value()", value: held }]),
  };
}

/** All alternatives begin at the same place; the index says which one is there. */
function variant(value: TypedValue, process: ProcessView): Printed | undefined {
  const indexMember = findMember(value, "_M_index");
  const area = findMember(value, "_M_u");
  const index = numberAt(indexMember);
  const alternatives = argumentsOf(value);
  if (index === undefined || area === undefined || indexMember === undefined) return undefined;
  const type = alternatives[Number(index)];
  if (type === undefined) return { text: "valueless" };
  const held: TypedValue = { type, storage: area.storage };
  return {
    text: (depth) => `${present(held, process, depth).text} (alternative ${index})`,
    children: listOf([{ name: `get<${index}>()`, value: held }]),
  };
}

const mostTupleElements = 64;

/** Each element is in a base class of the ones before it. */
function tuple(value: TypedValue): Printed | undefined {
  const heads: TypedValue[] = [];
  let level: TypedValue | undefined = value;
  for (let index = 0; index < mostTupleElements; index++) {
    level = level && implementationOf(level);
    const head = level && headOf(level);
    if (head === undefined) break;
    heads.push(head);
  }
  const parts = heads.map((head, index) => ({ name: `[${index}]`, value: head }));
  return {
    children: { ...listOf(parts), isIndexed: true },
  };
}

function implementationOf(value: TypedValue): TypedValue | undefined {
  return baseNamed(value, "std::_Tuple_impl");
}

function headOf(implementation: TypedValue): TypedValue | undefined {
  const base = baseNamed(implementation, "std::_Head_base");
  if (base === undefined) return undefined;
  // An empty element is a base of its holder.
  return findMember(base, "_M_head_impl") ?? firstBase(base);
}

function baseNamed(value: TypedValue, name: string): TypedValue | undefined {
  const type = strippedType(value.type);
  if (type.kind !== "record") return undefined;
  for (const member of type.members()) {
    const base = strippedType(member.type());
    if (!member.isBase || base.kind !== "record" || !base.name.startsWith(`${name}<`)) continue;
    return memberValue(value, member, undefined);
  }
  return undefined;
}

function firstBase(value: TypedValue): TypedValue | undefined {
  const type = strippedType(value.type);
  const base = type.kind === "record" ? type.members().find(({ isBase }) => isBase) : undefined;
  return base && memberValue(value, base, undefined);
}

function array(value: TypedValue, process: ProcessView, level: number): Printed | undefined {
  const elements = findMember(value, "_M_elems");
  return elements && sameAs(elements, process, level);
}

function atomic(value: TypedValue, process: ProcessView, level: number): Printed | undefined {
  const inner =
    findMember(value, "_M_i") ?? memberPath(value, "_M_b", "_M_p") ?? memberPath(value, "_M_base", "_M_i");
  return inner && sameAs(inner, process, level);
}

/** A wrapper shows as what it holds. */
export function sameAs(held: TypedValue, process: ProcessView, level: number): Printed {
  return {
    text: (depth) => present(held, process, depth).text,
    children: partsOf(held, process, level + 1).children,
  };
}
