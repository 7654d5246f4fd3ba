import type { HexAddress } from "./coreRequests";
import type { Bytes, Call, DumpId, Page, PageQuery, SortOrder } from "./wire";

/** A class of the Java heap inside a core; classes of one name by different loaders are one row. */
export interface JavaClassRow {
  readonly className: string;
  readonly objects: number;
  readonly bytes: Bytes;
  /** Loaded classes of that name that have objects. */
  readonly loaded: number;
}

/** A `java.nio.DirectByteBuffer` that owns its memory. */
export interface DirectBufferRow {
  /** Of the object. */
  readonly object: HexAddress;
  /** Of the memory. */
  readonly address: HexAddress;
  readonly capacity: Bytes;
}

/** What `java.nio` had allocated outside the heap, by its own counters. */
export interface DirectMemoryFacts {
  readonly buffers: number;
  readonly capacityBytes: Bytes;
  /** What counts against -XX:MaxDirectMemorySize. */
  readonly reservedBytes: Bytes;
}

/** The Java heap of a core, walked object by object: live ones and those not yet collected. */
export interface CoreJavaHeap {
  readonly jvm: string;
  readonly collector: string;
  readonly usedBytes: Bytes;
  readonly committedBytes: Bytes;
  readonly reservedBytes: Bytes;
  readonly objects: number;
  readonly objectBytes: Bytes;
  /** Parts of the heap in which no objects could be told. */
  readonly unwalkedBytes: Bytes;
  readonly classes: number;
  /** Absent when the JVM never used direct buffers. */
  readonly directMemory?: DirectMemoryFacts;
  /** Largest first, capped. */
  readonly directBuffers: readonly DirectBufferRow[];
}

export type JavaClassColumn = "className" | "objects" | "bytes";

export interface JavaClassQuery extends PageQuery {
  readonly dump: DumpId;
  /** Part of the name, case-insensitive. */
  readonly filter?: string;
  readonly sort?: SortOrder<JavaClassColumn>;
}

/** Asked of cores; those of other processes answer `notFound`. */
export interface JavaHeapRequests {
  "core/javaHeap": Call<{ readonly dump: DumpId }, CoreJavaHeap>;
  "core/javaClasses": Call<JavaClassQuery, Page<JavaClassRow>>;
}
