import type { DebugEntry, DebugObject, DebugThread, DebugValue } from "../../protocol/heap/debugging";
import type { ObjectId } from "../../protocol/heap/objects";
import type { CompletionRow } from "../../protocol/heap/query";
import type { DumpSession } from "../../session/dumpSession";

/** The questions a debug session asks a heap dump; a test answers them without a dump. */
export interface HeapView {
  /** The one that ran out of memory first. */
  threads(signal: AbortSignal): Promise<readonly DebugThread[]>;
  /** Objects held by the locals of a frame, in the order of the dump; names are not in a heap dump. */
  locals(thread: DebugThread, frame: number, signal: AbortSignal): Promise<readonly DebugValue[]>;
  inspect(object: ObjectId, signal: AbortSignal): Promise<DebugObject>;
  elements(
    object: ObjectId,
    start: number,
    count: number,
    signal: AbortSignal,
  ): Promise<readonly DebugValue[]>;
  entries(
    object: ObjectId,
    start: number,
    count: number,
    signal: AbortSignal,
  ): Promise<readonly DebugEntry[]>;
  /** The class object of a loaded class; the first one when several loaders have it. */
  classObjectOrUndefined(className: string, signal: AbortSignal): Promise<ObjectId | undefined>;
  /** Loaded classes whose name or simple name begins so; those called exactly so first. */
  classNames(start: string, count: number, signal: AbortSignal): Promise<readonly string[]>;
  /** A string's text, which a shown value cuts short; undefined for other objects. */
  textOrUndefined(object: ObjectId, signal: AbortSignal): Promise<string | undefined>;
  /** What could stand at a place of a query that is being typed. */
  completeQuery(
    text: string,
    offset: number,
    signal: AbortSignal,
  ): Promise<{ readonly from: number; readonly items: readonly CompletionRow[] }>;
  /** First rows of a query. */
  query(
    text: string,
    count: number,
    signal: AbortSignal,
  ): Promise<{ readonly values: readonly DebugValue[]; readonly moreToCome: boolean }>;
}

/** The view of an open dump. */
export function heapViewOf(session: DumpSession): HeapView {
  return {
    threads: async (signal) => (await session.ask("heapDebug/threads", {}, signal)).threads,
    locals: async ({ serial }, frame, signal) =>
      serial === 0 ? [] : (await session.ask("heapDebug/locals", { serial, frame }, signal)).values,
    inspect: (objectId, signal) => session.ask("heapDebug/object", { objectId }, signal),
    elements: async (objectId, start, count, signal) =>
      (await session.ask("heapDebug/elements", { objectId, start, count }, signal)).values,
    entries: async (objectId, start, count, signal) =>
      (await session.ask("heapDebug/entries", { objectId, start, count }, signal)).entries,
    classObjectOrUndefined: async (className, signal) =>
      (await session.ask("heapDebug/class", { className }, signal)).objectId ?? undefined,
    classNames: async (start, count, signal) =>
      (await session.ask("heapDebug/classNames", { start, count }, signal)).names,
    textOrUndefined: async (objectId, signal) =>
      (await session.ask("heapDebug/text", { objectId }, signal)).text ?? undefined,
    completeQuery: (text, offset, signal) => session.ask("heap/completeQuery", { text, offset }, signal),
    query: (query, count, signal) => session.ask("heapDebug/query", { query, count }, signal),
  };
}
