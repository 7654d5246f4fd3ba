import { ExhumeError } from "../../base/errors";
import { formatHex } from "../../base/units";
import type { Work } from "../../base/work";
import { unwatched } from "../../base/work";
import type { Heap, ObjectIndex, StackFrame } from "../../heap/heap";
import { describedHeap } from "../../heap/java/objects/describedHeap";
import { perHeap } from "../../heap/java/objects/perHeap";
import {
  type FrameLocal,
  frameText,
  groupByStack,
  localsOf,
  type ThreadFacts,
  threadFacts,
  threadsOf,
} from "../../heap/java/program/threads";
import type { ObjectRow } from "../../protocol/heap/objects";
import type { FrameRow, StackGroupRow, ThreadDetail, ThreadRow } from "../../protocol/heap/threads";
import type { Page } from "../../protocol/wire";
import { objectRow, pageOf } from "../graph/objectRows";
import { heapDeadlocks, lockWaitWords } from "./lockRows";

const unsortedThreads = perHeap((heap) => threadsOf(heap, unwatched));
export const deadlocksOfHeap = perHeap((heap) => heapDeadlocks(heap, unsortedThreads(heap)));
const deadlocked = perHeap((heap) => new Set(deadlocksOfHeap(heap).flatMap(({ threads }) => threads)));
/** What somebody looks for comes first: who ran out of memory, who will wait for ever, who holds most. */
const allThreads = perHeap((heap) => {
  const rank = ({ outOfMemory, object }: ThreadFacts) =>
    outOfMemory ? 0 : deadlocked(heap).has(formatHex(heap.idOf(object))) ? 1 : 2;
  return [...unsortedThreads(heap)].sort((a, b) => rank(a) - rank(b));
});
/** Names listed of one group of threads with the same stack. */
const maximumNames = 200;

export function threadPage(
  heap: Heap,
  start: number,
  count: number,
  filter: string | undefined,
): Page<ThreadRow> {
  const needle = (filter ?? "").toLowerCase();
  const wanted = allThreads(heap).filter(
    ({ name, state, frames }) =>
      needle === "" ||
      name.toLowerCase().includes(needle) ||
      state.includes(needle) ||
      frames.some((frame) => frameText(frame).toLowerCase().includes(needle)),
  );
  const page = pageOf(wanted, start, count);
  return { ...page, rows: page.rows.map((thread) => threadRow(heap, thread)) };
}

function threadRow(heap: Heap, thread: ThreadFacts): ThreadRow {
  const { object, threadId, group, frames } = thread;
  const top = frames[0];
  const wait = lockWaitWords(heap, thread);
  const objectId = formatHex(heap.idOf(object));
  return {
    objectId,
    name: shownNameOf(thread),
    className: thread.className,
    state: thread.state,
    daemon: thread.daemon,
    priority: thread.priority,
    ...(threadId === undefined ? {} : { threadId }),
    virtual: thread.virtual,
    ...(group === undefined ? {} : { group }),
    ...(thread.retainedBytes === undefined ? {} : { retainedBytes: thread.retainedBytes }),
    locals: thread.locals,
    frameCount: frames.length,
    ...(top === undefined ? {} : { top: frameRow(top) }),
    outOfMemory: thread.outOfMemory,
    ...(wait === undefined ? {} : { wait }),
    ...(deadlocked(heap).has(objectId) ? { deadlocked: true } : {}),
  };
}

/** Most virtual threads have no name of their own. */
function shownNameOf({ name, virtual, threadId }: ThreadFacts): string {
  return name === "" && virtual && threadId !== undefined ? `virtual thread ${threadId}` : name;
}

export function frameRow(frame: StackFrame): FrameRow {
  return {
    className: frame.className,
    method: frame.method,
    ...(frame.file === undefined ? {} : { file: frame.file }),
    ...(frame.line > 0 ? { line: frame.line } : {}),
    text: frameText(frame),
  };
}

/** @throws ExhumeError `invalid` when the object is not a thread. */
export function threadDetail(heap: Heap, object: ObjectIndex): ThreadDetail {
  const [thread] = heap.classes.findByName("java.lang.Thread");
  const type = heap.classOf(object);
  if (thread === undefined || !(type === thread || heap.classes.isSubclassOf(type, thread))) {
    throw new ExhumeError({ code: "invalid", what: `A ${heap.classNameOf(object)} is not a thread` });
  }
  const facts = threadFacts(heap, object);
  const locals = localsOf(heap, facts.serial);
  const frames = facts.frames.map((frame, position) => {
    const rows = localRows(heap, locals.get(position));
    const retainedBytes = rows.reduce((most, row) => Math.max(most, row.retainedBytes ?? 0), 0);
    return { frame: frameRow(frame), locals: rows, ...(heap.hasDominators ? { retainedBytes } : {}) };
  });
  const beyond = [...locals]
    .filter(([frame]) => frame < 0 || frame >= facts.frames.length)
    .flatMap(([, rest]) => rest);
  return { thread: threadRow(heap, facts), frames, others: localRows(heap, beyond) };
}

function localRows(
  heap: Heap,
  locals: readonly FrameLocal[] | undefined,
): (ObjectRow & { readonly kind: string })[] {
  return (locals ?? [])
    .map(({ object, kind }) => ({
      ...objectRow(describedHeap(heap), object),
      kind: kind === "jni-local" ? "JNI local" : "local",
    }))
    .sort((a, b) => (b.retainedBytes ?? b.shallowBytes) - (a.retainedBytes ?? a.shallowBytes));
}

export function stackGroups(heap: Heap, work: Work): StackGroupRow[] {
  work.throwIfCancelled();
  return groupByStack(unsortedThreads(heap)).map(({ frames, threads, retainedBytes }) => ({
    frames: frames.map(frameRow),
    threads: threads.slice(0, maximumNames).map((thread) => ({
      objectId: formatHex(heap.idOf(thread.object)),
      name: shownNameOf(thread),
      state: thread.state,
    })),
    threadCount: threads.length,
    ...(retainedBytes === undefined ? {} : { retainedBytes }),
  }));
}
