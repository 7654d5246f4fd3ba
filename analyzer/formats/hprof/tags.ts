/**
 * Constants of the format. Layouts: the comment at the head of OpenJDK's `services/heapDumper.cpp`; Android's
 * additions: AOSP `art/runtime/hprof/hprof.cc`.
 */

/** Top-level records: u1 tag, u4 microseconds since the header's time, u4 length of the body. */
export const recordTag = {
  /** id, UTF-8 bytes */
  utf8: 0x01,
  /** u4 class serial, id class object, u4 stack trace serial, id name */
  loadClass: 0x02,
  unloadClass: 0x03,
  /** id frame, id method, id signature, id source file, u4 class serial, i4 line */
  stackFrame: 0x04,
  /** u4 trace serial, u4 thread serial, u4 count, id[] frames */
  stackTrace: 0x05,
  allocationSites: 0x06,
  heapSummary: 0x07,
  startThread: 0x0a,
  endThread: 0x0b,
  /** sub-records to the end of the record; the u4 length wraps beyond 4 GiB */
  heapDump: 0x0c,
  cpuSamples: 0x0d,
  controlSettings: 0x0e,
  heapDumpSegment: 0x1c,
  heapDumpEnd: 0x2c,
} as const;

/** A table and no set: the search for the next record asks of every byte. */
const knownRecordTags = new Uint8Array(256);
for (const tag of Object.values(recordTag)) knownRecordTags[tag] = 1;

/** Whether a byte can begin a top-level record of any version. */
export function isRecordTag(tag: number): boolean {
  return knownRecordTags[tag] === 1;
}

/** Sub-records of a heap dump that describe objects; roots are in `rootRecords.ts`. */
export const heapTag = {
  classDump: 0x20,
  /** id object, u4 trace, id class, u4 bytes, field values from the concrete class upwards */
  instance: 0x21,
  /** id array, u4 trace, u4 elements, id array class, id[] elements */
  objectArray: 0x22,
  /** id array, u4 trace, u4 elements, u1 type, elements */
  primitiveArray: 0x23,
  /** Android: u4 heap id, id name */
  heapInfo: 0xfe,
  /** Android: a primitive array whose elements were left out; laid out like one of no elements */
  primitiveArrayNoData: 0xc3,
} as const;

/** Whether a sub-record describes an instance or an array. */
export function isObjectTag(tag: number): boolean {
  return (tag >= heapTag.instance && tag <= heapTag.primitiveArray) || tag === heapTag.primitiveArrayNoData;
}

/** Basic types by code: name and bytes in the file; references take the size of an id. */
export const basicTypeName = [
  undefined,
  undefined,
  "object",
  undefined,
  "boolean",
  "char",
  "float",
  "double",
  "byte",
  "short",
  "int",
  "long",
] as const;

export type BasicTypeName = NonNullable<(typeof basicTypeName)[number]>;

/** Code of a reference among the basic types. */
export const objectType = 2;

/** Bytes a value of a basic type takes in the file; 0 for codes that do not exist. */
export function basicTypeBytes(type: number, idSize: number): number {
  return type === objectType ? idSize : (primitiveBytes[type] ?? 0);
}

/** Bytes of primitive values by type code. */
export const primitiveBytes: readonly number[] = [0, 0, 0, 0, 1, 2, 4, 8, 1, 2, 4, 8];
