import type { ByteSource } from "../../base/byteSource";
import type { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import { amountReader, type BytesOf, timeReader } from "./amounts";
import { type Collection, type GcCycleKind, type GcLogDraft, noteTime } from "./gcLogDraft";
import { legacyLineReader } from "./gcLogLegacy";
import { reportSeveral } from "./severalReports";
import { linesOf } from "./textLines";

/** A garbage collection log: unified (`-Xlog:gc`, JDK 9 and later) or that of JDK 8. */
export interface GcLog {
  readonly kind: "gcLog";
  readonly form: "unified" | "jdk8";
  readonly collector?: string;
  /** -Xmx, where the log names it. */
  readonly heapMaxBytes?: number;
  readonly collections: readonly Collection[];
  readonly durationSeconds: number;
  /** Every pause, those outside the collections above included. */
  readonly totalPauseSeconds: number;
  /** Threads that had to wait for memory (ZGC, Shenandoah). */
  readonly allocationStalls: number;
  /** Metaspace in use after the last collection that says so. */
  readonly metaspaceBytes?: number;
}

/** Days of logs at several collections a second; one more is a log of something else. */
const mostCollections = 2_000_000;

/** @throws ExhumeError `cancelled`, `unreadable` */
export function parseGcLog(source: ByteSource, problems: ProblemList, work: Work): GcLog {
  const draft: GcLogDraft = {
    restarts: 0,
    collections: [],
    lastSeconds: 0,
    firstSeconds: undefined,
    totalPauseSeconds: 0,
    allocationStalls: 0,
  };
  const bytesOf = amountReader(problems);
  const timeOf = timeReader(problems);
  const legacy = legacyLineReader(draft, bytesOf, timeOf);
  const clock = new Clock(timeOf);
  let unifiedLines = 0;
  for (const line of linesOf(source, problems, work)) {
    if (line.startsWith("[") && /^\[[^\]]*\]/.test(line)) {
      unifiedLines++;
      readUnified(line, draft, clock, bytesOf);
    } else legacy(line);
    if (draft.collections.length > mostCollections) {
      problems.add({
        code: "too-many-collections",
        message: `Only the first ${mostCollections} collections were read.`,
        losesData: true,
      });
      break;
    }
  }
  if (draft.restarts > 0) reportSeveral(draft.restarts + 1, problems);
  if (draft.collections.length === 0)
    problems.add({ code: "no-collections", message: "The log holds no collection.", losesData: false });
  const { collector, heapMaxBytes, metaspaceBytes } = draft;
  return {
    kind: "gcLog",
    form: unifiedLines > 0 ? "unified" : "jdk8",
    ...(collector === undefined ? {} : { collector }),
    ...(heapMaxBytes === undefined ? {} : { heapMaxBytes }),
    ...(metaspaceBytes === undefined ? {} : { metaspaceBytes }),
    collections: draft.collections,
    durationSeconds: Math.max(0, draft.lastSeconds - (draft.firstSeconds ?? 0)),
    totalPauseSeconds: draft.totalPauseSeconds,
    allocationStalls: draft.allocationStalls,
  };
}

const decorations = /^(?:\[([^\]]*)\])+/;
const transition =
  /(?<![\d.,])(\d+(?:[.,]\d+)?)([BKMGT])(?:\(\d+%\))?->(\d+(?:[.,]\d+)?)([BKMGT])(?:\((\d+(?:[.,]\d+)?)([BKMGT])\))?/;

function readUnified(line: string, draft: GcLogDraft, clock: Clock, bytesOf: BytesOf): void {
  const prefix = decorations.exec(line)![0];
  const seconds = clock.secondsOf(prefix, draft.lastSeconds);
  noteTime(draft, seconds);
  const text = line.slice(prefix.length).trim();
  const using = /^(?:Using (?:The )?)(\w[\w ]*)$/.exec(text);
  if (using && draft.collector === undefined) {
    draft.collector = using[1]!;
    return;
  }
  const max = /^(?:Heap )?Max Capacity: (\d+)([BKMGT])/.exec(text);
  if (max) {
    draft.heapMaxBytes = bytesOf(max[1]!, max[2]);
    return;
  }
  const metaspace = /Metaspace: (?:\d+[BKMGT](?:\([^()]*\))?->)?(\d+)([BKMGT])/.exec(text);
  if (metaspace && /^GC\(\d+\)/.test(text)) {
    draft.metaspaceBytes = bytesOf(metaspace[1]!, metaspace[2]);
    return;
  }
  if (/^Allocation Stall/.test(text) || /Allocation Stall \(/.test(text)) {
    draft.allocationStalls++;
    return;
  }
  const event = /^GC\(\d+\) (?:[yYoO]: )?(.*)$/.exec(text);
  if (!event) return;
  readEvent(event[1]!, seconds, draft, clock, bytesOf);
}

function readEvent(text: string, seconds: number, draft: GcLogDraft, clock: Clock, bytesOf: BytesOf): void {
  const kind = kindOf(text);
  if (kind === undefined) return;
  const duration = /(?<![\d.,])(\d+(?:[.,]\d+)?)(ms|s)$/.exec(text);
  const elapsed = duration ? (clock.timeOf(duration[1]!) * (duration[2] === "ms" ? 1 : 1000)) / 1000 : 0;
  const pause = text.startsWith("Pause ") ? elapsed : 0;
  draft.totalPauseSeconds += pause;
  const sizes = transition.exec(text);
  if (!sizes) return;
  draft.collections.push({
    seconds,
    kind,
    cause: /\(([^()]*(?:\(\))?)\)(?= \d)/.exec(text.slice(0, sizes.index + 1))?.[1] ?? "",
    beforeBytes: bytesOf(sizes[1]!, sizes[2]),
    afterBytes: bytesOf(sizes[3]!, sizes[4]),
    heapBytes: sizes[5] === undefined ? (draft.heapMaxBytes ?? 0) : bytesOf(sizes[5], sizes[6]),
    pauseSeconds: pause,
  });
}

function kindOf(text: string): GcCycleKind | undefined {
  if (/^Pause Young \(Mixed\)|^Pause Mixed/.test(text)) return "mixed";
  if (/^Pause Young|^Minor Collection|^Young Collection/.test(text)) return "young";
  if (/^Pause Full|^Pause Degenerated|^Major Collection|^Garbage Collection|^Full Collection/.test(text))
    return "full";
  if (/^Concurrent cleanup/i.test(text)) return "concurrent";
  if (/^Pause /.test(text)) return "other";
  return undefined;
}

/** Turns decorations into seconds: uptime where there is one, else the difference of wall clocks. */
class Clock {
  private firstMs: number | undefined;

  constructor(readonly timeOf: (digits: string) => number) {}

  secondsOf(prefix: string, fallback: number): number {
    const uptime = /\[(\d+[.,]\d+)s\]/.exec(prefix);
    if (uptime) return this.timeOf(uptime[1]!);
    const milliseconds = /\[(\d+)(ms|ns)\]/.exec(prefix);
    if (milliseconds) return this.timeOf(milliseconds[1]!) / (milliseconds[2] === "ms" ? 1e3 : 1e9);
    const wall = /\[(\d{4}-\d\d-\d\dT[\d:.,]+[+-]\d\d:?\d\d)\]/.exec(prefix);
    if (!wall) return fallback;
    const at = Date.parse(wall[1]!.replace(",", ".").replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
    if (Number.isNaN(at)) return fallback;
    this.firstMs ??= at;
    return (at - this.firstMs) / 1000;
  }
}
