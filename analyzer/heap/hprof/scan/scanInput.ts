import type { Problem } from "../../../base/problems";
import type { RootRecords } from "../../../formats/hprof/rootRecords";
import type { KernelClasses } from "../index/kernelClasses";
import type { AddressPages } from "./addressPages";

/** Cells of {@link ScanInput.control}. */
export const scanCell = { nextGroup: 0, turn: 1, pages: 2, blocks: 3, stop: 4 } as const;
export const scanControlCells = 8;

/** Why a scan stopped early; the caller changes the input and scans again. */
export const scanStop = {
  none: 0,
  failed: 1,
  pagesFull: 2,
  unaligned: 3,
  noOrder: 4,
  unknownClass: 5,
} as const;

/** Sizes of arrays under the assumed model, so that bytes can be summed while scanning. */
export interface ArraySizes {
  /** Bytes before the elements, by type code. */
  readonly headerBytes: readonly number[];
  readonly referenceBytes: number;
  readonly alignment: number;
}

/** What the first pass is told. */
export interface ScanInput {
  readonly idSize: number;
  /** [start, end] per group; both ends are sub-record boundaries. */
  readonly groups: Float64Array;
  /** See {@link scanCell}; shared by all workers. */
  readonly control: Int32Array;
  /** [0] objects committed, [1] bytes scanned; shared by all workers. */
  readonly totals: Float64Array;
  readonly pages: AddressPages;
  readonly classes: KernelClasses;
  readonly sizes: ArraySizes;
  /** Keep every object's granule: for files in no order. */
  readonly keepGranules: boolean;
  /** Objects of classes the table does not know are counted under this class, or stop the scan when it is -1. */
  readonly unknownClass: number;
}

/** A stretch of one segment whose objects have consecutive indices. */
export interface Part {
  readonly start: number;
  readonly end: number;
  readonly firstObject: number;
  readonly objects: number;
}

/** Granules of the objects of a part. */
export interface GranulePart {
  readonly firstObject: number;
  readonly granules: Float64Array;
}

/** What one worker saw. */
export interface ScanOutput {
  readonly objectsByClass: Float64Array;
  /** Bytes of arrays; those of instances follow from their count. */
  readonly arrayBytesByClass: Float64Array;
  /** Least distance from an object to the next one, less the bytes of its elements (8 per reference). */
  readonly leastDistance: Float64Array;
  /** Over object arrays of 8 and more: least distance less 4, and less 8 bytes per element. */
  readonly leastWith4ByteReferences: number;
  readonly leastWith8ByteReferences: number;
  readonly referenceArraysSeen: number;
  /** All low bits ever set in an address. */
  readonly lowBits: number;
  /** Descending neighbours: how far the file is from address order. */
  readonly descents: number;
  readonly parts: readonly Part[];
  readonly roots: RootRecords;
  readonly irregularGranules: readonly number[];
  readonly irregularIndices: readonly number[];
  /** When asked for. */
  readonly granules: readonly GranulePart[];
  readonly unknownClassIds: readonly bigint[];
  readonly duplicateIds: number;
  readonly unindexableIds: number;
  readonly problems: readonly Problem[];
}
