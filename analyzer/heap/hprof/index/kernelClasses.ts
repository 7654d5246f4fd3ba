/** Open-addressed hash from class id to class index: halves of the id, -1 in `hashValues` where empty. */
export interface ClassHash {
  readonly hashMask: number;
  readonly hashHigh: Uint32Array;
  readonly hashLow: Uint32Array;
  readonly hashValues: Int32Array;
}

/** What the passes need to know about classes, as flat tables that can be posted to threads. */
export interface KernelClasses extends ClassHash {
  readonly count: number;
  /** Strong reference fields of class c: offsets in the instance data, `fieldOffsets[fieldStart[c] … fieldStart[c+1])`. */
  readonly fieldStart: Uint32Array;
  readonly fieldOffsets: Uint32Array;
  /** Bytes of instance data the fields of a class and its superclasses need in the file. */
  readonly dataBytes: Uint32Array;
  /** Class index of primitive arrays by type code, -1 where there is none. */
  readonly primitiveArrayClass: Int32Array;
}

function slotOf(high: number, low: number): number {
  return (Math.imul(low >>> 3, 0x9e3779b1) ^ Math.imul(low, 0x85ebca6b) ^ high) >>> 0;
}

/** Class index of an id, -1 when it is none of a class. */
export function classAtId(classes: ClassHash, high: number, low: number): number {
  const { hashMask, hashHigh, hashLow, hashValues } = classes;
  let slot = slotOf(high, low) & hashMask;
  for (;;) {
    const value = hashValues[slot]!;
    if (value < 0) return -1;
    if (hashLow[slot] === low && hashHigh[slot] === high) return value;
    slot = (slot + 1) & hashMask;
  }
}

/** Builds the hash; ids of 0 (made-up classes) are left out, of equal ids the first wins. */
export function hashClasses(ids: readonly bigint[]): ClassHash {
  let size = 16;
  while (size < ids.length * 3) size *= 2;
  const hashHigh = new Uint32Array(size);
  const hashLow = new Uint32Array(size);
  const hashValues = new Int32Array(size).fill(-1);
  ids.forEach((id, index) => {
    if (id === 0n) return;
    const high = Number(id >> 32n);
    const low = Number(id & 0xffffffffn);
    let slot = slotOf(high, low) & (size - 1);
    while (hashValues[slot]! >= 0) {
      if (hashLow[slot] === low && hashHigh[slot] === high) return;
      slot = (slot + 1) & (size - 1);
    }
    hashHigh[slot] = high;
    hashLow[slot] = low;
    hashValues[slot] = index;
  });
  return { hashMask: size - 1, hashHigh, hashLow, hashValues };
}
