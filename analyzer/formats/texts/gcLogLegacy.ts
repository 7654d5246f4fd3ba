import type { BytesOf } from "./amounts";
import { type Collection, type GcLogDraft, noteTime } from "./gcLogDraft";

const size = /(?<![\d.,])(\d+(?:[.,]\d+)?)([BKMG])->(\d+(?:[.,]\d+)?)([BKMG])\((\d+(?:[.,]\d+)?)([BKMG])\)/;
const g1Heap =
  /Heap: (\d+(?:[.,]\d+)?)([BKMG])\([^()]*\)->(\d+(?:[.,]\d+)?)([BKMG])\((\d+(?:[.,]\d+)?)([BKMG])\)/;

/**
 * Reads lines of JDK 8 logs (`-XX:+PrintGC`, `+PrintGCDetails`, any time stamps): Serial, Parallel, ParNew/CMS on
 * one line, G1 with its sizes some lines after the pause.
 */
export function legacyLineReader(
  draft: GcLogDraft,
  bytesOf: BytesOf,
  timeOf: (digits: string) => number,
): (line: string) => void {
  let openG1: Collection | undefined;
  let firstWallMs: number | undefined;
  const secondsOf = (line: string): number | undefined => {
    const uptime = /(?:^|: )(\d+[.,]\d+): \[/.exec(line);
    if (uptime) return timeOf(uptime[1]!);
    const wall = /^(\d{4}-\d\d-\d\dT[\d:.,]+[+-]\d{4}): /.exec(line);
    if (!wall) return undefined;
    const at = Date.parse(wall[1]!.replace(",", ".").replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
    if (Number.isNaN(at)) return undefined;
    firstWallMs ??= at;
    return (at - firstWallMs) / 1000;
  };
  return (line) => {
    const flags = /^CommandLine flags:.*-XX:MaxHeapSize=(\d+)/.exec(line);
    if (flags) {
      draft.heapMaxBytes = bytesOf(flags[1]!);
      return;
    }
    const after = g1Heap.exec(line);
    if (after && openG1) {
      setSizes(openG1, after, bytesOf);
      draft.collections.push(openG1);
      openG1 = undefined;
      return;
    }
    const opened = /\[(Full GC|GC)\b/.exec(line);
    if (!opened) return;
    const seconds = secondsOf(line) ?? draft.lastSeconds;
    noteTime(draft, seconds);
    const pauses = [...line.matchAll(/(?<![\d.,])(\d+[.,]\d+) secs\]/g)];
    const pauseSeconds = timeOf(pauses.at(-1)?.[1] ?? "0");
    draft.totalPauseSeconds += pauseSeconds;
    const collection: Collection = {
      seconds,
      kind: opened[1] === "Full GC" ? "full" : /\(mixed\)/.test(line) ? "mixed" : "young",
      cause: /GC(?: pause)? \(([^()]*(?:\(\)[^()]*)?)\)/.exec(line)?.[1] ?? "",
      beforeBytes: 0,
      afterBytes: 0,
      heapBytes: 0,
      pauseSeconds,
    };
    noteCollector(draft, line);
    const metaspace = /\[Metaspace: \d+K->(\d+)K/.exec(line);
    if (metaspace) draft.metaspaceBytes = bytesOf(metaspace[1]!, "K");
    // Generations stand in brackets of their own; what is left after taking those out is the heap.
    const heap = size.exec(line.replace(/\[[A-Z]\w+(?: \w+)?(?: \([^()]*\))?: [^[\]]*\]/g, ""));
    if (heap) {
      setSizes(collection, heap, bytesOf);
      draft.collections.push(collection);
      openG1 = undefined;
    } else if (/GC (?:pause|remark|cleanup)|Full GC/.test(line)) openG1 = collection;
  };
}

function setSizes(collection: Collection, sizes: RegExpExecArray, bytesOf: BytesOf): void {
  collection.beforeBytes = bytesOf(sizes[1]!, sizes[2]);
  collection.afterBytes = bytesOf(sizes[3]!, sizes[4]);
  collection.heapBytes = bytesOf(sizes[5]!, sizes[6]);
}

function noteCollector(draft: GcLogDraft, line: string): void {
  if (draft.collector !== undefined) return;
  if (/PSYoungGen/.test(line)) draft.collector = "Parallel";
  else if (/ParNew/.test(line)) draft.collector = "Concurrent Mark Sweep";
  else if (/DefNew/.test(line)) draft.collector = "Serial";
  else if (/GC pause/.test(line)) draft.collector = "G1";
}
