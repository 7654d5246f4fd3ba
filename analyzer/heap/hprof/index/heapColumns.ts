import type { Problem } from "../../../base/problems";
import type { ContentSums } from "../../graph/columns/contentSums";
import type { DominatorColumns } from "../../graph/dominators/dominatorColumns";
import type { LeftOut } from "../../graph/opened/dominatorQuestions";
import type { ObjectColumns } from "../edges/edgeInput";
import type { AddressIndex } from "../scan/addressPages";
import type { Part } from "../scan/scanInput";
import type { ChosenDump } from "./chosenDump";
import type { ClassRow } from "./classRows";
import type { DumpedThread } from "./dumpedRoots";
import type { RootTable } from "./rootTable";
import type { SizeModel } from "./sizeModel";

/** Stated before the expensive part. */
export interface CostEstimate {
  /** Peak memory of the whole process with dominators. */
  readonly memoryBytes: number;
  /** The same with the columns that are not needed meanwhile on disk. */
  readonly memoryWithDiskBytes: number;
  /** Peak memory until all references are read. */
  readonly readingBytes: number;
  /** Peak memory without dominators: what opening the dump takes at least. */
  readonly leastMemoryBytes: number;
  /** Size of the saved index. */
  readonly indexBytes: number;
  readonly seconds: number;
}

/** What is known when the first pass ends: enough for the histogram. */
export interface EarlyFacts {
  readonly format: string;
  readonly idSize: 4 | 8;
  readonly createdMs: number;
  readonly fileBytes: number;
  /** Instances and arrays. */
  readonly objectCount: number;
  readonly classes: readonly ClassRow[];
  readonly sizeModel: SizeModel;
  readonly objectsByClass: Float64Array;
  /** Sum of the shallow sizes of a class's instances; for java.lang.Class those of the class objects. */
  readonly shallowBytesByClass: Float64Array;
  readonly rootCount: number;
  /** What the rest of the analysis is expected to take. */
  readonly cost: CostEstimate;
}

/** Everything an opened heap stands on. Structured-cloneable: big columns are shared, the rest is plain data. */
export interface HeapColumns extends EarlyFacts {
  readonly path: string;
  readonly dump: ChosenDump;
  readonly instanceBytes: Float64Array;
  readonly classObjectBytes: Float64Array;
  readonly addresses: AddressIndex;
  readonly objects: ObjectColumns;
  /** Arrays of 2 KiB and more and stack chunks, ascending, and their sizes in bytes. */
  readonly bigArrays: Uint32Array;
  readonly bigArrayBytes: Float64Array;
  readonly parts: readonly Part[];
  readonly roots: RootTable;
  readonly threads: readonly DumpedThread[];
  /** undefined in an index that stopped at the histogram. */
  readonly dominators: DominatorColumns | undefined;
  /** Why it did. */
  readonly leftOut?: LeftOut;
  readonly problems: readonly Problem[];
  /** Of a dump that is made while it is read: what whoever makes it wants to know again. No contents. */
  readonly madeFrom?: unknown;
  /** Of the dump it was made from; absent when nobody noted them. */
  readonly contentSums?: ContentSums;
}
