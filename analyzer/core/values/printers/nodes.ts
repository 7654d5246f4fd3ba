import { byteSizeOf, type DebugType, strippedType, templateArgumentsOf } from "../../../formats/dwarf/types";
import { computedValue, valueAt } from "../partValues";
import type { Children, Printed, ProcessView, ValuePart } from "../processView";
import { readInteger } from "../readValue";
import { findMember } from "../records";
import { byteOrderOf, integerOf, isMissing } from "../storage";
import type { TypedValue } from "../typedValue";
import { mostElements } from "./printer";

/** What containers of all libraries are made of: words, arrays of bits, chained nodes, search trees. */

/** An integer or a pointer read from a member; undefined when it is not there. */
export function numberAt(value: TypedValue | undefined): bigint | undefined {
  const number = value && readInteger(value);
  return number === undefined || isMissing(number) ? undefined : number;
}

/** The template arguments of a record that are types. */
export function argumentsOf(value: TypedValue): (DebugType | undefined)[] {
  const type = strippedType(value.type);
  return type.kind === "record" ? templateArgumentsOf(type.die) : [];
}

export function sized(count: number, children: Children): Printed {
  return { prefix: `size ${count} `, children };
}

export function pointerAt(process: ProcessView, address: bigint): bigint | undefined {
  const bytes = process.readMemory(address, process.pointerBytes);
  if (bytes === undefined) return undefined;
  return integerOf(bytes, byteOrderOf(process));
}

/** Where an element is in its node, right after some bytes of the node's own. */
export function elementOffset(ownBytes: number, element: DebugType, process: ProcessView): bigint {
  const alignment = alignmentOf(element, process);
  return BigInt(Math.ceil(ownBytes / alignment) * alignment);
}

const deepestType = 16;

/** What the address of a type is a multiple of: for scalars their size, for others the most of any part. */
function alignmentOf(type: DebugType, process: ProcessView, depth = 0): number {
  const plain = strippedType(process.completeType(type));
  if (depth < deepestType) {
    if (plain.kind === "array") return alignmentOf(plain.element(), process, depth + 1);
    if (plain.kind === "record") {
      return plain
        .members()
        .reduce((most, member) => Math.max(most, alignmentOf(member.type(), process, depth + 1)), 1);
    }
  }
  const size = byteSizeOf(plain) ?? 1;
  // The 32-bit x86 ABI aligns nothing to more than a word.
  const most = process.pointerBytes === 4 ? 4 : 16;
  return size > 0 && Number.isInteger(Math.log2(size)) ? Math.min(size, most) : 1;
}

/** Bits from an address on, the lowest of each byte first. */
export function bitsAt(first: bigint, count: number, element: DebugType, process: ProcessView): Printed {
  const bitAt = (index: number): TypedValue => {
    const address = first + BigInt(Math.floor(index / 8));
    const byte = process.readMemory(address, 1);
    if (byte === undefined) return valueAt(element, address, process);
    return computedValue(element, BigInt((byte[0]! >> (index % 8)) & 1));
  };
  const page = (from: number, wanted: number): ValuePart[] =>
    Array.from({ length: Math.max(0, Math.min(count - from, wanted)) }, (_, index) => ({
      name: `[${from + index}]`,
      value: bitAt(from + index),
    }));
  return sized(count, { count, isIndexed: true, page });
}

/** Where the nodes of a container are, and the elements in them. */
export interface NodeChain {
  readonly nodes: Iterator<bigint>;
  readonly element: DebugType;
  /** Of the element in its node, in bytes. */
  readonly offset: bigint;
  /** Elements show under their keys. */
  readonly isMap: boolean;
}

/** As many elements as the container says it has, followed as far as they are looked at. */
export function counted(count: bigint, chain: NodeChain, process: ProcessView): Printed {
  const { nodes: walk, element, offset, isMap } = chain;
  const nodes: bigint[] = [];
  const total = Number(count < BigInt(mostElements) ? count : BigInt(mostElements));
  const nodesUpTo = (end: number) => {
    while (nodes.length < Math.min(end, total)) {
      const next = walk.next();
      if (next.done) break;
      nodes.push(next.value);
    }
    return nodes;
  };
  return sized(Number(count), {
    count: total,
    isIndexed: !isMap,
    page: (from, wanted) =>
      nodesUpTo(from + wanted)
        .slice(from, from + wanted)
        .map((node, index) => mapEntryOf(valueAt(element, node + offset, process), from + index)),
  });
}

/** All elements up to the end of a chain that does not say how many they are. */
export function uncounted(chain: NodeChain, process: ProcessView): Printed {
  const nodes: bigint[] = [];
  for (let next = chain.nodes.next(); !next.done; next = chain.nodes.next()) nodes.push(next.value);
  return counted(BigInt(nodes.length), { ...chain, nodes: nodes.values() }, process);
}

/** A pair of a map shows as its value under the name of its key. */
export function mapEntryOf(pair: TypedValue, index: number): ValuePart {
  const key = findMember(pair, "first");
  const mapped = findMember(pair, "second");
  if (key === undefined || mapped === undefined) return { name: `[${index}]`, value: pair };
  return { name: `[${index}]`, key, value: mapped };
}

/** True for the maps of the standard libraries, by name. */
export function isMap(value: TypedValue): boolean {
  const type = strippedType(value.type);
  return type.kind === "record" && /map</.test(type.name);
}

/** Nodes from `first` by one of their words until `end`, 0 or a node that was there already. */
export function* linkedNodes(
  first: bigint | undefined,
  end: bigint,
  nextWord: number,
  process: ProcessView,
): Generator<bigint> {
  const seen = new Set<bigint>();
  const offset = BigInt(nextWord * process.pointerBytes);
  let at = first;
  while (at !== undefined && at !== end && at !== 0n && !seen.has(at) && seen.size < mostElements) {
    seen.add(at);
    yield at;
    at = pointerAt(process, at + offset);
  }
}

/** Which words of a node lead on. */
export interface TreeWords {
  readonly left: number;
  readonly right: number;
  readonly parent: number;
}

/** Nodes in order, from the leftmost: the successor is the leftmost of the right side, or the first parent on the right. */
export function* treeNodes(
  leftmost: bigint | undefined,
  end: bigint,
  words: TreeWords,
  process: ProcessView,
): Generator<bigint> {
  const follow = (word: number) => (node: bigint) =>
    pointerAt(process, node + BigInt(word * process.pointerBytes));
  const [leftOf, rightOf, parentOf] = [follow(words.left), follow(words.right), follow(words.parent)];
  let at = leftmost;
  let steps = 0;
  while (at !== undefined && at !== end && at !== 0n && steps < 4 * mostElements) {
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
      while (at !== undefined && at !== end && rightOf(at) === child && steps < 4 * mostElements) {
        child = at;
        at = parentOf(child);
        steps++;
      }
    }
    steps++;
  }
}
