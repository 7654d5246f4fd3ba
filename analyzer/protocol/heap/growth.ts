import { dump } from "../dump/open";
import { request } from "../request";
import { list, path } from "../shapes";
import type { Bytes } from "../wire";
import type { DumpBuild } from "./builds";
import type { FieldName, LeftOutFacts } from "./objects";
import type { SuspectsResult } from "./suspects";

/** What growth is made of, one number a dump, oldest first. */
export interface GrowthRow {
  readonly bytes: readonly Bytes[];
  readonly objects: readonly number[];
  readonly grownBytes: number;
  readonly grownObjects: number;
  readonly status: "grown" | "shrunk" | "new" | "gone" | "same";
  readonly growsAlways: boolean;
  readonly bytesPerHour?: number;
}

export interface PathGrowthRow extends GrowthRow {
  readonly path: readonly { readonly className: string; readonly field?: FieldName }[];
  readonly field?: FieldName;
}

export interface ClassGrowthRow extends GrowthRow {
  readonly className: string;
  readonly retainedBytes?: readonly Bytes[];
}

/** Bytes are what the collections retain: absent when dominators were left out. */
export interface CollectionGrowthRow
  extends Omit<GrowthRow, "bytes" | "grownBytes" | "bytesPerHour">,
    Partial<Pick<GrowthRow, "bytes" | "grownBytes" | "bytesPerHour">> {
  readonly className: string;
  readonly field?: FieldName;
  readonly elements: readonly number[];
  readonly grownElements: number;
}

export interface ComparisonResult {
  readonly dumps: readonly (DumpBuild & {
    /** Absent when dominators of this dump were left out. */
    readonly reachableBytes?: Bytes;
    /** Of all objects, reachable or not. */
    readonly shallowBytes: Bytes;
    readonly objects: number;
  })[];
  /** Of the reachable bytes; of all objects when dominators of a dump were left out. */
  readonly grownBytes: number;
  /** Set when dominators of a dump were left out: then no paths are compared, and no retained sizes. */
  readonly leftOut?: LeftOutFacts;
  /** Where growth piles up, most grown first. */
  readonly growing: readonly PathGrowthRow[];
  readonly classes: readonly ClassGrowthRow[];
  readonly paths: readonly PathGrowthRow[];
  readonly collections: readonly CollectionGrowthRow[];
}

/** Objects that are reached over the same classes and fields from the top of the dominator tree, as one. */
export interface RetainedNode {
  /** Position of the node above in the list, -1 at the top. */
  readonly parent: number;
  readonly className: string;
  /** By which field the node above holds these. */
  readonly field?: FieldName;
  readonly objects: number;
  readonly retainedBytes: Bytes;
}

export interface RetainedTree {
  readonly reachableBytes: Bytes;
  /** Set when dominators were left out: then there are no nodes. */
  readonly leftOut?: LeftOutFacts;
  /** A node stands after the one above it; those with less than 1/4000 of the reachable bytes are left out. */
  readonly nodes: readonly RetainedNode[];
}

/** Plain figures of a dump without addresses: what comparisons are made of. Opaque to clients. */
export type HeapProfileWire = unknown;

/** Paths of further dumps of the same program. */
const others = list(path);

/** Questions over several dumps of one program. */
export const growthRequests = {
  /** Compares heap dumps, oldest first. */
  "heap/compare": request({ dumps: list(dump) }).gives<ComparisonResult>(),
  /** Compares an open dump with files, all in the order they were written. */
  "heap/compareWith": request({ dump, others }).gives<ComparisonResult>(),
  /** Suspects of an open dump, whose score counts what grew since those of the files that were written before it. */
  "heap/suspectsSince": request({ dump, others }).gives<
    SuspectsResult & {
      /** The earlier dumps, oldest first; empty when none of the files is earlier. */
      readonly since: readonly string[];
    }
  >(),
  /** The dominator tree of one dump merged by class and field. */
  "heap/retainedTree": request({ dump }).gives<RetainedTree>(),
  /** The builds of the same dumps, in the same order, without comparing. */
  "heap/builds": request({ dump, others }).gives<{ readonly dumps: readonly DumpBuild[] }>(),
};

/** What each of the dumps is asked for a comparison. */
export const heapProfileRequests = {
  "heap/profile": request({ dump }).gives<HeapProfileWire>(),
};
