import type { HistogramGrouping, ObjectId } from "./heapRequests";
import type { SortOrder } from "./wire";

/**
 * Every place a dump editor can show: the id of the view and what it was asked to show there. A view adds one
 * line here and one entry in `webview/views/registry.ts`. Kept as text in links, so params are plain JSON.
 */
export interface ViewParams {
  overview: NoParams;
  histogram: { readonly filter?: string; readonly groupBy?: HistogramGrouping };
  /** `reveal`: open the way to an object; `ofClass`: group by class and show this one. */
  dominators: { readonly reveal?: ObjectId; readonly ofClass?: string };
  suspects: NoParams;
  /** Fields, contents, references and paths to roots of one object. */
  inspector: { readonly objectId?: ObjectId };
  /** `objectId`: the thread object. */
  threads: { readonly objectId?: ObjectId };
  /** Why an object, or the objects of a class, are alive. */
  paths: { readonly objectId?: ObjectId; readonly className?: string };
  collections: NoParams;
  referenceKinds: NoParams;
  /** `others`: paths of heap dumps of the same program. */
  compare: {
    readonly others?: readonly string[];
    readonly part?: "classes" | "paths" | "collections";
  };
  query: { readonly text?: string };
  waste: NoParams;
  loaders: NoParams;
  properties: NoParams;
  allocations: NoParams;
  coreThreads: { readonly lwp?: number };
  /** `path`: as the process had it. */
  modules: { readonly path?: string };
  regions: { readonly category?: string; readonly filter?: string };
  /** Objects of a JVM's core by class. */
  javaHeap: { readonly filter?: string };
  /** The bytes at an address. */
  bytes: { readonly address?: string };
  /** `size`: show blocks of this size. */
  malloc: { readonly size?: number };
  tables: { readonly table?: string; readonly filter?: string };
  /** Other files of the same process. */
  triage: { readonly paths?: readonly string[] };
}

export type NoParams = Readonly<Record<string, never>>;

export type ViewId = keyof ViewParams;

/** A row of one of a view's tables, by what names it for good, in the order in which it was found. */
export interface RowPlace {
  readonly table: string;
  readonly key: string;
  readonly sort: SortOrder<string>;
}

/** Where somebody is, or wants to go. */
export type Navigation = {
  readonly [View in ViewId]: {
    readonly view: View;
    readonly params: ViewParams[View];
    readonly row?: RowPlace;
  };
}[ViewId];
