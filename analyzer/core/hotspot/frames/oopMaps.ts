import { PackedNumbers } from "../packedNumbers";
import type { CodeBlob } from "./codeBlobs";
import type { JavaCode } from "./javaCode";

/** A slot of a compiled frame that holds an object, or a register that the frame it called has saved. */
export interface OopSlot {
  readonly isNarrow: boolean;
  /** Bytes from the frame's stack pointer. */
  readonly stackAt?: number;
  readonly register?: number;
}

const mostMaps = 1_000_000;
const mostValues = 10_000;
/** `ImmutableOopMapSet`: how many maps, bytes of all, then pairs of {offset of the code, offset of the map}. */
const pairsAt = 8;

/**
 * Where objects are in a frame that has called, by the map of the very address it returns to.
 * @returns undefined where there is no map: then nothing is known of the frame
 */
export function oopSlotsAt(code: JavaCode, blob: CodeBlob, returnAddress: number): OopSlot[] | undefined {
  const { structs, words } = code;
  const set = structs.word(blob.address, ["CodeBlob", "_oop_maps"]);
  if (!set) return undefined;
  const wanted = returnAddress - blob.code.start;
  const headerBytes = structs.sizeOfType("ImmutableOopMap");
  if (headerBytes === undefined) return slotsInSet(code, set, wanted);
  const count = words.i32(set) ?? 0;
  if (count <= 0 || count > mostMaps) return undefined;
  const data = set + pairsAt + 8 * count;
  for (let index = 0; index < count; index++) {
    const pair = set + pairsAt + 8 * index;
    if (words.i32(pair) === wanted) {
      const offset = words.i32(pair + 4);
      const map = data + (offset ?? 0);
      return offset === undefined ? undefined : slotsOfMap(code, words.i32(map) ?? 0, map + headerBytes);
    }
  }
  return undefined;
}

/** JDK 8 has each map in a block of its own. */
function slotsInSet(code: JavaCode, set: number, wanted: number): OopSlot[] | undefined {
  const { structs } = code;
  const count = structs.int(set, ["OopMapSet", "_om_count"]) ?? 0;
  const table = structs.word(set, ["OopMapSet", "_om_data"]);
  if (!table || count <= 0 || count > mostMaps) return undefined;
  for (const map of structs.pointers(table, count)) {
    if (structs.int(map, ["OopMap", "_pc_offset"]) !== wanted) continue;
    const stream = structs.word(map, ["OopMap", "_omv_data"]);
    const values = structs.int(map, ["OopMap", "_omv_count"]) ?? 0;
    return stream === undefined ? undefined : slotsOfMap(code, values, stream);
  }
  return undefined;
}

/** @param stream where the packed values are */
function slotsOfMap(code: JavaCode, count: number, stream: number): OopSlot[] | undefined {
  const { structs, words } = code;
  const constant = (name: string, usual: number) => structs.constant(`OopMapValue::${name}`) ?? usual;
  const shift = 2 ** constant("register_shift", 2);
  const oop = constant("oop_value", 0);
  const narrow = constant("narrowoop_value", 1);
  const saved = constant("callee_saved_value", 2);
  const derived = constant("derived_oop_value", 3);
  const firstStackSlot = structs.staticWord(["VMRegImpl", "stack0"]);
  if (firstStackSlot === undefined || count < 0 || count > mostValues) return undefined;
  const byteAt = (at: number) => words.u8(stream + at);
  const numbers = new PackedNumbers(byteAt, mostValues * 10, code.scopes.form);
  const slots: OopSlot[] = [];
  for (let index = 0; index < count; index++) {
    const value = numbers.next();
    const type = value % shift;
    const register = Math.floor(value / shift);
    // What it was derived from, or which register was saved there, follows.
    if (type === saved || type === derived) numbers.next();
    if (type !== oop && type !== narrow) continue;
    const isStack = register >= firstStackSlot;
    slots.push({
      isNarrow: type === narrow,
      ...(isStack ? { stackAt: 4 * (register - firstStackSlot) } : { register }),
    });
  }
  return slots;
}
