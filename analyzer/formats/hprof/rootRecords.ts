import type { Window } from "./window";

/**
 * Root sub-records by tag: u1 tag, id object, then further ids, then u4 words. The first word is the serial of a
 * thread, the second a frame number within its stack or, of a thread object, the serial of its stack trace.
 */
const layouts = [
  { tag: 0xff, kind: "unknown", furtherIds: 0, words: 0 },
  { tag: 0x01, kind: "jni-global", furtherIds: 1, words: 0 },
  { tag: 0x02, kind: "jni-local", furtherIds: 0, words: 2 },
  { tag: 0x03, kind: "java-frame", furtherIds: 0, words: 2 },
  { tag: 0x04, kind: "native-stack", furtherIds: 0, words: 1 },
  { tag: 0x05, kind: "sticky-class", furtherIds: 0, words: 0 },
  { tag: 0x06, kind: "thread-block", furtherIds: 0, words: 1 },
  { tag: 0x07, kind: "monitor-used", furtherIds: 0, words: 0 },
  { tag: 0x08, kind: "thread-object", furtherIds: 0, words: 2 },
  { tag: 0x89, kind: "interned-string", furtherIds: 0, words: 0 },
  { tag: 0x8a, kind: "finalizing", furtherIds: 0, words: 0 },
  { tag: 0x8b, kind: "debugger", furtherIds: 0, words: 0 },
  { tag: 0x8c, kind: "reference-cleanup", furtherIds: 0, words: 0 },
  { tag: 0x8d, kind: "vm-internal", furtherIds: 0, words: 0 },
  { tag: 0x8e, kind: "jni-monitor", furtherIds: 0, words: 2 },
  // Android wrote 0x90 for unreachable objects kept by the dump: no root at all, but laid out as one.
  { tag: 0x90, kind: "unknown", furtherIds: 0, words: 0 },
] as const;

/** Why an object is a root: the one list of kinds. */
export type RootKind = (typeof layouts)[number]["kind"];

/** A root as the file states it. */
export interface RootRecord {
  readonly kind: RootKind;
  /** Halves of the object's id. */
  readonly high: number;
  readonly low: number;
  /** Serial number of the thread for thread-bound kinds, 0 otherwise. */
  readonly threadSerial: number;
  /** Frame number within the thread's stack, -1 when the record does not say. */
  readonly frame: number;
  /** Serial of the stack trace of a thread object, 0 for others. */
  readonly traceSerial: number;
}

const layoutByTag: ReadonlyMap<number, (typeof layouts)[number]> = new Map(
  layouts.map((layout) => [layout.tag, layout]),
);

/** Size of a root sub-record with its tag, undefined when the tag is none of a root. */
export function rootRecordBytes(tag: number, idSize: number): number | undefined {
  const layout = layoutByTag.get(tag);
  return layout === undefined ? undefined : 1 + idSize * (1 + layout.furtherIds) + 4 * layout.words;
}

/** Reads the root sub-record whose tag is at `index` of a window that holds all of it. */
export function readRootRecord({ bytes, view }: Window, index: number, idSize: number): RootRecord {
  const { kind, furtherIds, words } = layoutByTag.get(bytes[index]!)!;
  const at = index + 1 + idSize * (1 + furtherIds);
  const second = words > 1 ? view.getInt32(at + 4) : -1;
  const isThread = kind === "thread-object";
  return {
    kind,
    high: idSize === 8 ? view.getUint32(index + 1) : 0,
    low: view.getUint32(index + 1 + idSize - 4),
    threadSerial: words > 0 ? view.getUint32(at) : 0,
    frame: isThread ? -1 : second,
    traceSerial: isThread ? second >>> 0 : 0,
  };
}
