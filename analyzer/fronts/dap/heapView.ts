import type { ObjectId } from "../../protocol/heapRequests";
import type { Bytes } from "../../protocol/wire";

/** A value as the debug views show it. */
export interface ShownValue {
  /** Java type: declared for primitives, the object's own for references. */
  readonly type: string;
  /** What is shown: `42`, `"text"`, `java.util.HashMap size 3`, `null`. */
  readonly text: string;
  /** Set for references that are not null. */
  readonly objectId?: ObjectId;
  readonly retainedBytes?: Bytes;
}

export interface ShownField extends ShownValue {
  readonly name: string;
  readonly declaredBy: string;
  readonly static: boolean;
}

/** An entry of a collection; lists and sets have no key. */
export interface ShownEntry {
  readonly key?: ShownValue;
  readonly value: ShownValue;
}

export interface ShownObject extends ShownValue {
  readonly className: string;
  readonly shallowBytes: Bytes;
  readonly fields: readonly ShownField[];
  /** Set for arrays. */
  readonly length?: number;
  /** Set for collections that have a logical view. */
  readonly entries?: number;
}

export interface ShownFrame {
  readonly className: string;
  readonly method: string;
  readonly file?: string;
  /** From 1; zero or less when the dump has none. */
  readonly line: number;
}

export interface ShownThread {
  readonly objectId: ObjectId;
  readonly name: string;
  readonly state: string;
  readonly retainedBytes: Bytes;
  readonly outOfMemory: boolean;
  readonly frames: readonly ShownFrame[];
}

/** The questions a debug session asks a heap dump, in the shape it shows the answers. */
export interface HeapView {
  /** The one that ran out of memory first. */
  threads(signal: AbortSignal): Promise<readonly ShownThread[]>;
  /** Objects held by the locals of a frame, in the order of the dump; names are not in a heap dump. */
  locals(thread: ShownThread, frame: number, signal: AbortSignal): Promise<readonly ShownValue[]>;
  inspect(object: ObjectId, signal: AbortSignal): Promise<ShownObject>;
  elements(
    object: ObjectId,
    start: number,
    count: number,
    signal: AbortSignal,
  ): Promise<readonly ShownValue[]>;
  entries(
    object: ObjectId,
    start: number,
    count: number,
    signal: AbortSignal,
  ): Promise<readonly ShownEntry[]>;
  /** The class object of a loaded class; the first one when several loaders have it. */
  classObjectOrUndefined(className: string, signal: AbortSignal): Promise<ObjectId | undefined>;
  /** Rows of a query as one line each; undefined when the dump answers no queries. */
  query(text: string, signal: AbortSignal): Promise<readonly ShownValue[] | undefined>;
}
