import { withoutEnding } from "../../../base/endings";
import { byteSizeOf, strippedType } from "../../../formats/dwarf/types";
import { dereferenced, valueAt } from "../partValues";
import { present } from "../present";
import type { Children, Printed, Printer, ProcessView, ValuePart } from "../processView";
import { findMember, memberPath } from "../records";
import { isMissing } from "../storage";
import type { TypedValue } from "../typedValue";
import { arrayAt, listOf } from "../valueParts";
import { argumentsOf, numberAt, pointerAt } from "./nodes";
import { mostElements } from "./printer";
import { quotedTextOf, sameAs } from "./standardValues";

/** Types of Rust's standard library, as rustc 1.60 to 1.95 lay them out; others show their fields. */
export const rustPrinters: ReadonlyMap<string, Printer> = new Map<string, Printer>([
  ["alloc::string::String", (value, process) => ownedText(findMember(value, "vec"), process)],
  ["std::ffi::os_str::OsString", (value, process) => ownedText(memberPath(value, "inner", "inner"), process)],
  [
    "std::path::PathBuf",
    (value, process) => ownedText(memberPath(value, "inner", "inner", "inner"), process),
  ],
  ["alloc::vec::Vec", vector],
  ["alloc::collections::binary_heap::BinaryHeap", held("data")],
  ["alloc::collections::linked_list::LinkedList", linkedList],
  ["alloc::collections::btree::map::BTreeMap", (value, process) => searchTree(value, process, true)],
  [
    "alloc::collections::btree::set::BTreeSet",
    (value, process) => searchTree(findMember(value, "map"), process, false),
  ],
  ["alloc::collections::vec_deque::VecDeque", vectorDeque],
  ["&[]", slice],
  ["&dyn", traitObject],
  ["alloc::boxed::Box", (value, process) => slice(value, process) ?? traitObject(value, process)],
  ["alloc::rc::Rc", counted],
  ["alloc::rc::Weak", counted],
  ["alloc::sync::Arc", counted],
  ["alloc::sync::Weak", counted],
  [
    "std::collections::hash::map::HashMap",
    (value, process) => hashTable(memberPath(value, "base"), process, true),
  ],
  [
    "std::collections::hash::set::HashSet",
    (value, process) => hashTable(memberPath(value, "base", "map"), process, false),
  ],
  ["core::cell::Cell", held("value")],
  ["core::cell::UnsafeCell", held("value")],
  ["core::cell::RefCell", borrowed],
  ["core::num::nonzero::NonZero", held("__0")],
  ["core::sync::atomic::Atomic", held("v")],
  ...["Bool", "I8", "I16", "I32", "I64", "Isize", "Ptr", "U8", "U16", "U32", "U64", "Usize"].map(
    (kind): [string, Printer] => [`core::sync::atomic::Atomic${kind}`, held(kind === "Ptr" ? "p" : "v")],
  ),
  ...["mutex", "poison::mutex"].map((room): [string, Printer] => [`std::sync::${room}::Mutex`, locked]),
  ...["rwlock", "poison::rwlock"].map((room): [string, Printer] => [`std::sync::${room}::RwLock`, locked]),
  ["core::time::Duration", duration],
]);

/** The address in a `RawVec`, wherever this version of the library keeps it. */
function bufferOf(vec: TypedValue): bigint | undefined {
  const buffer = findMember(vec, "buf");
  const pointer = buffer && (memberPath(buffer, "inner", "ptr") ?? findMember(buffer, "ptr"));
  return pointer && rawPointer(pointer);
}

/** The pointer inside `Unique`, `NonNull` and such. */
function rawPointer(value: TypedValue): bigint | undefined {
  let at: TypedValue | undefined = value;
  for (let depth = 0; at !== undefined && depth < 8; depth++) {
    const number = numberAt(at);
    if (number !== undefined) return number;
    at = findMember(at, "pointer") ?? findMember(at, "__0");
  }
  return undefined;
}

