import { javaClassName } from "../../../base/javaClassName";
import type { DumpOutline } from "../../../formats/hprof/outline";
import { type RootRecords, rootKinds } from "../../../formats/hprof/rootRecords";
import type { IdKey } from "../../../formats/hprof/window";
import type { StackFrame } from "../../heap";
import { type NodeFinder, noNode } from "../scan/nodeFinder";

/** A thread as the dump states it. */
export interface DumpedThread {
  readonly serial: number;
  /** Node index, -1 when the thread object is not in the file. */
  readonly object: number;
  readonly frames: readonly StackFrame[];
}

/** Threads and their stacks; names of classes and methods are read from the outline. */
export function dumpedThreads(
  { count, kinds, highs, lows, threadSerials, frames: traceSerials }: RootRecords,
  outline: DumpOutline,
  { nodeAt }: NodeFinder,
): DumpedThread[] {
  const frames = makeFrameReader(outline);
  const threadObject = rootKinds.indexOf("thread-object");
  const threads: DumpedThread[] = [];
  for (let row = 0; row < count; row++) {
    if (kinds[row] !== threadObject) continue;
    threads.push({
      serial: threadSerials[row]!,
      object: objectOf(nodeAt(highs[row]!, lows[row]!)),
      frames: frames(traceSerials[row]! >>> 0),
    });
  }
  return threads;
}

/** -1 when the thread object is not in the file. */
function objectOf(node: number): number {
  return node === noNode ? -1 : node;
}

/** Longer stacks are not looked for among those before. */
const longestShared = 1024;

/**
 * Reads stacks by the serial number of their trace, top frame first; empty for traces the file has not. Threads that stand in
 * the same places have the same list.
 */
export function makeFrameReader(outline: DumpOutline): (traceSerial: number) => readonly StackFrame[] {
  const texts = new Map<IdKey, string | undefined>();
  const text = (id: IdKey | undefined): string | undefined => {
    if (id === undefined) return undefined;
    if (!texts.has(id)) texts.set(id, outline.textOf(id));
    return texts.get(id);
  };
  const known = new Map<IdKey, StackFrame | undefined>();
  const frameOf = (id: IdKey): StackFrame | undefined => {
    if (!known.has(id)) known.set(id, read(id));
    return known.get(id);
  };
  const read = (id: IdKey): StackFrame | undefined => {
    const frame = outline.frames.get(id);
    if (frame === undefined) return undefined;
    const className = text(outline.classNameIdBySerial.get(frame.classSerial));
    return {
      className: className === undefined ? "" : javaClassName(className),
      method: text(frame.methodId) ?? "",
      signature: text(frame.signatureId) ?? "",
      file: text(frame.fileId) || undefined,
      line: frame.line,
    };
  };
  const stacks = new Map<string, readonly StackFrame[]>();
  return (traceSerial) => {
    const ids = outline.traces.get(traceSerial) ?? [];
    const key = ids.length > longestShared ? undefined : ids.join(" ");
    const shared = key === undefined ? undefined : stacks.get(key);
    if (shared !== undefined) return shared;
    const frames = ids.flatMap((id) => frameOf(id) ?? []);
    if (key !== undefined) stacks.set(key, frames);
    return frames;
  };
}
