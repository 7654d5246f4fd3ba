import { dump } from "../dump/open";
import { request } from "../request";
import type { Bytes, WireProblem } from "../wire";
import type { BuildRow } from "./builds";
import type { LeftOutFacts } from "./objects";

/** How shallow sizes were computed, and why that way. */
export interface SizeModelFacts {
  /** e.g. `compressed-oops`, `uncompressed-oops`, `compact-headers`. */
  readonly name: string;
  readonly referenceBytes: number;
  readonly objectHeaderBytes: number;
  readonly arrayHeaderBytes: number;
  readonly alignmentBytes: number;
  /** `given` by the user, `certain`, `likely` or `assumed`. */
  readonly confidence: "given" | "certain" | "likely" | "assumed";
  /** Sentences: what in the dump says so. */
  readonly evidence: readonly string[];
}

export interface HeapTotals {
  readonly objects: number;
  readonly shallowBytes: Bytes;
  readonly reachableObjects: number;
  readonly reachableBytes: Bytes;
  readonly classes: number;
  readonly gcRoots: number;
}

export interface HeapSummary {
  readonly path: string;
  readonly format: string;
  /** Of the unpacked dump. */
  readonly fileBytes: Bytes;
  /** Bytes of an id, in formats whose ids are addresses. */
  readonly idSize?: number;
  /** Milliseconds since 1970 from the header, else of the file. */
  readonly createdMs: number;
  /** Version of the JVM when the heap names it. */
  readonly jvm?: string;
  /** In formats that do not state sizes. */
  readonly sizeModel?: SizeModelFacts;
  /** Reachable figures are absent until the dominators are computed. */
  readonly totals: Omit<HeapTotals, "reachableObjects" | "reachableBytes"> & Partial<HeapTotals>;
  readonly problems: readonly WireProblem[];
  /** Set when a memory budget left out dominators and retained sizes. */
  readonly leftOut?: LeftOutFacts;
  /** True when the index came from disk. */
  readonly fromSavedIndex: boolean;
}

export interface PropertyRow {
  readonly name: string;
  readonly value: string;
  readonly source: string;
}

/** What a heap dump says of itself and of the program. */
export const heapSummaryRequests = {
  "heap/summary": request({ dump }).gives<HeapSummary>(),
  "heap/systemProperties": request({ dump }).gives<{ readonly rows: readonly PropertyRow[] }>(),
  /** The build of the program, absent when the heap names none. */
  "heap/build": request({ dump }).gives<{ readonly build?: BuildRow }>(),
};
