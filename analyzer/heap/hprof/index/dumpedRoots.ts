import { javaClassName } from "../../../base/javaClassName";
import type { DumpOutline } from "../../../formats/hprof/outline";
import type { RootRecord } from "../../../formats/hprof/rootRecords";
import type { IdKey } from "../../../formats/hprof/window";
import type { GcRoot, StackFrame } from "../../heap";
import { type NodeFinder, noNode } from "../scan/nodeFinder";

/** A thread as the dump states it. */
export interface DumpedThread {
  readonly serial: number;
  /** Node index, -1 when the thread object is not in the file. */
  readonly object: number;
  readonly frames: readonly StackFrame[];
}

/** Roots of nodes the file has. */
export function dumpedRoots(records: readonly RootRecord[], { nodeAt }: NodeFinder): GcRoot[] {
  return records.flatMap(({ kind, high, low, threadSerial, frame }) => {
    const object = nodeAt(high, low);
    return object === noNode ? [] : [{ object: object as GcRoot["object"], kind, threadSerial, frame }];
  });
}

/** Threads and their stacks; names of classes and methods are read from the outline. */
export function dumpedThreads(
  records: readonly RootRecord[],
  outline: DumpOutline,
  { nodeAt }: NodeFinder,
): DumpedThread[] {
  const frames = makeFrameReader(outline);
  return records
    .filter(({ kind }) => kind === "thread-object")
    .map(({ high, low, threadSerial, traceSerial }) => ({
      serial: threadSerial,
      object: objectOf(nodeAt(high, low)),
      frames: frames(traceSerial),
    }));
}

/** -1 when the thread object is not in the file. */
function objectOf(node: number): number {
  return node === noNode ? -1 : node;
}

/** Reads stacks by the serial number of their trace, top frame first; empty for traces the file has not. */
export function makeFrameReader(outline: DumpOutline): (traceSerial: number) => StackFrame[] {
  const texts = new Map<IdKey, string | undefined>();
  const text = (id: IdKey | undefined): string | undefined => {
    if (id === undefined) return undefined;
    if (!texts.has(id)) texts.set(id, outline.textOf(id));
    return texts.get(id);
  };
  return (traceSerial) =>
    (outline.traces.get(traceSerial) ?? []).flatMap((id): StackFrame[] => {
      const frame = outline.frames.get(id);
      if (frame === undefined) return [];
      const className = text(outline.classNameIdBySerial.get(frame.classSerial));
      return [
        {
          className: className === undefined ? "" : javaClassName(className),
          method: text(frame.methodId) ?? "",
          signature: text(frame.signatureId) ?? "",
          file: text(frame.fileId) || undefined,
          line: frame.line,
        },
      ];
    });
}
