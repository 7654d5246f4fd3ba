import type { Work } from "../base/work";
import type { RootKind } from "../formats/hprof/rootRecords";
import type { GraphReference, NamedGraph, TypeTable } from "./graph/graph";
import type { ObjectIndex, TypeIndex } from "./graph/nodes";
import type { Parallel } from "./graph/parallel";

export { isObject, type ObjectIndex, unreachable, virtualRoot } from "./graph/nodes";

/** A loaded class, 0 … classes.count-1. Two loaders' classes of one name are two. */
export type ClassIndex = TypeIndex;

/** Target of a reference that is null, or of a field that is not there. */
export const noTarget = -1;
/** Target of a reference to something that is neither an instance nor an array of the dump. */
export const unknownTarget = -2;

/** HPROF basic type codes; `object` is a reference. */
export type BasicType =
  | "object"
  | "boolean"
  | "char"
  | "float"
  | "double"
  | "byte"
  | "short"
  | "int"
  | "long";

export interface FieldInfo {
  readonly name: string;
  readonly type: BasicType;
}

/** A value read from the dump. References are ids; 0n is null. */
export type Value =
  | { readonly type: "object"; readonly id: bigint }
  | { readonly type: "long"; readonly value: bigint }
  | { readonly type: "boolean"; readonly value: boolean }
  | {
      readonly type: "char" | "byte" | "short" | "int" | "float" | "double";
      readonly value: number;
    };

export interface FieldValue {
  /** Class that declares it. */
  readonly declaredBy: ClassIndex;
  readonly name: string;
  readonly value: Value;
}

/** Names as Java writes them: `byte[]`, `java.util.HashMap$Node`, `com.example.Order[]`. */
export interface ClassTable extends TypeTable {
  idOf(type: ClassIndex): bigint;
  /** undefined for java.lang.Object, interfaces without one, and ids that resolve to nothing. */
  superclassOf(type: ClassIndex): ClassIndex | undefined;
  /** Id of the class loader object, 0n for the boot loader. */
  loaderIdOf(type: ClassIndex): bigint;
  /** Fields the class itself declares, in file order. */
  instanceFieldsOf(type: ClassIndex): readonly FieldInfo[];
  staticFieldsOf(type: ClassIndex): readonly FieldValue[];
  isSubclassOf(type: ClassIndex, ancestor: ClassIndex): boolean;
}

/** Why an object is a root: the kinds a heap dump tells apart. */
export type { RootKind };

export interface GcRoot {
  readonly object: ObjectIndex;
  readonly kind: RootKind;
  /** Serial number of the thread for thread-bound kinds, 0 otherwise. */
  readonly threadSerial: number;
  /** Frame number within the thread's stack, -1 when the dump does not say. */
  readonly frame: number;
}

export interface StackFrame {
  readonly className: string;
  readonly method: string;
  readonly signature: string;
  readonly file: string | undefined;
  /** >0 line; -1 unknown, -2 compiled, -3 native. */
  readonly line: number;
}

export interface HeapThread {
  readonly serial: number;
  readonly object: ObjectIndex | undefined;
  readonly frames: readonly StackFrame[];
}

/** One outgoing reference; weak, soft, phantom and finalizer referents are not strong. */
export interface Reference extends GraphReference {
  readonly kind: "field" | "static" | "element" | "class" | "superclass" | "loader" | "local" | "other";
}

/** What objects hold, read from the file when it is asked for. */
export interface Contents {
  /** Field values of an instance, concrete class first, then its superclasses. Empty for arrays. */
  fieldsOf(object: ObjectIndex): FieldValue[];
  /** Value of the field of this name declared nearest to the concrete class. */
  fieldOf(object: ObjectIndex, name: string): Value | undefined;
  /** The object such a field leads to; undefined when it is not a reference, or null or dangling. */
  referenceIn(object: ObjectIndex, name: string): ObjectIndex | undefined;
  /** Element type of an array, undefined for instances and class objects. */
  elementTypeOf(object: ObjectIndex): BasicType | undefined;
  /** Elements of an array, 0 for others. */
  lengthOf(object: ObjectIndex): number;
  /** Ids in slots start … start+count-1 of an object array. */
  elementIdsOf(object: ObjectIndex, start: number, count: number): bigint[];
  /** The first slot of an object array that holds an id. */
  slotOf(object: ObjectIndex, id: bigint): number | undefined;
  /** Indices of the objects in slots of an object array; {@link noTarget}, {@link unknownTarget}. For many slots. */
  elementsOf(object: ObjectIndex, start: number, count: number): Float64Array;
  /** Raw big-endian bytes of a primitive array from element `start`. */
  primitiveBytesOf(object: ObjectIndex, start: number, count: number): Uint8Array;
  /**
   * Reads reference fields of all instances of some classes, in index order, by one walk over the file.
   * @param wanted one flag per class
   * @param fields each by the names it has had; the one nearest to the concrete class counts
   * @param visit gets the index of each field's target, {@link noTarget} or {@link unknownTarget}; the array is reused
   */
  sweepFields(
    wanted: Uint8Array,
    fields: readonly (readonly string[])[],
    visit: (object: ObjectIndex, targets: Float64Array) => void,
    work: Work,
  ): void;
}

/** What the heap of a JVM has besides: classes that are objects, threads with frames, kinds of roots. */
export interface JavaRuntime {
  /** The graph's types. */
  readonly classes: ClassTable;
  readonly roots: readonly GcRoot[];
  readonly threads: readonly HeapThread[];
  /** For class objects the class index of java.lang.Class. */
  classOf(object: ObjectIndex): ClassIndex;
  classNameOf(object: ObjectIndex): string;
  /** The class a class object stands for, undefined for ordinary objects. */
  classOfClassObject(object: ObjectIndex): ClassIndex | undefined;
  classObjectOf(type: ClassIndex): ObjectIndex;
  /** Classes of many objects at once, for loops over millions; `into` is at least as long. */
  classesOf(objects: Uint32Array, into: Uint32Array): void;
}

/**
 * An opened heap of a JVM: graph, dominators and values of one dump. Structure is in columns in memory, contents are
 * read from the file when asked for. All methods are synchronous and safe in any thread that attached the columns.
 */
export interface Heap extends NamedGraph, Contents, JavaRuntime {
  readonly roots: readonly GcRoot[];
  readonly idSize: 4 | 8;
  /** When it was written, in milliseconds since 1970; undefined when the dump does not say. */
  takenAt(): number | undefined;
  referencesOf(object: ObjectIndex): Reference[];
  /** As {@link listReferrers}, by several threads. */
  listReferrersInParallel(parallel: Parallel, work: Work): Promise<void>;
}
