import type { MovedObjects } from "../movedObjects";
import type { ObjectLayout } from "../objectLayout";
import type { ReferenceForm } from "../referenceForm";

/**
 * The Java heap of a core as an HPROF file that nobody writes: what it takes to make any stretch of that file when it
 * is read. Plain data and shared memory, so that every thread can open it over the same core.
 *
 * The file is `head` (names, classes, threads, roots) followed by blocks: stretches of the heap whose objects follow
 * each other, some hundred objects each. Only where a block begins is kept, in the file and in memory.
 */
export interface VirtualHeapDump {
  readonly head: Uint8Array;
  readonly blocks: BlockColumns;
  /** Of the whole file. */
  readonly byteLength: number;
  readonly layout: ObjectLayout;
  readonly references: ReferenceForm;
  readonly classes: RecordClasses;
  readonly pages: HeapExtents;
  /** Objects of which the file has the copies that a collection had made. */
  readonly moved?: MovedObjects | undefined;
}

/** What a block of the file is made of. */
export const blockKind = {
  /** Objects one behind the other. */
  objects: 0,
  /** One array, whose elements can be made from any of them on. */
  array: 1,
  /** The header of a record that holds the blocks up to the next header. */
  segmentHeader: 2,
  /** The record that ends a heap dump. */
  end: 3,
} as const;

export interface BlockColumns {
  readonly count: number;
  readonly kinds: Uint8Array;
  /** From the end of the head. */
  readonly offsets: Float64Array;
  /** Address of the first object; of a segment header the length of its record. */
  readonly addresses: Float64Array;
}

/** How the records of a class's objects are made; by klass index. */
export interface RecordClasses {
  readonly count: number;
  /** What tells the class in the header of an object: a narrow value or an address. */
  readonly headers: Float64Array;
  readonly kinds: Uint8Array;
  /** Id of the class object. */
  readonly ids: Float64Array;
  /** Bytes of an instance in the heap; of arrays those before their elements. */
  readonly heapBytes: Float64Array;
  /** Bytes of an instance's fields in the file. */
  readonly fieldBytes: Uint32Array;
  /** Of arrays of primitive values: type code in the file. */
  readonly elementTypes: Uint8Array;
  /** log2 of the bytes of an element in the heap. */
  readonly elementShifts: Uint8Array;
  /** Steps of a class: [stepStart[k], stepStart[k+1]), each an offset in the object and what is there. */
  readonly stepStart: Uint32Array;
  readonly steps: Uint32Array;
  /** Objects of java.lang.Class that the file has as class dumps, ascending. */
  readonly mirrors: Float64Array;
  readonly mirrorSizeAt: number;
  /** See `ObjectLayout`. */
  readonly mirrorKlassAt: number | undefined;
  readonly chunkSizeAt: number;
}

export const recordKind = {
  instance: 0,
  objectArray: 1,
  primitiveArray: 2,
  mirror: 3,
  stackChunk: 4,
} as const;

/** What a step copies: the offset times {@link stepUnit} plus one of these. */
export const stepCopies = { reference: 0, byte: 1, short: 2, int: 3, long: 4 } as const;
export const stepUnit = 8;

/** Where addresses of the heap lie in the core file: [starts, ends), ascending. */
export interface HeapExtents {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly fileOffsets: Float64Array;
}
