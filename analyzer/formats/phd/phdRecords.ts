import type { Work } from "../../base/work";
import type { PhdCursor } from "./phdCursor";
import type { PhdHeader } from "./phdHeader";

/** What the walk over records tells; references of a record come before the record itself. */
export interface PhdVisitor {
  reference(target: number): void;
  /** An instance of a class. */
  object(address: number, classAddress: number): void;
  /** @param bytes of the whole array, undefined before version 6 */
  objectArray(address: number, type: PhdArrayType, length: number, bytes: number | undefined): void;
  primitiveArray(address: number, type: number, length: number, bytes: number | undefined): void;
  class(address: number, superclass: number, jvmName: string, instanceBytes: number): void;
}

/** Most records name the class of the elements, those of J9's version 4 that of the array. */
export interface PhdArrayType {
  readonly classAddress: number;
  readonly isOfElements: boolean;
}

/** Names of primitive array types by their number, as the JVM writes them, and bytes of an element. */
export const primitiveArrays: readonly (readonly [name: string, elementBytes: number])[] = [
  ["[Z", 1],
  ["[C", 2],
  ["[F", 4],
  ["[D", 8],
  ["[B", 1],
  ["[S", 2],
  ["[I", 4],
  ["[J", 8],
];

/** First bytes of the long records; the short ones have bits above them. */
const tag = {
  endOfDump: 3,
  longObject: 4,
  objectArray: 5,
  class: 6,
  primitiveArray: 7,
  objectArrayWithLength: 8,
} as const;

const stride = 1 << 16;

/**
 * Walks over all records in the order of the file. Addresses stand as distances: of an object from the one before it,
 * of what it refers to from itself.
 * @throws ExhumeError `damaged`: without a length in records nothing leads on behind a bad one
 */
