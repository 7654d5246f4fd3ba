import type { ByteSource } from "../../base/byteSource";
import type { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import { amountReader } from "./amounts";
import { type ReportFigures, ReportSeries, reportSeveral } from "./severalReports";
import { linesOf } from "./textLines";

/** `/proc/PID/status`, see proc(5); figures a kernel does not print are absent. */
export interface ProcStatus {
  readonly kind: "procStatus";
  readonly name: string;
  readonly pid?: number;
  readonly threads?: number;
  readonly rssBytes?: number;
  readonly peakRssBytes?: number;
  readonly rssAnonymousBytes?: number;
  readonly rssFileBytes?: number;
  readonly rssSharedBytes?: number;
  readonly swapBytes?: number;
  readonly virtualBytes?: number;
  readonly pageTableBytes?: number;
  /** Resident bytes, peak, anonymous, swapped… of each of several reports; absent where there is one. */
  readonly series?: readonly ReportFigures[];
}

const sizes = {
  VmRSS: "rssBytes",
  VmHWM: "peakRssBytes",
  RssAnon: "rssAnonymousBytes",
  RssFile: "rssFileBytes",
  RssShmem: "rssSharedBytes",
  VmSwap: "swapBytes",
  VmSize: "virtualBytes",
  VmPTE: "pageTableBytes",
} as const;

const isNumber = (text: string) => /^\d+$/.test(text);

/** @throws ExhumeError `cancelled`, `unreadable` */
export function parseProcStatus(source: ByteSource, problems: ProblemList, work: Work): ProcStatus {
  const bytesOf = amountReader(problems);
  let reports = 0;
  const series = new ReportSeries();
  let status: { -readonly [Key in keyof ProcStatus]: ProcStatus[Key] } = { kind: "procStatus", name: "" };
  for (const line of linesOf(source, problems, work)) {
    const field = /^(\w+):\s*(\S.*|)$/.exec(line);
    if (!field) continue;
    const [, key, value] = field;
    if (key === "Name") {
      if (++reports > 1) {
        series.add(figuresIn(status));
        status = { kind: "procStatus", name: "" };
      }
      status.name = value!;
    } else if (key === "Pid" && isNumber(value!)) status.pid = bytesOf(value!);
    else if (key === "Threads" && isNumber(value!)) status.threads = bytesOf(value!);
    else if (Object.hasOwn(sizes, key!)) {
      const kilobytes = /^(\d+) kB/.exec(value!);
      if (kilobytes) status[sizes[key as keyof typeof sizes]] = bytesOf(kilobytes[1]!, "kB");
    }
  }
  series.add(figuresIn(status));
  if (reports > 1) reportSeveral(reports, problems);
  if (status.rssBytes === undefined)
    problems.add({
      code: "no-rss",
      message: "The status has no VmRSS line (a kernel thread, or cut short).",
      losesData: true,
    });
  return { ...status, ...series.toFields() };
}

function figuresIn(status: ProcStatus): ReportFigures {
  const figures: Record<string, number> = {};
  for (const key of [...Object.values(sizes), "threads"] as const) {
    const value = status[key];
    if (value !== undefined) figures[key] = value;
  }
  return figures;
}
