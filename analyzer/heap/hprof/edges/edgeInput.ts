import type { PartEdges } from "../../graph/edges/graphColumns";
import type { KernelClasses } from "../index/kernelClasses";
import type { AddressIndex } from "../scan/addressPages";
import type { ArraySizes, Part } from "../scan/scanInput";
import type { ChunkLengths } from "./chunkLengths";

/** Objects between two sampled file offsets: a power of two. */
export const offsetSampleStep = 64;
/** Cell of {@link ObjectColumns.arrayUnits} of arrays whose size is listed apart. */
export const listedApart = 255;

/** Per-object columns the second pass fills; all shared. */
export interface ObjectColumns {
  readonly classByObject: Uint16Array | Uint32Array;
  /** Arrays: size in units of 8 bytes, {@link listedApart} for bigger ones; 0 for instances. */
  readonly arrayUnits: Uint8Array;
  /** File offset of every {@link offsetSampleStep}th object's record. */
  readonly offsetSamples: Float64Array;
}

/** What the second pass is told. */
export interface EdgeInput {
  readonly idSize: number;
  readonly parts: readonly Part[];
  /** [0] next part; shared by all workers. */
  readonly control: Int32Array;
  /** [0] bytes read, for progress. */
  readonly totals: Float64Array;
  readonly addresses: AddressIndex;
  readonly classes: KernelClasses;
  readonly sizes: ArraySizes;
  readonly unknownClass: number;
  readonly objectCount: number;
  /** false fills the columns only and resolves no references. */
  readonly references: boolean;
  /** Undefined when there are none. */
  readonly stackChunks: ChunkLengths | undefined;
  readonly columns: ObjectColumns;
  /** References per node, `listedDegree` for more. */
  outDegree: Uint8Array;
}

/** What was read of a part. */
export interface PartRecords {
  readonly part: number;
  readonly edges: PartEdges;
  /** Arrays whose size does not fit and stack chunks, ascending, and their sizes in bytes. */
  readonly bigArrays: Uint32Array;
  readonly bigArrayBytes: Float64Array;
}

/** Instances whose record has more or fewer bytes of fields than their class declares. */
export interface Misfits {
  readonly count: number;
  /** File offset of the first one's record; infinite when there is none. */
  readonly firstOffset: number;
}

/** What one worker read. */
export interface EdgeOutput {
  readonly parts: readonly PartRecords[];
  /** References to ids no object of the file has. */
  readonly dangling: number;
  readonly misfits: Misfits;
  /**
   * Referrers of every node among the objects this worker read, saturating at `severalReferrers`. Each worker counts
   * for itself: counting together takes an atomic operation per reference, which was half of the pass.
   */
  readonly inDegree: Uint8Array;
}
