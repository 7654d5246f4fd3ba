import { dump } from "../dump/open";
import { type ParamsIn, request } from "../request";
import { name, optional, page, sortBy } from "../shapes";
import type { Bytes, Page } from "../wire";
import type { HexAddress } from "./process";

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

/** What class metadata takes for the loaders of one class. */
export interface LoaderMetaspaceRow {
  /** Absent for the boot loader. */
  readonly className?: string;
  readonly loaders: number;
  readonly classes: number;
  /** Of the classes, those with chunks of their own. */
  readonly hiddenClasses: number;
  readonly chunks: number;
  readonly usedBytes: Bytes;
  readonly committedBytes: Bytes;
  /** Address space of the chunks. */
  readonly capacityBytes: Bytes;
}

/** Class metadata by class loader. */
export interface JavaMetaspace {
  readonly chunks: number;
  readonly usedBytes: Bytes;
  readonly committedBytes: Bytes;
  readonly capacityBytes: Bytes;
  /** Lists of chunks that could not be followed: then figures are lower bounds. */
  readonly unread: number;
  /** Largest first, capped. */
  readonly loaders: readonly LoaderMetaspaceRow[];
}

/** What a collector keeps apart: a generation, or all regions or pages of one kind. */
export interface JavaSpaceRow {
  /** As the collector calls it: `eden`, `survivor`, `old`, `humongous`, `free`. */
  readonly name: string;
  /** Regions or pages; 1 of a generation in one piece. */
  readonly parts: number;
  readonly usedBytes: Bytes;
  readonly committedBytes: Bytes;
}

/** The Java heap of a core, walked object by object: live ones and those not yet collected. */
export interface CoreJavaHeap {
  readonly jvm: string;
  readonly collector: string;
  readonly usedBytes: Bytes;
  readonly committedBytes: Bytes;
  readonly reservedBytes: Bytes;
  /** Most committed first. */
  readonly spaces: readonly JavaSpaceRow[];
  readonly objects: number;
  readonly objectBytes: Bytes;
  /** Parts of the heap in which no objects could be told. */
  readonly unwalkedBytes: Bytes;
  /** Of a core taken inside a collection: objects that were being moved, which may be counted twice. */
  readonly movedObjects?: number;
  readonly classes: number;
  /** Absent before JDK 16, which kept it in another way. */
  readonly metaspace?: JavaMetaspace;
  /** Absent when the JVM never used direct buffers. */
  readonly directMemory?: DirectMemoryFacts;
  /** Largest first, capped. */
  readonly directBuffers: readonly DirectBufferRow[];
}

const javaClassColumns = ["className", "objects", "bytes"] as const;
export type JavaClassColumn = (typeof javaClassColumns)[number];

/** Asked of cores; those of other processes answer `notFound`. */
export const javaHeapRequests = {
  "core/javaHeap": request({ dump }).gives<CoreJavaHeap>(),
  "core/javaClasses": request({
    dump,
    ...page,
    /** Part of the name, case-insensitive. */
    filter: optional(name),
    sort: optional(sortBy(javaClassColumns)),
  }).gives<Page<JavaClassRow>>(),
};
export type JavaClassQuery = ParamsIn<(typeof javaHeapRequests)["core/javaClasses"]>;
