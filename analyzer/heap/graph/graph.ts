import type { Work } from "../../base/work";
import type { Dominator, ObjectIndex, TypeIndex, virtualRoot } from "./nodes";

export interface TypeTable {
  readonly count: number;
  /** As the language writes it. Two types may have one name: classes of two loaders. */
  nameOf(type: TypeIndex): string;
  /** Types of this name, empty when there are none. */
  findByName(name: string): readonly TypeIndex[];
  instanceCountOf(type: TypeIndex): number;
  /** Sum of the shallow sizes of its instances, bytes. */
  shallowBytesOf(type: TypeIndex): number;
  /** Bytes kept by all its reachable instances together, each object once; undefined before the dominators. */
  retainedBytesOf(type: TypeIndex): number | undefined;
}

/** One outgoing reference of an object. */
export interface GraphReference {
  readonly target: ObjectIndex;
  /** In the language's words: `field`, `element`, `static`… */
  readonly kind: string;
  /** Of fields, properties and variables. */
  readonly name?: string;
  /** Type that declares the name; that of the holder when absent. */
  readonly declaredBy?: TypeIndex;
  /** Of array elements. */
  readonly slot?: number;
  /** false for what does not keep its target alive: not an edge of the dominator graph. */
  readonly strong: boolean;
}

/** What an opened dominator tree answers. */
export interface DominatorQuestions {
  /**
   * false when a memory budget left the tree out. What needs it then throws `overBudget`, with what it would take: an
   * answer that can do without asks this first.
   */
  readonly hasDominators: boolean;
  /** Bytes; 0 for unreachable objects. @throws ExhumeError `overBudget` without dominators */
  retainedSizeOf(object: ObjectIndex): number;
  /** The same for answers that can do without: undefined without dominators. */
  retainedSizeOrUndefined(object: ObjectIndex): number | undefined;
  /** True when it is known that no GC root reaches the object; without dominators that is known of none. */
  isKnownGarbage(object: ObjectIndex): boolean;
  /** `virtualRoot` or `unreachable` when there is none. @throws ExhumeError `overBudget` */
  immediateDominatorOf(object: ObjectIndex): Dominator;
  /** How many objects `object` (or the virtual root) dominates directly. @throws ExhumeError `overBudget` */
  dominatedCountOf(object: ObjectIndex | typeof virtualRoot): number;
  /** A part of the directly dominated objects, biggest retained size first, without sorting all of them. */
  dominatedBy(object: ObjectIndex | typeof virtualRoot, start: number, count: number): ObjectIndex[];
  /** All directly dominated objects in that order, as one column that is not to be changed. */
  dominatedNodes(object: ObjectIndex | typeof virtualRoot): Uint32Array;
}

/**
 * An opened graph: objects with a type and a size, who refers to whom, dominators. Knows no format and no language;
 * what objects contain is asked elsewhere. All methods are synchronous and safe in any thread that attached the columns.
 */
export interface Graph extends DominatorQuestions {
  /** Objects that are not themselves types. */
  readonly instanceCount: number;
  /** All objects: in formats whose types are objects too, {@link instanceCount} and one for each type. */
  readonly nodeCount: number;
  readonly types: TypeTable;
  typeOf(object: ObjectIndex): TypeIndex;
  /** Types of many objects at once, for loops over millions; `into` is at least as long. */
  typesOf(objects: Uint32Array, into: Uint32Array): void;
  /** The type that an object is, undefined for ordinary objects. */
  typeMeantBy(object: ObjectIndex): TypeIndex | undefined;
  shallowSizeOf(object: ObjectIndex): number;
  /** Shallow sizes of many objects at once. */
  shallowSizesOf(objects: Uint32Array, into: Float64Array): void;
  /** Makes the lists that {@link referrersOf} reads, once. Without it the first question makes them, unwatched. */
  listReferrers(work: Work): void;
  /** Objects that refer to `object`, weakly or strongly, each once, ascending. */
  referrersOf(object: ObjectIndex): ObjectIndex[];
  /** All objects of exactly this type, in index order; visiting stops when `visit` returns false. */
  forEachInstance(type: TypeIndex, visit: (object: ObjectIndex) => boolean | undefined): void;
}

/** A graph whose objects and references have names. */
export interface NamedGraph extends Graph {
  /** File it was read from. */
  readonly path: string;
  /** What the virtual root holds, an object once for each reason. */
  readonly roots: readonly { readonly object: ObjectIndex }[];
  /** undefined when the id is null or no object of this dump has it. */
  indexOf(id: bigint): ObjectIndex | undefined;
  /** The object's address or number, by which people and other programs name it. */
  idOf(object: ObjectIndex): bigint;
  /** Outgoing references, weak ones included, null and dangling ones left out. */
  referencesOf(object: ObjectIndex): GraphReference[];
}