function ownedText(vec: TypedValue | undefined, process: ProcessView): Printed | undefined {
  const address = vec && bufferOf(vec);
  const length = numberAt(vec && findMember(vec, "len"));
  if (address === undefined || length === undefined) return undefined;
  return quotedTextOf(address, Number(length), process);
}

function vector(value: TypedValue, process: ProcessView): Printed | undefined {
  const address = bufferOf(value);
  const length = numberAt(findMember(value, "len"));
  const element = argumentsOf(value)[0];
  if (address === undefined || length === undefined || element === undefined) return undefined;
  const count = Number(length);
  return { prefix: `size ${count} `, children: arrayAt(element, address, count, process) };
}

function vectorDeque(value: TypedValue, process: ProcessView): Printed | undefined {
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
  const page = (start: number, wanted: number): ValuePart[] =>
    Array.from({ length: Math.max(0, Math.min(count - start, wanted)) }, (_, index) => {
      const slot = (head + BigInt(start + index)) % capacity;
      return { name: `[${start + index}]`, value: valueAt(element, address + slot * size, process) };
    });
  return { prefix: `size ${count} `, children: { count, isIndexed: true, page } };
}

/** `&str` and `&[T]`: a pointer and a length. */
function slice(value: TypedValue, process: ProcessView): Printed | undefined {
  const pointer = findMember(value, "data_ptr");
  const address = numberAt(pointer);
  const length = numberAt(findMember(value, "length"));
  const type = strippedType(value.type);
  if (pointer === undefined || address === undefined || length === undefined) return undefined;
  if (type.kind === "record" && isText(type.name)) return quotedTextOf(address, Number(length), process);
  const element = strippedType(pointer.type);
  if (element.kind !== "pointer") return undefined;
  const count = Number(length);
  return { prefix: `size ${count} `, children: arrayAt(element.target(), address, count, process) };
}

