import type { ByteSource } from "../../base/byteSource";
import type { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import { amountReader } from "./amounts";
import { type ReportFigures, ReportSeries, reportSeveral } from "./severalReports";
import { type PrintedStackGroup, StackGrouping } from "./stackGroups";
import { linesOf } from "./textLines";

/** A Go goroutine dump: `/debug/pprof/goroutine?debug=2`, a SIGQUIT or panic trace, or `debug=1` (already counted). */
export interface GoroutineDump {
  readonly kind: "goroutines";
  readonly goroutines: number;
  readonly groups: readonly PrintedStackGroup[];
  /** Goroutines by state, of each of several dumps; absent where there is one. */
  readonly series?: readonly ReportFigures[];
}

const mostFrames = 1024;
const mostGoroutines = 5_000_000;
const header = /^goroutine (\d+)(?: gp=[^\s[]+)?(?: m=[^[]*)? ?\[([^\]]*)\](?: \{[^}]*\})?:/;

/** @throws ExhumeError `cancelled`, `unreadable` */
export function parseGoroutines(source: ByteSource, problems: ProblemList, work: Work): GoroutineDump {
  let grouping = new StackGrouping();
  let dumps = 1;
  let announced: number | undefined;
  const ids = new Set<string>();
  const series = new ReportSeries();
  /** A new dump: what was before is forgotten. */
  const begin = () => {
    current = undefined;
    series.add(grouping.states());
    grouping = new StackGrouping();
    ids.clear();
    dumps++;
  };
  const countOf = amountReader(problems);
  let current: Goroutine | undefined;
  const finish = () => {
    if (current) for (let copy = 0; copy < current.count; copy++) grouping.add(current);
    current = undefined;
  };
  for (const line of linesOf(source, problems, work)) {
    const opened = header.exec(line);
    const total = /^goroutine profile: total (\d+)/.exec(line);
    if (total) {
      finish();
      if (announced !== undefined) begin();
      announced = countOf(total[1]!);
      continue;
    }
    if (opened) {
      finish();
      if (ids.has(opened[1]!)) begin();
      ids.add(opened[1]!);
      const [state, ...rest] = opened[2]!.split(", ");
      const minutes = rest.map((part) => /^(\d+) minutes/.exec(part)?.[1]).find((part) => part !== undefined);
      current = { name: `goroutine ${opened[1]}`, state: state!, frames: [], count: 1 };
      if (minutes !== undefined) current.waitMinutes = countOf(minutes);
      continue;
    }
    const counted = /^(\d+) @((?: 0x[0-9a-f]+)+)$/.exec(line);
    if (counted) {
      finish();
      // The count is foreign: more than a process can hold would only burn time.
      current = {
        name: "goroutine",
        state: "",
        frames: [],
        count: Math.min(countOf(counted[1]!), mostGoroutines),
      };
      continue;
    }
    if (!current) continue;
    const profiled = /^#\s+0x[0-9a-f]+\s+(\S+?)(?:\+0x[0-9a-f]+)?\s+(\S+:\d+)$/.exec(line);
    const created = /^created by (\S+?)(?: in goroutine \d+)?$/.exec(line);
    const place = /^\t(\S.*?:\d+)(?: \+0x[0-9a-f]+)?(?: fp=|$)/.exec(line);
    if (line.trim() === "") finish();
    else if (profiled) pushFrame(current, `${profiled[1]}(${fileOf(profiled[2]!)})`);
    else if (created) current.createdBy = created[1]!;
    else if (place) {
      const last = current.frames.length - 1;
      if (last >= 0 && current.createdBy === undefined && !current.frames[last]!.endsWith(")"))
        current.frames[last] += `(${fileOf(place[1]!)})`;
    } else
      pushFrame(
        current,
        line.trim().replace(/\((?:0x[0-9a-f]|\.\.\.|\{|_|\)|[-\d])[^()]*\)?$|\([^()]*\)$/, ""),
      );
  }
  // Of the last goroutine of a dump that was cut, a frame lacks the place that follows it.
  const last = current as Goroutine | undefined;
  const isCut = announced === undefined && last !== undefined && isFrameWithoutPlace(last.frames.at(-1));
  finish();
  series.add(grouping.states());
  if (dumps > 1) reportSeveral(dumps, problems);
  if (grouping.total > 0 && (isCut || (announced ?? 0) > grouping.total))
    problems.add({
      code: "cut-short",
      message: isCut
        ? "The last goroutine has a frame without its place: the dump was cut short."
        : `The dump lists ${grouping.total} of ${announced} goroutines: it was cut short.`,
      losesData: true,
    });
  if (grouping.total === 0)
    problems.add({
      code: "no-goroutines",
      message: "The dump lists no goroutines: it was cut short.",
      losesData: true,
    });
  return { kind: "goroutines", goroutines: grouping.total, groups: grouping.toArray(), ...series.toFields() };
}

interface Goroutine {
  name: string;
  state: string;
  frames: string[];
  count: number;
  createdBy?: string;
  waitMinutes?: number;
}

/** Go says in words where it leaves frames out. */
function isFrameWithoutPlace(frame: string | undefined): boolean {
  return frame !== undefined && !frame.endsWith(")") && !/unavailable|elided/.test(frame);
}

function pushFrame(goroutine: Goroutine, frame: string): void {
  if (goroutine.frames.length < mostFrames) goroutine.frames.push(frame);
}

function fileOf(place: string): string {
  return place.replace(/^.*\//, "");
}