export function walkPhdRecords(cursor: PhdCursor, header: PhdHeader, visitor: PhdVisitor, work: Work): void {
  const { version, is64Bit, hasShortHashes, isJ9, gapBytes } = header;
  const addressSpace = is64Bit ? Number.MAX_SAFE_INTEGER : 2 ** 32;
  const namesArrayFirst = version === 4 && isJ9;
  const classes = [0, 0, 0, 0];
  let nextClass = 0;
  let last = 0;

  /** A distance in 1, 2, 4 or 8 bytes, by the two bits that say so. */
  function gap(size: number): number {
    const count =
      size === 0 ? cursor.i1() : size === 1 ? cursor.i2() : size === 2 ? cursor.i4() : cursor.i8();
    return count * gapBytes;
  }
  function addressFrom(base: number, distance: number): number {
    const address = base + distance;
    if (!is64Bit) return ((address % addressSpace) + addressSpace) % addressSpace;
    if (address < 0 || address > addressSpace) cursor.fail("an address lies outside of every memory");
    return address;
  }
  function word(): number {
    if (!is64Bit) return cursor.u4();
    const value = cursor.i8();
    return value >= 0 ? value : cursor.fail("a number is beyond every address", cursor.offset - 8);
  }
  const hash = (hasOwn: boolean): void => {
    if (hasShortHashes) cursor.skip(2);
    else if (hasOwn) cursor.skip(4);
  };
  const arrayBytes = (): number | undefined => (version >= 6 ? 4 * cursor.u4() : undefined);
  /** What Java's arrays can have. */
  const lengthIn = (length: number): number =>
    length >= 0 && length <= 0x7fffffff ? length : cursor.fail(`an array has ${length} elements`);
  const remember = (classAddress: number): number => {
    classes[nextClass] = classAddress;
    nextClass = (nextClass + 1) % 4;
    return classAddress;
  };
  function refuseAbsurd(count: number, size: number): void {
    if (count * 2 ** size > cursor.remaining) cursor.fail("there are more references than bytes");
  }
  /** @param own the object's class, which J9 also writes as its first reference; -1 where that counts */
  function references(count: number, size: number, address: number, own: number): void {
    refuseAbsurd(count, size);
    for (let k = 0; k < count; k++) {
      if ((k + 1) % stride === 0) work.throwIfCancelled();
      const target = addressFrom(address, gap(size));
      if (!(isJ9 && k === 0 && target === own)) visitor.reference(target);
    }
  }
  function elements(count: number, size: number, address: number, classAddress: number): PhdArrayType {
    refuseAbsurd(count, size);
    if (!namesArrayFirst || count === 0) {
      references(count, size, address, classAddress);
      return { classAddress, isOfElements: true };
    }
    const arrayClass = addressFrom(address, gap(size));
    references(count - 1, size, address, -1);
    return { classAddress: arrayClass, isOfElements: false };
  }

  for (let records = 1; ; records++) {
    if (records % stride === 0) {
      work.throwIfCancelled();
      work.report("Reading the graph", cursor.offset / (cursor.offset + cursor.remaining));
    }
    const first = cursor.u1();
    if ((first & 0xc0) !== 0) {
      // Short and medium objects have all their flags in the tag.
      const isShort = (first & 0x80) !== 0;
      const address = addressFrom(last, gap((first >> 2) & 1));
      const classAddress = isShort ? classes[(first >> 5) & 3]! : remember(word());
      hash(false);
      references(isShort ? (first >> 3) & 3 : (first >> 3) & 7, first & 3, address, classAddress);
      visitor.object(address, classAddress);
      last = address;
    } else if ((first & 0x20) !== 0) {
      const size = first & 3;
      const address = addressFrom(last, gap(size));
      const length = lengthIn(
        size === 0 ? cursor.u1() : size === 1 ? cursor.u2() : size === 2 ? cursor.u4() : cursor.i8(),
      );
      hash(false);
      visitor.primitiveArray(address, (first >> 2) & 7, length, arrayBytes());
      last = address;
    } else if (first === tag.endOfDump) {
      return;
    } else if (first === tag.primitiveArray) {
      const flags = cursor.u1();
      const isWide = (flags & 0x10) !== 0;
      const distance = isWide ? (is64Bit ? cursor.i8() : cursor.i4()) : cursor.i1();
      const address = addressFrom(last, distance * gapBytes);
      const length = lengthIn(isWide ? word() : cursor.u1());
      hash((flags & 2) !== 0);
      visitor.primitiveArray(address, flags >> 5, length, arrayBytes());
      last = address;
    } else if (first === tag.longObject) {
      const flags = cursor.u1();
      const address = addressFrom(last, gap(flags >> 6));
      const classAddress = remember(word());
      hash((flags & 2) !== 0);
      references(cursor.u4(), (flags >> 4) & 3, address, classAddress);
      visitor.object(address, classAddress);
      last = address;
    } else if (first === tag.objectArray || first === tag.objectArrayWithLength) {
      const flags = cursor.u1();
      const address = addressFrom(last, gap(flags >> 6));
      const elementClass = word();
      hash((flags & 2) !== 0);
      const count = cursor.u4();
      const type = elements(count, (flags >> 4) & 3, address, elementClass);
      const listed = type.isOfElements ? count : count - 1;
      const length = first === tag.objectArrayWithLength ? lengthIn(cursor.u4()) : listed;
      visitor.objectArray(address, type, length, arrayBytes());
      last = address;
    } else if (first === tag.class) {
      const flags = cursor.u1();
      const address = addressFrom(last, gap(flags >> 6));
      const instanceBytes = Math.abs(cursor.i4());
      hash((flags & 8) !== 0);
      const superclass = word();
      const name = cursor.text();
      references(cursor.u4(), (flags >> 4) & 3, address, -1);
      visitor.class(address, superclass, name, instanceBytes);
      last = address;
    } else {
      cursor.fail(`there is no record ${first}`, cursor.offset - 1);
    }
  }
}
