import { dump } from "../dump/open";
import { request } from "../request";
import { amount, integer, name, page, words } from "../shapes";
import type { Bytes } from "../wire";
import { type ObjectId, objectId } from "./objects";

/** A value in one line, as debug views and hovers show it. */
export interface DebugValue {
  /** Java type: declared for primitives, the object's own for references. */
  readonly type: string;
  /** What is shown: `42`, `"text"`, `HashMap size 3`, `null`; without packages. */
  readonly text: string;
  /** Set for references that are not null. */
  readonly objectId?: ObjectId;
  readonly retainedBytes?: Bytes;
}

export interface DebugField extends DebugValue {
  readonly name: string;
  readonly declaredBy: string;
  readonly static: boolean;
}

/** An entry of a collection; lists and sets have no key. */
export interface DebugEntry {
  readonly key?: DebugValue;
  readonly value: DebugValue;
}

export interface DebugObject extends DebugValue {
  readonly className: string;
  readonly shallowBytes: Bytes;
  /** Own and inherited fields; of a class object the static ones. */
  readonly fields: readonly DebugField[];
  /** Set for arrays. */
  readonly length?: number;
  /** Set for collections that have a logical view. */
  readonly entries?: number;
}

export interface StackFrameRow {
  readonly className: string;
  readonly method: string;
  readonly file?: string;
  /** From 1; zero or less when the dump has none. */
  readonly line: number;
}

export interface DebugThread {
  readonly objectId: ObjectId;
  /** Serial number of its stack in the dump, 0 when it has none. */
  readonly serial: number;
  readonly name: string;
  readonly state: string;
  readonly retainedBytes?: Bytes;
  readonly outOfMemory: boolean;
  readonly frames: readonly StackFrameRow[];
}

/** What a debug session asks a heap dump; the views ask in more detail. */
export const heapDebugRequests = {
  /** The thread that ran out of memory first, then those with stacks, biggest first. */
  "heapDebug/threads": request({ dump }).gives<{ readonly threads: readonly DebugThread[] }>(),
  /** Objects held by the locals of a frame, in the order of the dump; a heap dump has no names of locals. */
  "heapDebug/locals": request({ dump, serial: integer, frame: integer }).gives<{
    readonly values: readonly DebugValue[];
  }>(),
  "heapDebug/object": request({ dump, objectId }).gives<DebugObject>(),
  "heapDebug/elements": request({ dump, objectId, ...page }).gives<{
    readonly values: readonly DebugValue[];
  }>(),
  "heapDebug/entries": request({ dump, objectId, ...page }).gives<{
    readonly entries: readonly DebugEntry[];
  }>(),
  /** The class object of a loaded class, of the first loader that has it; null when there is none. */
  "heapDebug/class": request({ dump, className: name }).gives<{ readonly objectId: ObjectId | null }>(),
  /** Loaded classes whose name, or simple name, begins so; exact ones first, then by instances. */
  "heapDebug/classNames": request({ dump, start: name, count: amount }).gives<{
    readonly names: readonly string[];
  }>(),
  /** The text of a string, as far as it goes into one answer; null for other objects. */
  "heapDebug/text": request({ dump, objectId }).gives<{
    readonly text: string | null;
    readonly isWhole: boolean;
  }>(),
  /** First rows of a query, one line each. */
  "heapDebug/query": request({ dump, query: words, count: amount }).gives<{
    readonly values: readonly DebugValue[];
    readonly moreToCome: boolean;
  }>(),
};
