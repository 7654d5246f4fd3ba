import { byteSizeOf, strippedType } from "../../../formats/dwarf/types";
import { dereferenced, memberValue, valueAt } from "../partValues";
import { present } from "../present";
import type { Printed, Printer, ProcessView, ValuePart } from "../processView";
import { findMember, memberPath } from "../records";
import { isMissing } from "../storage";
import type { TypedValue } from "../typedValue";
import { arrayAt, listOf } from "../valueParts";
import {
  argumentsOf,
  bitsAt,
  counted,
  elementOffset,
  isMap,
  linkedNodes,
  numberAt,
  pointerAt,
  sized,
  treeNodes,
  uncounted,
} from "./nodes";
import { lettersAt, lettersOf, pointerParts, sameAs } from "./standardValues";
import { wrappers } from "./wrappers";

/** Types of libc++ as LLVM 11 to 19 lay them out; others show their fields. */
export const libcxxPrinters: ReadonlyMap<string, Printer> = new Map<string, Printer>([
  ...wrappers,
  ["basic_string", string],
  ["basic_string_view", stringView],
  ["vector", vector],
  ["deque", deque],
  ["list", list],
  ["forward_list", forwardList],
  ["map", tree],
  ["multimap", tree],
  ["set", tree],
  ["multiset", tree],
  ["unordered_map", hashTable],
  ["unordered_multimap", hashTable],
  ["unordered_set", hashTable],
  ["unordered_multiset", hashTable],
  ["unique_ptr", uniquePointer],
  ["shared_ptr", sharedPointer],
  ["weak_ptr", sharedPointer],
  ["optional", optional],
  ["variant", variant],
  ["tuple", tuple],
  ["array", (value, process, level) => same(findMember(value, "__elems_"), process, level)],
  ["atomic", (value, process, level) => same(memberPath(value, "__a_", "__a_value"), process, level)],
]);

/** A member, out of the pair it shares with an allocator or a comparison in versions up to 18. */
function part(value: TypedValue | undefined, ...names: readonly string[]): TypedValue | undefined {
  for (const name of names) {
    const found = value && findMember(value, name);
    if (found === undefined) continue;
    const type = strippedType(found.type);
    const isPair =
      type.kind === "record" && type.name.startsWith("std::") && /::__compressed_pair</.test(type.name);
    return isPair ? findMember(found, "__value_") : found;
  }
  return undefined;
}

/** Short texts are inside the object; the lowest bit of the first byte (or the highest of the last) tells. */
function string(value: TypedValue, process: ProcessView): Printed | undefined {
  const layouts = part(value, "__r_", "__rep_");
  const short = layouts && findMember(layouts, "__s");
  const long = layouts && findMember(layouts, "__l");
  const inside = short && findMember(short, "__data_");
  const sizeByte = short && findMember(short, "__size_");
  const flag = short && findMember(short, "__is_long_");
  const shortSize = numberAt(sizeByte);
  if (layouts === undefined || long === undefined || inside === undefined || shortSize === undefined)
    return undefined;
  const start = inside.storage.address;
  // With the size after the text the flag is the byte's highest bit, else its lowest.
  const isSizeLast = start !== undefined && start === short?.storage.address;
  const isLong = flag === undefined ? (shortSize & (isSizeLast ? 0x80n : 1n)) !== 0n : numberAt(flag) !== 0n;
  if (isLong) return lettersOf(findMember(long, "__data_"), findMember(long, "__size_"), value, process);
  if (start === undefined) return undefined;
  const length = flag === undefined && !isSizeLast ? shortSize >> 1n : shortSize;
  const letter = argumentsOf(value)[0];
  return letter && lettersAt(letter, start, Number(length), process);
}

function stringView(value: TypedValue, process: ProcessView): Printed | undefined {
  return lettersOf(part(value, "__data_", "__data"), part(value, "__size_", "__size"), value, process);
}

