import { byteSizeOf, type DebugType, strippedType, templateArgumentsOf } from "../../../formats/dwarf/types";
import { isMissing } from "../place";
import { arrayAt, type Children, type NamedValue } from "../present";
import type { ProcessView } from "../processView";
import { findMember, memberPath } from "../records";
import { computedValue, readInteger, type Value, valueAt } from "../value";
import { mostElements, type Printed, type Printer } from "./printers";

/** Containers of libstdc++ as GCC 5 and later lay them out. */
export const standardContainers: readonly (readonly [string, Printer])[] = [
  ["std::vector", vector],
  ["std::deque", deque],
  ["std::list", list],
  ["std::forward_list", forwardList],
  ["std::map", tree],
  ["std::multimap", tree],
  ["std::set", tree],
  ["std::multiset", tree],
  ["std::unordered_map", hashTable],
  ["std::unordered_multimap", hashTable],
  ["std::unordered_set", hashTable],
  ["std::unordered_multiset", hashTable],
];

/** An integer or a pointer read from a member; undefined when it is not there. */
export function numberAt(value: Value | undefined): bigint | undefined {
  const number = value && readInteger(value);
  return number === undefined || isMissing(number) ? undefined : number;
}

/** The template arguments of a record that are types. */
export function argumentsOf(value: Value): (DebugType | undefined)[] {
  const type = strippedType(value.type);
  return type.kind === "record" ? templateArgumentsOf(type.die) : [];
}

function sized(count: number, children: Children): Printed {
  return { prefix: `size ${count} `, children };
}

function vector(value: Value, process: ProcessView): Printed | undefined {
  const start = memberPath(value, "_M_impl", "_M_start");
  const element = argumentsOf(value)[0];
  const first = numberAt(start);
  const last = numberAt(memberPath(value, "_M_impl", "_M_finish"));
  if (start === undefined || element === undefined) return undefined;
  if (first === undefined || last === undefined) return bitVector(value, process);
  const size = byteSizeOf(process.completeType(element));
  if (size === undefined || size === 0 || last < first) return undefined;
  const count = Number((last - first) / BigInt(size));
  return sized(count, arrayAt(element, first, count, process));
}

/** `vector<bool>` keeps bits in words. */
function bitVector(value: Value, process: ProcessView): Printed | undefined {
  const impl = memberPath(value, "_M_impl");
  const start = impl && memberPath(impl, "_M_start");
  const finish = impl && memberPath(impl, "_M_finish");
  const first = numberAt(start && findMember(start, "_M_p"));
  const last = numberAt(finish && findMember(finish, "_M_p"));
  const past = numberAt(finish && findMember(finish, "_M_offset"));
  const element = argumentsOf(value)[0];
  if (first === undefined || last === undefined || past === undefined || element === undefined)
    return undefined;
  const count = Number((last - first) * 8n + past);
  if (count < 0) return undefined;
  const bitAt = (index: number): Value => {
    const byte = process.readMemory(first + BigInt(Math.floor(index / 8)), 1);
    if (byte === undefined) return valueAt(element, first + BigInt(Math.floor(index / 8)), process);
    return computedValue(element, BigInt((byte[0]! >> (index % 8)) & 1));
  };
  const page = (from: number, wanted: number): NamedValue[] =>
    Array.from({ length: Math.max(0, Math.min(count - from, wanted)) }, (_, index) => ({
      name: `[${from + index}]`,
      value: bitAt(from + index),
    }));
  return sized(count, { count, isIndexed: true, page });
}

function deque(value: Value, process: ProcessView): Printed | undefined {
  const impl = memberPath(value, "_M_impl");
  const part = (iterator: string, field: string) => numberAt(impl && memberPath(impl, iterator, field));
  const element = argumentsOf(value)[0];
  const size = element && byteSizeOf(process.completeType(element));
  const startCurrent = part("_M_start", "_M_cur");
  const startFirst = part("_M_start", "_M_first");
  const startNode = part("_M_start", "_M_node");
  const endCurrent = part("_M_finish", "_M_cur");
  const endFirst = part("_M_finish", "_M_first");
  const endNode = part("_M_finish", "_M_node");
  if (element === undefined || size === undefined || size === 0) return undefined;
  if (startCurrent === undefined || startFirst === undefined || startNode === undefined) return undefined;
  if (endCurrent === undefined || endFirst === undefined || endNode === undefined) return undefined;
  const perNode = Math.max(1, Math.floor(512 / size));
  const skipped = Number(startCurrent - startFirst) / size;
  const nodes = Number(endNode - startNode) / process.pointerBytes;
  const count = nodes * perNode + Number(endCurrent - endFirst) / size - skipped;
  if (!(count >= 0) || !Number.isInteger(count)) return undefined;
  const page = (from: number, wanted: number): NamedValue[] => {
    const parts: NamedValue[] = [];
    for (let index = from; index < Math.min(count, from + wanted); index++) {
      const position = skipped + index;
      const node = startNode + BigInt(Math.floor(position / perNode) * process.pointerBytes);
      const block = pointerAt(process, node) ?? 0n;
      const address = block + BigInt((position % perNode) * size);
      parts.push({ name: `[${index}]`, value: valueAt(element, address, process) });
    }
    return parts;
  };
  return sized(count, { count, isIndexed: true, page });
}

