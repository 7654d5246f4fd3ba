import type { ObjectId } from "./heapRequests";
import type { Bytes, Call, DumpId } from "./wire";

/** A value in one line, as debug views and hovers show it. */
export interface ShownValue {
  /** Java type: declared for primitives, the object's own for references. */
  readonly type: string;
  /** What is shown: `42`, `"text"`, `HashMap size 3`, `null`; without packages. */
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
  /** Own and inherited fields; of a class object the static ones. */
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
  /** Serial number of its stack in the dump, 0 when it has none. */
  readonly serial: number;
  readonly name: string;
  readonly state: string;
  readonly retainedBytes?: Bytes;
  readonly outOfMemory: boolean;
  readonly frames: readonly ShownFrame[];
}

interface ListParams {
  readonly dump: DumpId;
  readonly objectId: ObjectId;
  readonly start: number;
  readonly count: number;
}

/** What a debug session asks a heap dump; the views ask in more detail. */
export interface ShownRequests {
  /** The thread that ran out of memory first, then those with stacks, biggest first. */
  "shown/threads": Call<{ readonly dump: DumpId }, { readonly threads: readonly ShownThread[] }>;
  /** Objects held by the locals of a frame, in the order of the dump; a heap dump has no names of locals. */
  "shown/locals": Call<
    { readonly dump: DumpId; readonly serial: number; readonly frame: number },
    { readonly values: readonly ShownValue[] }
  >;
  "shown/object": Call<{ readonly dump: DumpId; readonly objectId: ObjectId }, ShownObject>;
  "shown/elements": Call<ListParams, { readonly values: readonly ShownValue[] }>;
  "shown/entries": Call<ListParams, { readonly entries: readonly ShownEntry[] }>;
  /** The class object of a loaded class, of the first loader that has it; null when there is none. */
  "shown/class": Call<
    { readonly dump: DumpId; readonly className: string },
    { readonly objectId: ObjectId | null }
  >;
  /** Loaded classes whose name, or simple name, begins so; exact ones first, then by instances. */
  "shown/classNames": Call<
    { readonly dump: DumpId; readonly start: string; readonly count: number },
    { readonly names: readonly string[] }
  >;
  /** The text of a string, as far as it goes into one answer; null for other objects. */
  "shown/text": Call<
    { readonly dump: DumpId; readonly objectId: ObjectId },
    { readonly text: string | null; readonly isWhole: boolean }
  >;
  /** First rows of a query, one line each. */
  "shown/query": Call<
    { readonly dump: DumpId; readonly query: string; readonly count: number },
    { readonly values: readonly ShownValue[]; readonly moreToCome: boolean }
  >;
}
