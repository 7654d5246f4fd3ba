import type { ByteSource } from "../../base/byteSource";
import type { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import { amountReader, type BytesOf } from "./amounts";
import { saysNmtIsOff } from "./identifyText";
import { largestRange } from "./memoryMap";
import { type ReportFigures, ReportSeries, reportSeveral } from "./severalReports";
import { linesOf } from "./textLines";

/**
 * What `jcmd PID VM.native_memory` prints (JDK 8 to 25, any `scale=`). Diff forms carry the change since the
 * baseline beside each figure. Grammar: hotspot `memReporter.cpp` of the JDK that wrote it.
 */
export interface NmtReport {
  readonly kind: "nmt";
  readonly form: "summary" | "detail" | "summary.diff" | "detail.diff";
  readonly total: NmtAmount;
  /** malloc part of the total; absent where the JDK does not print it. */
  readonly totalMallocBytes?: number;
  readonly categories: readonly NmtCategory[];
  /** Reserved ranges of detail forms, ascending. */
  readonly reservations: readonly NmtReservation[];
  /** Call sites of detail forms, largest first, capped. */
  readonly sites: readonly NmtSite[];
  /** Bytes one unit of the report stands for: figures are rounded to it. */
  readonly scaleBytes: number;
  /** Committed bytes by category, of each of several reports; absent where there is one. */
  readonly series?: readonly ReportFigures[];
}

export interface NmtAmount {
  readonly reservedBytes: number;
  readonly committedBytes: number;
  /** Change since the baseline; present in diff forms only. */
  readonly reservedChangeBytes?: number;
  readonly committedChangeBytes?: number;
}

export interface NmtCategory extends NmtAmount {
  readonly name: string;
  readonly mallocBytes: number;
  readonly mallocCount: number;
  readonly arenaBytes: number;
  readonly mmapReservedBytes: number;
  readonly mmapCommittedBytes: number;
  /** `Class`: loaded classes. */
  readonly classes?: number;
  /** `Thread`: threads and their stacks. */
  readonly threads?: number;
  readonly stackReservedBytes?: number;
  readonly stackCommittedBytes?: number;
  /** `Class`/`Metaspace`: bytes in use, both parts added. */
  readonly metaspaceUsedBytes?: number;
}

export interface NmtReservation {
  readonly start: bigint;
  readonly end: bigint;
  readonly category: string;
  /** Sum of the committed ranges inside. */
  readonly committedBytes: number;
}

export interface NmtSite {
  readonly category: string;
  readonly bytes: number;
  readonly changeBytes?: number;
  readonly count: number;
  /** Innermost frame first, without addresses. */
  readonly frames: readonly string[];
}

const mostSites = 5000;
const mostReservations = 200_000;
const categoryLine =
  /^-\s*(\S.*?) \(reserved=(\d+)([A-Z]*)(?: ([+-]\d+)[A-Z]*)?, committed=(\d+)[A-Z]*(?: ([+-]\d+)[A-Z]*)?[,)]/i;
const totalLine =
  /^Total:\s*reserved=(\d+)([A-Z]*)(?: ([+-]\d+)[A-Z]*)?,\s*committed=(\d+)[A-Z]*(?: ([+-]\d+)[A-Z]*)?/i;
const reservationLine =
  /^\[0x([0-9a-f]+) - 0x([0-9a-f]+)\] (reserved(?: and committed)?) (\d+)([A-Z]*) for (.+?)(?: from)?$/i;
const committedLine = /^\s+\[0x[0-9a-f]+ - 0x[0-9a-f]+\] committed (\d+)([A-Z]*)/i;
const siteLine =
  /^\s+\(+(?:malloc|reserved)=(\d+)([A-Z]*)(?:, committed=\d+[A-Z]*(?: [+-]\d+[A-Z]*)?)? (?:type|tag)=([^#()+]+?)(?: ([+-]\d+)([A-Z]*))?(?: #(\d+)(?: [+-]\d+)?)?\)/i;
const frameLine = /^\s*\[0x[0-9a-f]+\]\s*(\S.*|)$/i;

/**
 * Reads an NMT report.
 * @throws ExhumeError `cancelled`, `unreadable`; a text that is cut short gives what was read and a problem.
 */
export function parseNmt(source: ByteSource, problems: ProblemList, work: Work): NmtReport {
  let total: NmtAmount | undefined;
  let totalMallocBytes: number | undefined;
  let scaleBytes = 1;
  let isDiff = false;
  let isDetail = false;
  let inCategories = true;
  let isOff = false;
  let categories: MutableCategory[] = [];
  let reservations: { start: bigint; end: bigint; category: string; committedBytes: number }[] = [];
  let sites: NmtSite[] = [];
  let frames: string[] = [];
  let reports = 0;
  const series = new ReportSeries();
  let coarsest = 1;
  const bytesOf = amountReader(problems);

  for (const line of linesOf(source, problems, work)) {
    isOff ||= saysNmtIsOff(line);
    const totals = totalLine.exec(line);
    if (totals) {
      if (++reports > 1) {
        series.add(committedIn(categories));
        [isDiff, isDetail, inCategories] = [false, false, true];
        [categories, reservations, sites, frames] = [[], [], [], []];
        totalMallocBytes = undefined;
      }
      scaleBytes = bytesOf("1", totals[2]);
      coarsest = scaleBytes;
      isDiff ||= totals[3] !== undefined || totals[5] !== undefined;
      total = amountOf([totals[1]!, totals[3], totals[4]!, totals[5]], totals[2], bytesOf);
      continue;
    }
    const opened = categoryLine.exec(line);
    if (opened) {
      coarsest = Math.max(coarsest, bytesOf("1", opened[3]));
      isDiff ||= opened[4] !== undefined || opened[6] !== undefined;
      categories.push({
        name: opened[1]!,
        ...amountOf([opened[2]!, opened[4], opened[5]!, opened[6]], opened[3], bytesOf),
        mallocBytes: 0,
        mallocCount: 0,
        arenaBytes: 0,
        mmapReservedBytes: 0,
        mmapCommittedBytes: 0,
      });
      continue;
    }
    const reserved = reservationLine.exec(line);
    if (reserved) {
      isDetail = true;
      frames = [];
      const start = BigInt(`0x${reserved[1]}`);
      const end = BigInt(`0x${reserved[2]}`);
      if (end <= start || end - start > largestRange)
        problems.add({
          code: "bad-mapping",
          message: `A reserved range ends before it starts or is larger than any process: ${start.toString(16)}-${end.toString(16)}.`,
          losesData: true,
        });
      else if (reservations.length < mostReservations)
        reservations.push({
          start,
          end,
          category: reserved[6]!,
          committedBytes: reserved[3]!.includes("committed") ? bytesOf(reserved[4]!, reserved[5]) : 0,
        });
      continue;
    }
    const committed = committedLine.exec(line);
    if (committed) {
      const last = reservations.at(-1);
      if (last) {
        const size = Number(last.end - last.start);
        if (last.committedBytes < size)
          last.committedBytes = Math.min(size, last.committedBytes + bytesOf(committed[1]!, committed[2]));
      }
      continue;
    }
    const site = siteLine.exec(line);
    if (site && frames.length > 0) {
      isDetail = true;
      isDiff ||= site[4] !== undefined;
      if (sites.length < mostSites * 2)
        sites.push({
          category: site[3]!,
          bytes: bytesOf(site[1]!, site[2]),
          ...(site[4] === undefined ? {} : { changeBytes: bytesOf(site[4], site[5]) }),
          count: bytesOf(site[6] ?? "0"),
          frames,
        });
      frames = [];
      continue;
    }
    const frame = frameLine.exec(line);
    if (frame) {
      if (frames.length < 64) frames.push(frame[1]!.replace(/\+0x[0-9a-f]+/i, ""));
      continue;
    }
    if (line.trim() === "") {
      frames = [];
      continue;
    }
    // A call site that no frame line precedes is not a part of the category listed last.
    if (/^(?:Details|Virtual memory map):/.test(line)) inCategories = false;
    const category = categories.at(-1);
    if (category && inCategories) readDetail(category, line, bytesOf);
    else if (category) continue;
    else {
      const malloc = /^\s*malloc: (\d+)([A-Z]*)/i.exec(line);
      if (malloc) totalMallocBytes = bytesOf(malloc[1]!, malloc[2]);
    }
  }
  if (isOff && total === undefined)
    problems.add({
      code: "nmt-off",
      message:
        "The JVM ran without native memory tracking, so it counted nothing. Start it with -XX:NativeMemoryTracking=summary (5-10 % more native memory) and ask again.",
      losesData: true,
    });
  else if (total === undefined)
    problems.add({
      code: "nmt-no-total",
      message: "The report has no Total line: it was cut short.",
      losesData: true,
    });
  series.add(committedIn(categories));
  if (reports > 1) reportSeveral(reports, problems);
  const listed = sumOf(categories, (category) => category.committedBytes);
  // Each figure is rounded to the scale of its line.
  if (total !== undefined && listed < total.committedBytes - (categories.length + 1) * coarsest)
    problems.add({
      code: "cut-short",
      message: `The categories add up to ${listed} of ${total.committedBytes} committed bytes: the report was cut short, or lines of it are damaged.`,
      losesData: true,
    });
  if (total !== undefined && !isDiff && listed > total.committedBytes + (categories.length + 1) * coarsest)
    problems.add({
      code: "more-than-total",
      message: `The categories add up to ${listed} committed bytes, the total says ${total.committedBytes}: lines of the report are damaged.`,
      losesData: true,
    });
  sites.sort((a, b) => Math.abs(b.changeBytes ?? b.bytes) - Math.abs(a.changeBytes ?? a.bytes));
  return {
    kind: "nmt",
    form: `${isDetail ? "detail" : "summary"}${isDiff ? ".diff" : ""}` as NmtReport["form"],
    total: total ?? {
      reservedBytes: sumOf(categories, (category) => category.reservedBytes),
      committedBytes: sumOf(categories, (category) => category.committedBytes),
    },
    ...(totalMallocBytes === undefined ? {} : { totalMallocBytes }),
    categories,
    reservations: reservations.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0)),
    sites: sites.slice(0, mostSites),
    scaleBytes,
    ...series.toFields(),
  };
}

function committedIn(categories: readonly NmtCategory[]): ReportFigures {
  return Object.fromEntries(categories.map(({ name, committedBytes }) => [name, committedBytes]));
}

/** The category of that name, whatever the JDK calls it in upper or lower case; undefined when it has none. */
export function nmtCategoryOrUndefined(report: NmtReport, name: string): NmtCategory | undefined {
  return report.categories.find((category) => category.name.toLowerCase() === name.toLowerCase());
}

type MutableCategory = { -readonly [Key in keyof NmtCategory]: NmtCategory[Key] };

/** Reserved, its change, committed, its change; all in the unit of the first. */
function amountOf(
  [reserved, reservedChange, committed, committedChange]: readonly [
    string,
    string | undefined,
    string,
    string | undefined,
  ],
  unit: string | undefined,
  bytesOf: BytesOf,
): NmtAmount {
  return {
    reservedBytes: bytesOf(reserved, unit),
    committedBytes: bytesOf(committed, unit),
    ...(reservedChange === undefined ? {} : { reservedChangeBytes: bytesOf(reservedChange, unit) }),
    ...(committedChange === undefined ? {} : { committedChangeBytes: bytesOf(committedChange, unit) }),
  };
}

function readDetail(category: MutableCategory, line: string, bytesOf: BytesOf): void {
  const malloc =
    /\(malloc=(\d+)([A-Z]*)(?:[ ,]+(?:type|tag)=[^#()]*?)?(?: [+-]\d+[A-Z]*)?(?:,? #(\d+))?/i.exec(line);
  if (malloc) {
    category.mallocBytes = bytesOf(malloc[1]!, malloc[2]);
    category.mallocCount = bytesOf(malloc[3] ?? "0");
    return;
  }
  const arena = /\(arena=(\d+)([A-Z]*)/i.exec(line);
  if (arena) {
    category.arenaBytes = bytesOf(arena[1]!, arena[2]);
    return;
  }
  const mapped = /\((mmap|stack): reserved=(\d+)([A-Z]*)(?: [+-]\d+[A-Z]*)?, committed=(\d+)([A-Z]*)/i.exec(
    line,
  );
  if (mapped) {
    const reserved = bytesOf(mapped[2]!, mapped[3]);
    const committed = bytesOf(mapped[4]!, mapped[5]);
    if (mapped[1] === "stack") {
      category.stackReservedBytes = reserved;
      category.stackCommittedBytes = committed;
    } else {
      category.mmapReservedBytes = reserved;
      category.mmapCommittedBytes = committed;
    }
    return;
  }
  const used = /^\s*\(\s+used=(\d+)([A-Z]*)/i.exec(line);
  if (used) {
    category.metaspaceUsedBytes = (category.metaspaceUsedBytes ?? 0) + bytesOf(used[1]!, used[2]);
    return;
  }
  const classes = /\(classes #(\d+)/.exec(line);
  if (classes) category.classes = bytesOf(classes[1]!);
  const threads = /\(threads? #(\d+)/.exec(line);
  if (threads) category.threads = bytesOf(threads[1]!);
}

function sumOf<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}
