import { MemoryWords } from "../../memoryWords";
import type { ProcessModule } from "../../modules/processModule";
import type { ProcessSnapshot } from "../../processSnapshot";
import { moduleDataRanges } from "../moduleData";
import type { ObjectReferences } from "../objectReferences";
import type { VmStructs } from "../vmStructs";

/** Handles of one kind the JVM hands out, e.g. the global references of JNI. */
export interface OopStorage {
  readonly name: string;
  readonly address: number;
  /** Its handles keep nothing alive. */
  readonly isWeak: boolean;
}

/** Offsets in an OopStorage, its array of blocks and a block: not among the JVM's tables, alike in 17 and 25. */
const storageFields = { name: 0, activeArray: 8, allocations: 64 } as const;
const arrayFields = { count: 8, blocks: 24 } as const;
const blockFields = { bitmask: 512, owner: 520, position: 536 } as const;
const handlesOfBlock = 64;

const leastStorages = 2;
const mostStorages = 64;
const mostBlocks = 1 << 22;
const longestName = 64;
/** The JVM keeps few copies of the address of a storage. */
const mostPlaces = 1000;

/**
 * The storages of a JVM (JDK 12 on). The two of JNI are named by its tables; the others stand beside them in an array of
 * the JVM's own variables, which is found by them.
 */
export function findOopStorages(
  image: ProcessSnapshot,
  module: ProcessModule,
  structs: VmStructs,
): OopStorage[] {
  const anchors = ["_global_handles", "_weak_global_handles"]
    .map((field) => structs.staticWord(["JNIHandles", field]))
    .filter(
      (address): address is number => address !== undefined && storageAt(structs, address) !== undefined,
    );
  const anchor = anchors[0];
  if (anchor === undefined) return [];
  let longest: OopStorage[] = anchors.map((address) => storageAt(structs, address)!);
  for (const at of placesOf(image, module, anchor)) {
    const row = storagesAround(structs, at);
    if (row.length > Math.max(leastStorages, longest.length)) longest = row;
  }
  return longest;
}

/** Where the JVM's own variables hold a word. */
function placesOf(image: ProcessSnapshot, module: ProcessModule, word: number): number[] {
  const places: number[] = [];
  const words = new MemoryWords(image.memory);
  for (const [start, end] of moduleDataRanges(image, module))
    for (let at = start; at + 8 <= end; at += 8)
      if (words.u64(at) === word && places.length < mostPlaces) places.push(at);
  return places;
}

function storagesAround(structs: VmStructs, at: number): OopStorage[] {
  let first = at;
  const isOne = (place: number) => storageAt(structs, structs.wordAt(place) ?? 0) !== undefined;
  while (at - first < 8 * mostStorages && isOne(first - 8)) first -= 8;
  const row: OopStorage[] = [];
  for (let place = first; row.length < mostStorages; place += 8) {
    const storage = storageAt(structs, structs.wordAt(place) ?? 0);
    if (storage === undefined) break;
    row.push(storage);
  }
  return row;
}

/** A storage by its shape: a name in plain letters, and a first block that says it belongs to it. */
function storageAt(structs: VmStructs, address: number): OopStorage | undefined {
  if (address === 0 || address % 8 !== 0) return undefined;
  const pointer = structs.wordAt(address + storageFields.name);
  const name = pointer ? structs.words.text(pointer) : undefined;
  if (name === undefined || name.length > longestName || !/^[A-Z][\w ]+$/.test(name)) return undefined;
  const array = structs.wordAt(address + storageFields.activeArray);
  const count = array ? structs.wordAt(array + arrayFields.count) : undefined;
  if (!array || count === undefined || count > mostBlocks) return undefined;
  const first = count === 0 ? undefined : structs.wordAt(array + arrayFields.blocks);
  if (first !== undefined && structs.wordAt(first + blockFields.owner) !== address) return undefined;
  return { name, address, isWeak: name.includes("Weak") };
}

/** What the handles of a storage lead to, and how many handles could not be read. */
export function valuesOfStorage(
  structs: VmStructs,
  references: ObjectReferences,
  { address }: OopStorage,
): { readonly values: number[]; readonly lost: number } {
  const values: number[] = [];
  const { words } = structs;
  const array = structs.wordAt(address + storageFields.activeArray) ?? 0;
  const count = Math.min(mostBlocks, structs.wordAt(array + arrayFields.count) ?? 0);
  const stated = structs.wordAt(address + storageFields.allocations) ?? 0;
  let handles = 0;
  for (let index = 0; index < count; index++) {
    const block = structs.wordAt(array + arrayFields.blocks + 8 * index);
    if (block === undefined) break;
    const isItsBlock =
      structs.wordAt(block + blockFields.owner) === address &&
      structs.wordAt(block + blockFields.position) === index;
    const bits = isItsBlock ? words.u64Exact(block + blockFields.bitmask) : undefined;
    if (bits === undefined) continue;
    for (let handle = 0; handle < handlesOfBlock; handle++) {
      if (((bits >> BigInt(handle)) & 1n) === 0n) continue;
      handles++;
      const value = references.handleAt(block + 8 * handle);
      if (value) values.push(value);
    }
  }
  return { values, lost: Math.max(0, stated - handles) };
}
