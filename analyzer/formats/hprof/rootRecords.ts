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

/** All kinds, each once. */
export const rootKinds: readonly RootKind[] = [...new Set(layouts.map(({ kind }) => kind))];
const kindNumbers: ReadonlyMap<RootKind, number> = new Map(rootKinds.map((kind, number) => [kind, number]));

const layoutByTag: ReadonlyMap<number, (typeof layouts)[number]> = new Map(
  layouts.map((layout) => [layout.tag, layout]),
);

/** Size of a root sub-record with its tag, undefined when the tag is none of a root. */
export function rootRecordBytes(tag: number, idSize: number): number | undefined {
  const layout = layoutByTag.get(tag);
  return layout === undefined ? undefined : 1 + idSize * (1 + layout.furtherIds) + 4 * layout.words;
}

/** Roots of a file as columns: a hundred thousand virtual threads hold millions. */
export interface RootRecords {
  readonly count: number;
  /** Positions in {@link rootKinds}. */
  readonly kinds: Uint8Array;
  /** Halves of the objects' ids. */
  readonly highs: Uint32Array;
  readonly lows: Uint32Array;
  /** Serial number of the thread for thread-bound kinds, 0 otherwise. */
  readonly threadSerials: Uint32Array;
  /** Frame number within the thread's stack, -1 when the record does not say; of a thread object the serial of its stack trace. */
  readonly frames: Int32Array;
}

const firstRoom = 256;

/** Gathers root records while a file is read. */
export class RootRecordList {
  private columns = newRootRecords(firstRoom);
  private count = 0;

  /** Reads the sub-record whose tag is at `index` of a window that holds all of it. */
  add({ bytes, view }: Window, index: number, idSize: number): void {
    const { kind, furtherIds, words } = layoutByTag.get(bytes[index]!)!;
    const at = index + 1 + idSize * (1 + furtherIds);
    if (this.count === this.columns.kinds.length)
      this.columns = joinRootRecords([{ ...this.columns, count: this.count }], 2 * this.count);
    const row = this.count++;
    const { kinds, highs, lows, threadSerials, frames } = this.columns;
    kinds[row] = kindNumbers.get(kind)!;
    highs[row] = idSize === 8 ? view.getUint32(index + 1) : 0;
    lows[row] = view.getUint32(index + 1 + idSize - 4);
    threadSerials[row] = words > 0 ? view.getUint32(at) : 0;
    frames[row] = words > 1 ? view.getInt32(at + 4) : -1;
  }

  records(): RootRecords {
    const { count } = this;
    const { kinds, highs, lows, threadSerials, frames } = this.columns;
    return {
      count,
      kinds: kinds.slice(0, count),
      highs: highs.slice(0, count),
      lows: lows.slice(0, count),
      threadSerials: threadSerials.slice(0, count),
      frames: frames.slice(0, count),
    };
  }
}

/** Records of several pieces of a file, in order. @param room for so many rows at least */
export function joinRootRecords(pieces: readonly RootRecords[], room = 0): RootRecords {
  const count = pieces.reduce((sum, piece) => sum + piece.count, 0);
  const all = newRootRecords(Math.max(room, count));
  let at = 0;
  for (const { count: rows, kinds, highs, lows, threadSerials, frames } of pieces) {
    all.kinds.set(kinds.subarray(0, rows), at);
    all.highs.set(highs.subarray(0, rows), at);
    all.lows.set(lows.subarray(0, rows), at);
    all.threadSerials.set(threadSerials.subarray(0, rows), at);
    all.frames.set(frames.subarray(0, rows), at);
    at += rows;
  }
  return { ...all, count };
}

function newRootRecords(room: number): RootRecords {
  return {
    count: room,
    kinds: new Uint8Array(room),
    highs: new Uint32Array(room),
    lows: new Uint32Array(room),
    threadSerials: new Uint32Array(room),
    frames: new Int32Array(room),
  };
}
