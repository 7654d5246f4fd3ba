import type { ByteSource } from "../../base/byteSource";
import type { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import { type StackGroup, StackGrouping } from "./stackGroups";
import { linesOf } from "./textLines";

/** A Go goroutine dump: `/debug/pprof/goroutine?debug=2`, a SIGQUIT or panic trace, or `debug=1` (already counted). */
export interface GoroutineDump {
  readonly kind: "goroutines";
  readonly goroutines: number;
  readonly groups: readonly StackGroup[];
}

const mostFrames = 1024;
const header = /^goroutine (\d+)(?: gp=\S+)?(?: m=[^[]*)? ?\[([^\]]*)\](?: \{[^}]*\})?:/;

/** @throws ExhumeError `cancelled`, `unreadable` */
export function parseGoroutines(source: ByteSource, problems: ProblemList, work: Work): GoroutineDump {
  const grouping = new StackGrouping();
  let current: Goroutine | undefined;
  const finish = () => {
    if (current) for (let copy = 0; copy < current.count; copy++) grouping.add(current);
    current = undefined;
  };
  for (const line of linesOf(source, problems, work)) {
    const opened = header.exec(line);
    if (opened) {
      finish();
      const [state, ...rest] = opened[2]!.split(", ");
      const minutes = rest.map((part) => /^(\d+) minutes/.exec(part)?.[1]).find((part) => part !== undefined);
      current = { name: `goroutine ${opened[1]}`, state: state!, frames: [], count: 1 };
      if (minutes !== undefined) current.waitMinutes = Number(minutes);
      continue;
    }
    const counted = /^(\d+) @((?: 0x[0-9a-f]+)+)$/.exec(line);
    if (counted) {
      finish();
      // The count is foreign: more than a process can hold would only burn time.
      current = { name: "goroutine", state: "", frames: [], count: Math.min(Number(counted[1]), 5_000_000) };
      continue;
    }
    if (!current) continue;
    const profiled = /^#\s+0x[0-9a-f]+\s+(\S+?)(?:\+0x[0-9a-f]+)?\s+(\S+:\d+)$/.exec(line);
    const created = /^created by (\S+?)(?: in goroutine \d+)?$/.exec(line);
    const place = /^\t(\S.*?:\d+)(?: \+0x[0-9a-f]+)?(?: fp=.*)?$/.exec(line);
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
  finish();
  if (grouping.total === 0)
    problems.add({
      code: "no-goroutines",
      message: "The dump lists no goroutines: it was cut short.",
      losesData: true,
    });
  return { kind: "goroutines", goroutines: grouping.total, groups: grouping.toArray() };
}

interface Goroutine {
  name: string;
  state: string;
  frames: string[];
  count: number;
  createdBy?: string;
  waitMinutes?: number;
}

function pushFrame(goroutine: Goroutine, frame: string): void {
  if (goroutine.frames.length < mostFrames) goroutine.frames.push(frame);
}

function fileOf(place: string): string {
  return place.replace(/^.*\//, "");
}
