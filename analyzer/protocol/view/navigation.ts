import { address } from "../core/process";
import { histogramGroupings } from "../heap/histogram";
import { objectId } from "../heap/objects";
import {
  amount,
  flag,
  integer,
  list,
  literal,
  name,
  type Of,
  object,
  oneKindOf,
  oneOf,
  optional,
  path,
  type Shape,
  text,
  words,
} from "../shapes";

const noParams = object({});
const objectOrNone = optional(objectId);

/**
 * Every place a dump editor can show: the id of the view and what it was asked to show there. A view adds one
 * line here and one entry in `webview/views/registry.ts`. Kept as text in links, so params are plain JSON.
 */
export const viewParams = {
  overview: noParams,
  histogram: object({ filter: optional(name), groupBy: optional(oneOf(histogramGroupings)) }),
  /** `reveal`: open the way to an object; `ofClass`: group by class and show this one; `shape`: how it is drawn. */
  dominators: object({
    reveal: objectOrNone,
    ofClass: optional(name),
    shape: optional(oneOf(["tree", "flames"])),
  }),
  suspects: noParams,
  /**
   * Fields, contents, references and paths to roots of one object; of a class its objects, by its name where classes are
   * no objects or nobody knows which one.
   */
  inspector: object({
    objectId: objectOrNone,
    className: optional(name),
    part: optional(oneOf(["incoming", "outgoing", "instances", "note"])),
  }),
  /** `objectId`: the thread object. */
  threads: object({ objectId: objectOrNone }),
  /** Why an object, or the objects of a class, are alive. */
  paths: object({ objectId: objectOrNone, className: optional(name) }),
  collections: noParams,
  referenceKinds: noParams,
  /** `others`: paths of heap dumps of the same program. */
  compare: object({
    others: optional(list(path)),
    part: optional(oneOf(["classes", "paths", "collections"])),
    filter: optional(words),
  }),
  query: object({ text: optional(text(100_000)) }),
  waste: noParams,
  loaders: noParams,
  properties: noParams,
  allocations: noParams,
  coreThreads: object({ lwp: optional(integer) }),
  /** `path`: as the process had it. */
  modules: object({ path: optional(name) }),
  regions: object({ category: optional(words), filter: optional(words) }),
  /** Objects of a JVM's core by class. */
  javaHeap: object({ filter: optional(name) }),
  /** The bytes at an address. */
  bytes: object({ address: optional(address) }),
  /** `size`: show blocks of this size. */
  malloc: object({ size: optional(amount) }),
  tables: object({ table: optional(name), filter: optional(words) }),
  /** Other files of the same process. */
  triage: object({ paths: optional(list(path)) }),
} as const;

export type ViewId = keyof typeof viewParams;
export type ViewParams = { readonly [View in ViewId]: Of<(typeof viewParams)[View]> };
export type NoParams = ViewParams["overview"];

/** A row of one of a view's tables, by what names it for good, in the order in which it was found. */
const rowPlace = object({
  table: name,
  key: text(200_000),
  sort: object({ column: words, descending: flag }),
});
export type RowPlace = Of<typeof rowPlace>;

/** Where somebody is, or wants to go. */
export type Navigation = {
  readonly [View in ViewId]: {
    readonly view: View;
    readonly params: ViewParams[View];
    readonly row?: RowPlace;
  };
}[ViewId];

const places = Object.entries(viewParams).map(([view, params]) =>
  object({ view: literal(view), params, row: optional(rowPlace) }),
);
// The table has lost which params belong to which view: TypeScript cannot follow the pairing here.
export const navigationShape = oneKindOf("view", places) as unknown as Shape<Navigation>;