function vector(value: TypedValue, process: ProcessView): Printed | undefined {
  const element = argumentsOf(value)[0];
  const first = numberAt(part(value, "__begin_"));
  const last = numberAt(part(value, "__end_"));
  const bits = numberAt(part(value, "__size_"));
  if (element === undefined || first === undefined) return undefined;
  if (last === undefined)
    return bits === undefined ? undefined : bitsAt(first, Number(bits), element, process);
  const size = byteSizeOf(process.completeType(element));
  if (size === undefined || size === 0 || last < first) return undefined;
  const count = Number((last - first) / BigInt(size));
  return sized(count, arrayAt(element, first, count, process));
}

/** Blocks of 4 KiB, or of 16 elements where these are large. */
function deque(value: TypedValue, process: ProcessView): Printed | undefined {
  const element = argumentsOf(value)[0];
  const size = element && byteSizeOf(process.completeType(element));
  const blocks = numberAt(memberPath(value, "__map_", "__begin_"));
  const start = numberAt(part(value, "__start_"));
  const length = numberAt(part(value, "__size_"));
  if (element === undefined || size === undefined || size === 0) return undefined;
  if (blocks === undefined || start === undefined || length === undefined) return undefined;
  const perBlock = size < 256 ? Math.floor(4096 / size) : 16;
  const count = Number(length);
  const skipped = Number(start);
  const page = (from: number, wanted: number): ValuePart[] => {
    const parts: ValuePart[] = [];
    for (let index = from; index < Math.min(count, from + wanted); index++) {
      const position = skipped + index;
      const block = blocks + BigInt(Math.floor(position / perBlock) * process.pointerBytes);
      const address = (pointerAt(process, block) ?? 0n) + BigInt((position % perBlock) * size);
      parts.push({ name: `[${index}]`, value: valueAt(element, address, process) });
    }
    return parts;
  };
  return sized(count, { count, isIndexed: true, page });
}

/** A node is two pointers, backwards first, then the element. */
function list(value: TypedValue, process: ProcessView): Printed | undefined {
  const end = findMember(value, "__end_")?.storage.address;
  const element = argumentsOf(value)[0];
  if (end === undefined || element === undefined) return undefined;
  const first = pointerAt(process, end + BigInt(process.pointerBytes));
  const nodes = linkedNodes(first, end, 1, process);
  const offset = elementOffset(2 * process.pointerBytes, element, process);
  return uncounted({ nodes, element, offset, isMap: false }, process);
}

function forwardList(value: TypedValue, process: ProcessView): Printed | undefined {
  const head = part(value, "__before_begin_")?.storage.address;
  const element = argumentsOf(value)[0];
  if (head === undefined || element === undefined) return undefined;
  const nodes = linkedNodes(pointerAt(process, head), 0n, 0, process);
  const offset = elementOffset(process.pointerBytes, element, process);
  return uncounted({ nodes, element, offset, isMap: false }, process);
}

/** Nodes are left, right, parent and a flag, then the element; the last one leads to the node that ends the tree. */
function tree(value: TypedValue, process: ProcessView): Printed | undefined {
  const inner = findMember(value, "__tree_");
  const leftmost = numberAt(part(inner, "__begin_node_"));
  const end = part(inner, "__pair1_", "__end_node_")?.storage.address;
  const count = numberAt(part(inner, "__pair3_", "__size_"));
  const element = elementOf(value);
  if (leftmost === undefined || end === undefined || count === undefined || element === undefined)
    return undefined;
  const nodes = treeNodes(leftmost, end, { left: 0, right: 1, parent: 2 }, process);
  const offset = elementOffset(3 * process.pointerBytes + 1, element, process);
  return counted(count, { nodes, element, offset, isMap: isMap(value) }, process);
}

/** Nodes are the next one and a hash, then the element. */
function hashTable(value: TypedValue, process: ProcessView): Printed | undefined {
  const inner = findMember(value, "__table_");
  const before = part(inner, "__p1_", "__first_node_");
  const first = numberAt(before && findMember(before, "__next_"));
  const count = numberAt(part(inner, "__p2_", "__size_"));
  const element = elementOf(value);
  if (first === undefined || count === undefined || element === undefined) return undefined;
  const nodes = linkedNodes(first, 0n, 0, process);
  const offset = elementOffset(2 * process.pointerBytes, element, process);
  return counted(count, { nodes, element, offset, isMap: isMap(value) }, process);
}

