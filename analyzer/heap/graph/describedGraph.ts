import type { GraphReference, NamedGraph } from "./graph";
import type { ObjectIndex, TypeIndex } from "./nodes";

/** Whether a reference counts in a search for paths. */
export type ReferenceFilter = (holder: ObjectIndex, target: ObjectIndex) => boolean;

/** References that do not count in a search for paths. */
export interface ExcludedReferences {
  /** By what keeps the target less than strongly: `weak`, `soft`… */
  readonly kinds: readonly string[];
  /** `Type:field` or `Type`, wildcard `*`. */
  readonly fields?: readonly string[] | undefined;
}

/** A part of the references of an object, with how many there are. */
export interface ReferencePart {
  readonly total: number;
  readonly start: number;
  readonly references: readonly {
    readonly object: ObjectIndex;
    readonly reference: GraphReference | undefined;
  }[];
}

/** What a language has to say of the objects of its graphs, for people to read and for searches to go by. */
export interface GraphWords {
  /** The type's name; of an object that is a type itself, what it is called: `class X`. */
  nameOf(object: ObjectIndex): string;
  /** What the object says of itself in a few words; undefined when its type says it all. */
  labelOf(object: ObjectIndex): string | undefined;
  /** The reasons why it is a root; empty when it is not. */
  rootsInWords(object: ObjectIndex): readonly string[];
  /** Who brought a type into the program, where several may: a class loader. */
  originOf(type: TypeIndex): string;
  /** A type's name without what differs from run to run. */
  stableName(name: string): string;
  /** What garbage of a type is when no program made it; undefined for all other types. */
  fillerWords(typeName: string): string | undefined;
  /** True for types of the program itself, false for those of its runtime and of libraries of collections. */
  isOwnType(name: string): boolean;
  /** How `holder` refers to `target`: a strong reference when there is one. */
  referenceBetween(holder: ObjectIndex, target: ObjectIndex): GraphReference | undefined;
  /** The same where only a name is of interest: undefined, at no cost, for the slots of arrays. */
  namedReferenceBetween(holder: ObjectIndex, target: ObjectIndex): GraphReference | undefined;
  /** The references of `holder` to some objects, of each the first that has a name or a slot. */
  referencesAmong(
    holder: ObjectIndex,
    held: readonly ObjectIndex[],
  ): ReadonlyMap<ObjectIndex, GraphReference>;
  outgoingPart(object: ObjectIndex, start: number, count: number): ReferencePart;
  /** @throws ExhumeError `invalid` when it does not understand a pattern */
  filterOf(excluded: ExcludedReferences): ReferenceFilter;
}

/** A graph that can be shown. */
export type DescribedGraph = NamedGraph & GraphWords;
