import type { Brand } from "../base/units";
import type { Work } from "../base/work";

/**
 * A node of the heap graph, 0 … nodeCount-1: instances and arrays first, in the order of the file, then one node
 * per class object (`instanceCount + classIndex`).
 */
export type ObjectIndex = Brand<number, "ObjectIndex">;

/** A loaded class, 0 … classes.count-1. Two loaders' classes of one name are two. */
export type ClassIndex = Brand<number, "ClassIndex">;

/** Immediate dominator of what only GC roots hold. */
export const virtualRoot = -1;
/** Immediate dominator of what no GC root reaches. */
export const unreachable = -2;

/** Target of a reference that is null, or of a field that is not there. */
export const noTarget = -1;
/** Target of a reference to something that is no instance or array of the dump. */
export const unknownTarget = -2;

/** True for an object, false for {@link virtualRoot} and {@link unreachable}. */
export function isObject(
  dominator: ObjectIndex | typeof virtualRoot | typeof unreachable,
): dominator is ObjectIndex {
  return dominator > virtualRoot;
}

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

export interface ClassTable {
  readonly count: number;
  /** As Java writes it: `byte[]`, `java.util.HashMap$Node`, `com.example.Order[]`. */
  nameOf(type: ClassIndex): string;
  idOf(type: ClassIndex): bigint;
  /** undefined for java.lang.Object, interfaces without one, and ids that resolve to nothing. */
  superclassOf(type: ClassIndex): ClassIndex | undefined;
  /** Id of the class loader object, 0n for the boot loader. */
  loaderIdOf(type: ClassIndex): bigint;
  /** Fields the class itself declares, in file order. */
  instanceFieldsOf(type: ClassIndex): readonly FieldInfo[];
  staticFieldsOf(type: ClassIndex): readonly FieldValue[];
  instanceCountOf(type: ClassIndex): number;
  /** Sum of the shallow sizes of its instances, bytes. */
  shallowBytesOf(type: ClassIndex): number;
  /** Bytes kept by all its reachable instances together, each object once; undefined before the dominators. */
  retainedBytesOf(type: ClassIndex): number | undefined;
  /** Class indices with this name, empty when there are none. */
  findByName(name: string): readonly ClassIndex[];
  isSubclassOf(type: ClassIndex, ancestor: ClassIndex): boolean;
}

export type RootKind =
  | "unknown"
  | "jni-global"
  | "jni-local"
  | "java-frame"
  | "native-stack"
  | "sticky-class"
  | "thread-block"
  | "monitor-used"
  | "thread-object"
  | "interned-string"
  | "finalizing"
  | "debugger"
  | "reference-cleanup"
  | "vm-internal"
  | "jni-monitor";

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

/** One outgoing reference. `field` is undefined for array slots. */
export interface Reference {
  readonly target: ObjectIndex;
  readonly kind: "field" | "static" | "element" | "class" | "superclass" | "loader" | "local" | "other";
  /** Declaring class and name for fields and statics. */
  readonly declaredBy?: ClassIndex;
  readonly name?: string;
  /** Slot for array elements. */
  readonly slot?: number;
  /** false for weak, soft, phantom and finalizer referents: not an edge of the dominator graph. */
  readonly strong: boolean;
}

/**
 * An opened heap: graph, dominators and values of one dump. Structure is in columns in memory, contents are read
 * from the file when asked for. All methods are synchronous and safe in any thread that attached the columns.
 */
export interface Heap {
  readonly path: string;
  readonly idSize: 4 | 8;
  /** Instances and arrays. */
  readonly instanceCount: number;
  /** instanceCount + classes.count */
  readonly nodeCount: number;
  readonly classes: ClassTable;
  readonly roots: readonly GcRoot[];
  readonly threads: readonly HeapThread[];

