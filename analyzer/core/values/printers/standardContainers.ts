import { byteSizeOf } from "../../../formats/dwarf/types";
import { valueAt } from "../partValues";
import type { Printed, Printer, ProcessView, ValuePart } from "../processView";
import { findMember, memberPath } from "../records";
import type { TypedValue } from "../typedValue";
import { arrayAt } from "../valueParts";
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

function vector(value: TypedValue, process: ProcessView): Printed | undefined {
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
function bitVector(value: TypedValue, process: ProcessView): Printed | undefined {
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
  return count < 0 ? undefined : bitsAt(first, count, element, process);
}

function deque(value: TypedValue, process: ProcessView): Printed | undefined {
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
  const page = (from: number, wanted: number): ValuePart[] => {
    const parts: ValuePart[] = [];
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

/** A node is two pointers, forwards first, then the element; in a list that is not empty the last leads to the header. */
function list(value: TypedValue, process: ProcessView): Printed | undefined {
  const header = memberPath(value, "_M_impl", "_M_node")?.storage.address;
  const element = argumentsOf(value)[0];
  if (header === undefined || element === undefined) return undefined;
  const nodes = linkedNodes(pointerAt(process, header), header, 0, process);
  const offset = elementOffset(2 * process.pointerBytes, element, process);
  return uncounted({ nodes, element, offset, isMap: false }, process);
}

function forwardList(value: TypedValue, process: ProcessView): Printed | undefined {
  const head = memberPath(value, "_M_impl", "_M_head")?.storage.address;
  const element = argumentsOf(value)[0];
  if (head === undefined || element === undefined) return undefined;
  const nodes = linkedNodes(pointerAt(process, head), 0n, 0, process);
  const offset = elementOffset(process.pointerBytes, element, process);
  return uncounted({ nodes, element, offset, isMap: false }, process);
}

/** A red-black tree: header with colour, parent, left, right; elements follow four words of each node. */
function tree(value: TypedValue, process: ProcessView): Printed | undefined {
  const inner = findMember(value, "_M_t");
  const header = inner && memberPath(inner, "_M_impl", "_M_header")?.storage.address;
  const count = numberAt(inner && memberPath(inner, "_M_impl", "_M_node_count"));
  const element = inner && argumentsOf(inner)[1];
  if (header === undefined || count === undefined || element === undefined) return undefined;
  const words = { parent: 1, left: 2, right: 3 };
  const leftmost = pointerAt(process, header + BigInt(words.left * process.pointerBytes));
  const nodes = treeNodes(leftmost, header, words, process);
  const offset = elementOffset(4 * process.pointerBytes, element, process);
  return counted(count, { nodes, element, offset, isMap: isMap(value) }, process);
}

/** Nodes are chained through their first word; elements follow it. */
function hashTable(value: TypedValue, process: ProcessView): Printed | undefined {
  const inner = findMember(value, "_M_h");
  const first = numberAt(inner && memberPath(inner, "_M_before_begin", "_M_nxt"));
  const count = numberAt(inner && findMember(inner, "_M_element_count"));
  const element = inner && argumentsOf(inner)[1];
  if (first === undefined || count === undefined || element === undefined) return undefined;
  const nodes = linkedNodes(first, 0n, 0, process);
  const offset = elementOffset(process.pointerBytes, element, process);
  return counted(count, { nodes, element, offset, isMap: isMap(value) }, process);
}