/** What the allocator, the last argument, is for: the pairs of maps. */
function elementOf(value: TypedValue) {
  const all = argumentsOf(value);
  const allocator = all.at(-1);
  const plain = allocator && strippedType(allocator);
  if (!isMap(value)) return all[0];
  return plain?.kind === "record" ? argumentsOf({ ...value, type: plain })[0] : undefined;
}

function uniquePointer(value: TypedValue, process: ProcessView): Printed | undefined {
  const pointer = part(value, "__ptr_");
  return pointer && pointerParts(pointer, "", process);
}

/** The counts in memory are one less than the pointers there are. */
function sharedPointer(value: TypedValue, process: ProcessView): Printed | undefined {
  const pointer = findMember(value, "__ptr_");
  const counter = findMember(value, "__cntrl_");
  if (pointer === undefined || counter === undefined) return undefined;
  const block = numberAt(counter) === 0n ? undefined : dereferenced(counter, process);
  const isSet = block !== undefined && !isMissing(block);
  const shared = isSet ? numberAt(findMember(block, "__shared_owners_", process)) : undefined;
  const weak = isSet ? numberAt(findMember(block, "__shared_weak_owners_", process)) : undefined;
  // Those who share count as one weak pointer as long as there are any.
  const uses = shared === undefined ? undefined : BigInt.asIntN(64, shared) + 1n;
  const watching =
    weak === undefined || uses === undefined ? undefined : BigInt.asIntN(64, weak) + (uses > 0n ? 0n : 1n);
  const counts = uses === undefined ? "" : ` (uses ${uses}, weak ${watching ?? 0n})`;
  return pointerParts(pointer, counts, process);
}

function optional(value: TypedValue, process: ProcessView): Printed | undefined {
  const engaged = numberAt(findMember(value, "__engaged_"));
  const held = findMember(value, "__val_");
  if (engaged === undefined || held === undefined) return undefined;
  if (engaged === 0n) return { text: "nullopt" };
  return {
    text: (depth) => present(held, process, depth).text,
    children: listOf([{ name: "value()", value: held }]),
  };
}

/** All alternatives begin at the same place; the index says which one is there, all ones that none is. */
function variant(value: TypedValue, process: ProcessView): Printed | undefined {
  const inner = findMember(value, "__impl_") ?? findMember(value, "__impl");
  const area = inner && findMember(inner, "__data");
  const index = numberAt(inner && findMember(inner, "__index"));
  if (area === undefined || index === undefined) return undefined;
  const type = argumentsOf(value)[Number(index)];
  if (type === undefined) return { text: "valueless" };
  const held: TypedValue = { type, storage: area.storage };
  return {
    text: (depth) => `${present(held, process, depth).text} (alternative ${index})`,
    children: listOf([{ name: `get<${index}>()`, value: held }]),
  };
}

/** Each element is in a base class of its own; an empty one is a base of that. */
function tuple(value: TypedValue): Printed | undefined {
  const inner = findMember(value, "__base_");
  const type = inner && strippedType(inner.type);
  if (inner === undefined || type?.kind !== "record") return undefined;
  const parts: ValuePart[] = [];
  for (const member of type.members()) {
    if (!member.isBase) continue;
    const leaf = memberValue(inner, member, undefined);
    const leafType = strippedType(leaf.type);
    if (leafType.kind !== "record" || !leafType.name.includes("::__tuple_leaf<")) continue;
    const empty = leafType.members().find(({ isBase }) => isBase);
    const held = findMember(leaf, "__value_") ?? (empty && memberValue(leaf, empty, undefined));
    if (held !== undefined) parts.push({ name: `[${parts.length}]`, value: held });
  }
  return { children: { ...listOf(parts), isIndexed: true } };
}

function same(held: TypedValue | undefined, process: ProcessView, level: number): Printed | undefined {
  return held && sameAs(held, process, level);
}
