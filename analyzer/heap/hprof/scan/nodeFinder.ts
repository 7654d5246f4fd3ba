import { popCount } from "../../graph/bits";
import { type ClassHash, classAtId } from "../index/kernelClasses";
import {
  type AddressIndex,
  highWords,
  irregularBase,
  pageBits,
  slotsPerBlock,
  wordsPerPage,
} from "./addressPages";

/** What is found at an id no object has. Unsigned like indices, for speed. */
export const noNode = 0xffffffff;

/** Finds nodes by id; halves of ids are unsigned. */
export interface NodeFinder {
  /** Index of the instance or array at an id; {@link noNode} when none begins there. */
  objectAt(high: number, low: number): number;
  /** The same, class objects too. */
  nodeAt(high: number, low: number): number;
}

export function newNodeFinder(addresses: AddressIndex, classes: ClassHash, objectCount: number): NodeFinder {
  const { permutation } = addresses;
  const { shift, blocks, slots, words } = addresses.pages;
  const lowMask = (1 << shift) - 1;
  const pageShift = pageBits + shift;
  const pageMask = 2 ** pageShift - 1;
  const wordShift = shift + 5;
  const blockSlots = slotsPerBlock(shift);
  let irregular: ReadonlyMap<number, number> | undefined;

  function irregularAt(granule: number): number {
    irregular ??= new Map(
      Array.from(addresses.irregularGranules, (each, k) => [each, addresses.irregularIndices[k]!]),
    );
    return irregular.get(granule)!;
  }

  function objectAt(high: number, low: number): number {
    if (high >= highWords || (low & lowMask) !== 0) return noNode;
    const block = blocks[high]!;
    if (block === 0) return noNode;
    const page = slots[(block - 1) * blockSlots + (low >>> pageShift)]!;
    if (page === 0) return noNode;
    const word = 2 * ((page - 1) * wordsPerPage + ((low & pageMask) >>> wordShift));
    const bits = words[word + 1]!;
    const position = (low >>> shift) & 31;
    if (((bits >>> position) & 1) === 0) return noNode;
    const base = words[word]!;
    if (base === irregularBase) return irregularAt(word * 16 + position);
    const rank = (base + popCount(bits & ~(-1 << position))) >>> 0;
    return permutation === undefined ? rank : permutation[rank]!;
  }

  function nodeAt(high: number, low: number): number {
    const object = objectAt(high, low);
    if (object !== noNode) return object;
    const type = classAtId(classes, high, low);
    return type < 0 ? noNode : objectCount + type;
  }

  return { objectAt, nodeAt };
}

/** Node at an id of at most 64 bits; {@link noNode} for null and ids nothing has. */
export function nodeOfId({ nodeAt }: NodeFinder, id: bigint): number {
  return id === 0n || id >> 64n !== 0n ? noNode : nodeAt(Number(id >> 32n), Number(id & 0xffffffffn));
}
