import { dump } from "../dump/open";
import { request } from "../request";
import { optional, page, words } from "../shapes";
import type { Bytes, Page } from "../wire";
import { type ObjectId, type ObjectRow, objectId } from "./objects";

export interface FrameRow {
  readonly className: string;
  readonly method: string;
  readonly file?: string;
  readonly line?: number;
  /** As stack traces write it. */
  readonly text: string;
}

export interface ThreadRow {
  readonly objectId: ObjectId;
  readonly name: string;
  readonly className: string;
  readonly state: string;
  readonly daemon: boolean;
  readonly priority: number;
  readonly threadId?: number;
  readonly virtual: boolean;
  readonly group?: string;
  readonly retainedBytes?: Bytes;
  readonly locals: number;
  readonly frameCount: number;
  /** First frame. */
  readonly top?: FrameRow;
  readonly outOfMemory: boolean;
  /** What it is parked for and who has that, as a predicate. */
  readonly wait?: string;
  /** It waits in a circle. */
  readonly deadlocked?: true;
}

/** Threads each of which waits for what the next one has, the last for the first. */
export interface HeapDeadlock {
  readonly threads: readonly ObjectId[];
  readonly words: string;
}

export interface FrameLocals {
  readonly frame: FrameRow;
  readonly locals: readonly (ObjectRow & { readonly kind: string })[];
  /** Biggest retained size among the locals; 0 when there are none. */
  readonly retainedBytes?: Bytes;
}

export interface ThreadDetail {
  readonly thread: ThreadRow;
  readonly frames: readonly FrameLocals[];
  /** Locals the dump assigns to no frame. */
  readonly others: readonly (ObjectRow & { readonly kind: string })[];
}

export interface StackGroupRow {
  readonly frames: readonly FrameRow[];
  readonly threads: readonly { readonly objectId: ObjectId; readonly name: string; readonly state: string }[];
  readonly threadCount: number;
  readonly retainedBytes?: Bytes;
}

export const threadRequests = {
  "heap/threads": request({ dump, ...page, filter: optional(words) }).gives<Page<ThreadRow>>(),
  "heap/thread": request({ dump, objectId }).gives<ThreadDetail>(),
  /** As far as the dump says who has what: locks of `java.util.concurrent`, not monitors. */
  "heap/deadlocks": request({ dump }).gives<{ readonly deadlocks: readonly HeapDeadlock[] }>(),
  "heap/stackGroups": request({ dump }).gives<{ readonly groups: readonly StackGroupRow[] }>(),
};