  /** undefined when the id is null or no object of this dump. */
  indexOf(id: bigint): ObjectIndex | undefined;
  idOf(object: ObjectIndex): bigint;
  /** For class objects the class index of java.lang.Class. */
  classOf(object: ObjectIndex): ClassIndex;
  classNameOf(object: ObjectIndex): string;
  /** The class a class object stands for, undefined for ordinary objects. */
  classOfClassObject(object: ObjectIndex): ClassIndex | undefined;
  classObjectOf(type: ClassIndex): ObjectIndex;

  shallowSizeOf(object: ObjectIndex): number;
  /** Classes of many objects at once, for loops over millions; `into` is at least as long. */
  classesOf(objects: Uint32Array, into: Uint32Array): void;
  /** Shallow sizes of many objects at once. */
  shallowSizesOf(objects: Uint32Array, into: Float64Array): void;
  /**
   * false when a memory budget left them out. What needs retained sizes or dominators then throws `overBudget`, with
   * what they would take: an answer that can do without asks this first.
   */
  readonly hasDominators: boolean;
  /** Bytes; 0 for unreachable objects. @throws ExhumeError `overBudget` without dominators */
  retainedSizeOf(object: ObjectIndex): number;
  /** The same for answers that can do without: undefined without dominators. */
  retainedSizeOrUndefined(object: ObjectIndex): number | undefined;
  /** True when it is known that no GC root reaches the object; without dominators that is known of none. */
  isKnownGarbage(object: ObjectIndex): boolean;
  /** {@link virtualRoot} or {@link unreachable} when there is none. @throws ExhumeError `overBudget` */
  immediateDominatorOf(object: ObjectIndex): ObjectIndex | typeof virtualRoot | typeof unreachable;
  /** How many objects `object` (or the virtual root) dominates directly. @throws ExhumeError `overBudget` */
  dominatedCountOf(object: ObjectIndex | typeof virtualRoot): number;
  /** A part of the directly dominated objects, biggest retained size first, without sorting all of them. */
  dominatedBy(object: ObjectIndex | typeof virtualRoot, start: number, count: number): ObjectIndex[];
  /** All directly dominated objects in that order, as one column that is not to be changed. */
  dominatedNodes(object: ObjectIndex | typeof virtualRoot): Uint32Array;

  /** Outgoing references, weak ones included, null and dangling ones left out. Read from the file. */
  referencesOf(object: ObjectIndex): Reference[];
  /**
   * Makes the lists that {@link referrersOf} reads, once: two walks over the file, minutes for a big one. Without it
   * the first question makes them, unwatched.
   */
  listReferrers(work: Work): void;
  /** Objects that refer to `object`, each once. May scan when the index keeps no list for it. */
  referrersOf(object: ObjectIndex): ObjectIndex[];
  /** All objects of exactly this class, in index order; visiting stops when `visit` returns false. */
  forEachInstance(type: ClassIndex, visit: (object: ObjectIndex) => boolean | undefined): void;

  /** Field values of an instance, concrete class first, then its superclasses. Empty for arrays. */
  fieldsOf(object: ObjectIndex): FieldValue[];
  /** Value of the field of this name declared nearest to the concrete class. */
  fieldOf(object: ObjectIndex, name: string): Value | undefined;
  /** Element type of an array, undefined for instances and class objects. */
  elementTypeOf(object: ObjectIndex): BasicType | undefined;
  /** Elements of an array, 0 for others. */
  lengthOf(object: ObjectIndex): number;
  /** Ids in slots start … start+count-1 of an object array. */
  elementIdsOf(object: ObjectIndex, start: number, count: number): bigint[];
  /** Indices of the objects in slots of an object array; {@link noTarget}, {@link unknownTarget}. For many slots. */
  elementsOf(object: ObjectIndex, start: number, count: number): Float64Array;
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
  /** Raw big-endian bytes of a primitive array from element `start`. */
  primitiveBytesOf(object: ObjectIndex, start: number, count: number): Uint8Array;
  /** Text of a java.lang.String (char[] of JDK 8, byte[] with coder of 9+), cut at `maximum` characters. */
  stringOf(object: ObjectIndex, maximum: number): string | undefined;
}