/** Of `&str`, `Box<str>`, `Rc<str>`. */
function isText(name: string): boolean {
  return /^[^[]*[&<\s]str\b/.test(name);
}

/** The counts, then what is counted. Those who share count as one weak pointer as long as there are any. */
function counted(value: TypedValue, process: ProcessView): Printed | undefined {
  const pointer = memberPath(value, "ptr", "pointer");
  const type = strippedType(value.type);
  const wide = pointer && findMember(pointer, "data_ptr");
  if (wide !== undefined) {
    const start = numberAt(wide);
    const length = numberAt(findMember(pointer!, "length"));
    if (start === undefined || length === undefined || type.kind !== "record" || !isText(type.name))
      return undefined;
    return quotedTextOf(start + 2n * BigInt(process.pointerBytes), Number(length), process);
  }
  const block = pointer && dereferenced(pointer, process);
  if (block === undefined || isMissing(block)) return undefined;
  const content = findMember(block, "value") ?? findMember(block, "data");
  const strong = scalarIn(findMember(block, "strong"));
  const weak = scalarIn(findMember(block, "weak"));
  if (content === undefined || strong === undefined || weak === undefined) return undefined;
  const counts = ` (strong ${strong}, weak ${weak - (strong > 0n ? 1n : 0n)})`;
  if (strong === 0n) return { text: `<dropped>${counts}`, children: listOf([]) };
  return {
    text: (depth) => present(content, process, depth).text + counts,
    children: listOf([{ name: "*", value: content }]),
  };
}

const deepestWrapper = 8;

/** The number inside atomics, cells and other wrappers of one member. */
function scalarIn(value: TypedValue | undefined): bigint | undefined {
  let at = value;
  for (let depth = 0; at !== undefined && depth < deepestWrapper; depth++) {
    const number = numberAt(at);
    if (number !== undefined) return number;
    at = findMember(at, "v") ?? findMember(at, "value") ?? findMember(at, "__0");
  }
  return undefined;
}

/** A wrapper of one member shows as that. */
function held(name: string): Printer {
  return (value, process, level) => {
    const content = findMember(value, name) ?? findMember(value, "__0");
    return content && sameAs(content, process, level);
  };
}

/** As what it holds, with a word on its state. */
function guarded(
  content: TypedValue | undefined,
  state: string,
  process: ProcessView,
  level: number,
): Printed | undefined {
  if (content === undefined) return undefined;
  const shown = sameAs(content, process, level);
  const { text } = shown;
  if (state === "" || typeof text !== "function") return shown;
  return { ...shown, text: (depth) => `${text(depth)} (${state})` };
}

function borrowed(value: TypedValue, process: ProcessView, level: number): Printed | undefined {
  const borrows = scalarIn(findMember(value, "borrow")) ?? 0n;
  const state = borrows < 0n ? "mutably borrowed" : borrows > 0n ? `borrowed ${borrows}` : "";
  return guarded(findMember(value, "value"), state, process, level);
}

/** The futex of a lock is 0 when nobody has it; other systems' locks show what they guard alone. */
function locked(value: TypedValue, process: ProcessView, level: number): Printed | undefined {
  const lock = findMember(value, "inner");
  const futex = scalarIn(lock && (findMember(lock, "futex") ?? findMember(lock, "state")));
  const isPoisoned = (scalarIn(memberPath(value, "poison", "failed")) ?? 0n) !== 0n;
  const states = [
    ...(futex === undefined || futex === 0n ? [] : ["locked"]),
    ...(isPoisoned ? ["poisoned"] : []),
  ];
  return guarded(findMember(value, "data"), states.join(", "), process, level);
}

function duration(value: TypedValue): Printed | undefined {
  const seconds = numberAt(findMember(value, "secs"));
  const nanoseconds = scalarIn(findMember(value, "nanos"));
  if (seconds === undefined || nanoseconds === undefined) return undefined;
  const fraction = withoutEnding(nanoseconds.toString().padStart(9, "0"), "0");
  return { text: `${seconds}${fraction === "" ? "" : `.${fraction}`} s` };
}

/** A pointer and a table of functions, whose names tell the type: its destructor's, else a method's. */
function traitObject(value: TypedValue, process: ProcessView): Printed | undefined {
  const pointer = findMember(value, "pointer");
  const address = numberAt(pointer);
  const table = numberAt(findMember(value, "vtable"));
  const type = strippedType(value.type);
  if (address === undefined || table === undefined || type.kind !== "record") return undefined;
  const name = implementorOf(table, process);
  if (name === undefined) return undefined;
  const concrete = type.die && process.typeNamed?.(name, type.die);
  const text = `0x${address.toString(16)} (${name})`;
  if (concrete === undefined) return { text, children: listOf([]) };
  const object = valueAt(concrete, address, process);
  return {
    text: (depth) => `${present(object, process, depth).text} (${name})`,
    children: listOf([{ name: "*", value: object }]),
  };
}

/** Size and alignment are between the destructor and the methods. */
function implementorOf(table: bigint, process: ProcessView): string | undefined {
  for (const slot of [0, 3, 4, 5]) {
    const entry = pointerAt(process, table + BigInt(slot * process.pointerBytes));
    const name = entry === undefined || entry === 0n ? undefined : process.describeAddress(entry);
    const found =
      /^core::ptr::drop_in_place(?:::)?<(.+)>$/.exec(name ?? "")?.[1] ??
      /^<(.+) as .+>::\w+$/.exec(name ?? "")?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Nodes lead on through options; `len` says how many there are. */
function linkedList(value: TypedValue, process: ProcessView): Printed | undefined {
  const length = numberAt(findMember(value, "len"));
  if (length === undefined) return undefined;
  const elements: ValuePart[] = [];
  let next = memberPath(value, "head", "__0", "pointer");
  while (next !== undefined && elements.length < Math.min(Number(length), mostElements)) {
    const node = dereferenced(next, process);
    const element = isMissing(node) ? undefined : findMember(node, "element");
    if (isMissing(node) || element === undefined) break;
    elements.push({ name: `[${elements.length}]`, value: element });
    next = memberPath(node, "next", "__0", "pointer");
  }
  return { prefix: `size ${length} `, children: { ...listOf(elements), isIndexed: true } };
}

/** Entries of one node, and the height of the highest tree there can be. */
const nodeEntries = 11;
const highestTree = 32;

/** B-trees: a leaf has arrays of keys and values; the edges of an inner node follow the leaf it begins with. */
function searchTree(map: TypedValue | undefined, process: ProcessView, isMap: boolean): Printed | undefined {
  const count = numberAt(map && findMember(map, "length"));
  const [key, mapped] = map === undefined ? [] : argumentsOf(map);
  if (map === undefined || count === undefined || key === undefined || mapped === undefined) return undefined;
  const root = memberPath(map, "root", "__0");
  const height = numberAt(root && findMember(root, "height"));
  const pointer = root && memberPath(root, "node", "pointer");
  const leaf = pointer && dereferenced(pointer, process);
  if (count === 0n || height === undefined || leaf === undefined || isMissing(leaf))
    return count === 0n ? { text: "size 0 {}", children: listOf([]) } : undefined;
  const first = leaf.storage.address;
  const offsetOf = (name: string) => {
    const at = findMember(leaf, name)?.storage.address;
    return at === undefined || first === undefined ? undefined : at - first;
  };
  const [keys, values, length] = [offsetOf("keys"), offsetOf("vals"), offsetOf("len")];
  const leafBytes = byteSizeOf(process.completeType(leaf.type));
  const keyBytes = byteSizeOf(process.completeType(key));
  const valueBytes = isMap ? byteSizeOf(process.completeType(mapped)) : 0;
  if (first === undefined || keys === undefined || values === undefined || length === undefined)
    return undefined;
  if (leafBytes === undefined || keyBytes === undefined || valueBytes === undefined || height > highestTree)
    return undefined;
  const edges = BigInt(Math.ceil(leafBytes / process.pointerBytes) * process.pointerBytes);
  const lengthOf = (node: bigint) => {
    const bytes = process.readMemory(node + length, 2);
    return bytes === undefined ? 0 : Math.min(nodeEntries, bytes[0]! | (bytes[1]! << 8));
  };
  const edgeOf = (node: bigint, index: number) =>
    pointerAt(process, node + edges + BigInt(index * process.pointerBytes));
  function* entries(): Generator<readonly [node: bigint, index: number]> {
    // Way down from the root: nodes and the entry that comes next in each.
    const way: { node: bigint; index: number }[] = [];
    let down: bigint | undefined = first;
    for (let steps = 0; steps < mostElements; steps++) {
      while (down !== undefined && way.length <= Number(height)) {
        way.push({ node: down, index: 0 });
        down = way.length <= Number(height) ? edgeOf(down, 0) : undefined;
      }
      let last = way.at(-1);
      while (last !== undefined && last.index >= lengthOf(last.node)) {
        way.pop();
        last = way.at(-1);
      }
      if (last === undefined) return;
      yield [last.node, last.index];
      last.index++;
      down = way.length <= Number(height) ? edgeOf(last.node, last.index) : undefined;
    }
  }
  const walk = entries();
  const known: (readonly [node: bigint, index: number])[] = [];
  const total = Math.min(Number(count), mostElements);
  const partAt = ([node, entry]: readonly [bigint, number], index: number): ValuePart => {
    const keyValue = valueAt(key, node + keys + BigInt(entry * keyBytes), process);
    if (!isMap) return { name: `[${index}]`, value: keyValue };
    const value = valueAt(mapped, node + values + BigInt(entry * valueBytes), process);
    return { name: `[${index}]`, key: keyValue, value };
  };
  return {
    prefix: `size ${count} `,
    children: {
      count: total,
      isIndexed: !isMap,
      page: (start, wanted) => {
        while (known.length < Math.min(total, start + wanted)) {
          const next = walk.next();
          if (next.done) break;
          known.push(next.value);
        }
        return known.slice(start, start + wanted).map((entry, index) => partAt(entry, start + index));
      },
    },
  };
}

/** hashbrown: control bytes from `ctrl` on, a full slot has its high bit clear; slots lie before them, backwards. */
function hashTable(map: TypedValue | undefined, process: ProcessView, isMap: boolean): Printed | undefined {
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
  const partAt = (slot: number, index: number): ValuePart => {
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