function pointerAt(process: ProcessView, address: bigint): bigint | undefined {
  const bytes = process.readMemory(address, process.pointerBytes);
  if (bytes === undefined) return undefined;
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function list(value: Value, process: ProcessView): Printed | undefined {
  const node = memberPath(value, "_M_impl", "_M_node");
  const header = node?.place.address;
  const element = argumentsOf(value)[0];
  if (header === undefined || element === undefined) return undefined;
  // A node is two pointers, then the element.
  return linked(header, pointerAt(process, header), element, 2 * process.pointerBytes, process);
}

function forwardList(value: Value, process: ProcessView): Printed | undefined {
  const head = memberPath(value, "_M_impl", "_M_head")?.place.address;
  const element = argumentsOf(value)[0];
  if (head === undefined || element === undefined) return undefined;
  return linked(0n, pointerAt(process, head), element, process.pointerBytes, process);
}

/** Nodes from `first` by their first word until `end`. */
function linked(
  end: bigint,
  first: bigint | undefined,
  element: DebugType,
  offset: number,
  process: ProcessView,
): Printed | undefined {
  const nodes: bigint[] = [];
  const seen = new Set<bigint>();
  let at = first;
  while (at !== undefined && at !== end && at !== 0n && !seen.has(at) && nodes.length < mostElements) {
    seen.add(at);
    nodes.push(at);
    at = pointerAt(process, at);
  }
  return sized(nodes.length, nodesAt(nodes, element, offset, process));
}

function nodesAt(
  nodes: readonly bigint[],
  element: DebugType,
  offset: number,
  process: ProcessView,
): Children {
  return {
    count: nodes.length,
    isIndexed: true,
    page: (from, wanted) =>
      nodes.slice(from, from + wanted).map((node, index) => ({
        name: `[${from + index}]`,
        value: valueAt(element, node + BigInt(offset), process),
      })),
  };
}

/** A red-black tree: header with colour, parent, left, right; elements follow four words of each node. */
function tree(value: Value, process: ProcessView): Printed | undefined {
  const inner = findMember(value, "_M_t");
  const header = inner && memberPath(inner, "_M_impl", "_M_header");
  const count = numberAt(inner && memberPath(inner, "_M_impl", "_M_node_count"));
  const element = inner && argumentsOf(inner)[1];
  const address = header?.place.address;
  if (address === undefined || count === undefined || element === undefined) return undefined;
  const word = BigInt(process.pointerBytes);
  const walk = treeWalk(address, process);
  const nodes: bigint[] = [];
  const total = Math.min(Number(count), mostElements);
  const nodesUpTo = (end: number) => {
    while (nodes.length < Math.min(end, total)) {
      const next = walk.next();
      if (next.done) break;
      nodes.push(next.value);
    }
    return nodes;
  };
  const children: Children = {
    count: total,
    isIndexed: false,
    page: (from, wanted) =>
      nodesUpTo(from + wanted)
        .slice(from, from + wanted)
        .map((node, index) => entryOf(valueAt(element, node + 4n * word, process), from + index)),
  };
  return sized(Number(count), isMap(value) ? children : { ...children, isIndexed: true });
}

/** Nodes in order, from the leftmost: the successor is the leftmost of the right side, or the first parent on the right. */
function* treeWalk(header: bigint, process: ProcessView): Generator<bigint> {
  const word = BigInt(process.pointerBytes);
  const parentOf = (node: bigint) => pointerAt(process, node + word);
  const leftOf = (node: bigint) => pointerAt(process, node + 2n * word);
  const rightOf = (node: bigint) => pointerAt(process, node + 3n * word);
  let at = leftOf(header);
  let steps = 0;
  while (at !== undefined && at !== header && at !== 0n && steps < 4 * mostElements) {
    yield at;
    const right = rightOf(at);
    if (right === undefined) return;
    if (right !== 0n) {
      at = right;
      for (
        let left = leftOf(at);
        left !== undefined && left !== 0n && steps < 4 * mostElements;
        left = leftOf(at)
      ) {
        at = left;
        steps++;
      }
    } else {
      let child: bigint = at;
      at = parentOf(child);
      while (at !== undefined && at !== header && rightOf(at) === child && steps < 4 * mostElements) {
        child = at;
        at = parentOf(child);
        steps++;
      }
    }
    steps++;
  }
}

function isMap(value: Value): boolean {
  const type = strippedType(value.type);
  return type.kind === "record" && /map</.test(type.name);
}

/** A pair of a map shows as its value under the name of its key. */
export function entryOf(pair: Value, index: number): NamedValue {
  const key = findMember(pair, "first");
  const mapped = findMember(pair, "second");
  if (key === undefined || mapped === undefined) return { name: `[${index}]`, value: pair };
  return { name: `[${index}]`, key, value: mapped };
}

/** Nodes are chained through their first word; elements follow it. */
function hashTable(value: Value, process: ProcessView): Printed | undefined {
  const inner = findMember(value, "_M_h");
  const first = numberAt(inner && memberPath(inner, "_M_before_begin", "_M_nxt"));
  const count = numberAt(inner && findMember(inner, "_M_element_count"));
  const element = inner && argumentsOf(inner)[1];
  if (first === undefined || count === undefined || element === undefined) return undefined;
  const nodes: bigint[] = [];
  const total = Math.min(Number(count), mostElements);
  let next: bigint | undefined = first;
  const nodesUpTo = (end: number) => {
    while (nodes.length < Math.min(end, total) && next !== undefined && next !== 0n) {
      nodes.push(next);
      next = pointerAt(process, next);
    }
    return nodes;
  };
  const offset = BigInt(process.pointerBytes);
  const children: Children = {
    count: total,
    isIndexed: false,
    page: (from, wanted) =>
      nodesUpTo(from + wanted)
        .slice(from, from + wanted)
        .map((node, index) => entryOf(valueAt(element, node + offset, process), from + index)),
  };
  return sized(Number(count), isMap(value) ? children : { ...children, isIndexed: true });
}
