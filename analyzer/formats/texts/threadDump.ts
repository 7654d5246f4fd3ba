import type { ByteSource } from "../../base/byteSource";
import type { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import { type ReportFigures, ReportSeries, reportSeveral } from "./severalReports";
import { type PrintedStackGroup, StackGrouping, type StackMember } from "./stackGroups";
import { linesOf } from "./textLines";

/** A Java thread dump: `jstack`, `jcmd Thread.print`, SIGQUIT in a log, or `jcmd Thread.dump_to_file`. */
export interface ThreadDump {
  readonly kind: "threadDump";
  readonly jvm?: string;
  readonly threads: number;
  /** Threads with Java frames or state; the rest are the JVM's own. */
  readonly javaThreads: number;
  readonly groups: readonly PrintedStackGroup[];
  readonly deadlocks: number;
  /** How many dumps the file holds one after another; figures are of the last. */
  readonly dumps: number;
  /** Java threads by state, of each of the dumps; absent where there is one. */
  readonly series?: readonly ReportFigures[];
}

const mostFrames = 1024;

/** @throws ExhumeError `cancelled`, `unreadable` */
export function parseThreadDump(source: ByteSource, problems: ProblemList, work: Work): ThreadDump {
  let grouping = new StackGrouping();
  let jvm: string | undefined;
  let javaThreads = 0;
  let deadlocks = 0;
  let dumps = 0;
  let inDeadlock = false;
  let isEnded = false;
  let isToFile = false;
  const series = new ReportSeries();
  const ids = new Set<string>();
  let current: { name: string; state: string; frames: string[]; java: boolean } | undefined;
  const finish = () => {
    if (!current) return;
    if (current.java) javaThreads++;
    grouping.add(current satisfies StackMember);
    current = undefined;
  };
  /** A new dump: what was before is forgotten. */
  const begin = () => {
    finish();
    if (grouping.total > 0) series.add(grouping.states());
    grouping = new StackGrouping();
    javaThreads = 0;
    deadlocks = 0;
    inDeadlock = false;
    isEnded = false;
    ids.clear();
    dumps++;
  };
  for (const line of linesOf(source, problems, work)) {
    const banner = jvmOfBanner(line);
    if (banner !== undefined) {
      begin();
      jvm = banner;
      continue;
    }
    if (/^Found (one|\d+) Java-level deadlock/.test(line)) {
      finish();
      deadlocks++;
      inDeadlock = true;
      continue;
    }
    if (inDeadlock) {
      // The section repeats stacks of threads already listed.
      if (/^Found (\d+) deadlock/.test(line)) inDeadlock = false;
      continue;
    }
    isEnded ||= /^JNI global ref/.test(line);
    const header = threadHeader(line);
    if (header) {
      finish();
      const id = /^#\d+(?= ")/.exec(line)?.[0];
      isToFile ||= id !== undefined;
      if (id !== undefined) {
        if (ids.size === 0 && dumps === 0) dumps = 1;
        if (ids.has(id)) begin();
        ids.add(id);
      }
      current = header;
      continue;
    }
    if (!current) continue;
    const state = /^\s+java\.lang\.Thread\.State: (\S+)/.exec(line);
    if (state) {
      current.state = state[1]!;
      current.java = true;
      continue;
    }
    const frame = frameIn(line);
    if (frame !== undefined && current.frames.length < mostFrames) {
      current.java = true;
      current.frames.push(withoutModule(frame));
    } else if (/^\S/.test(line) && line.trim() !== "") finish();
  }
  finish();
  series.add(grouping.states());
  if (dumps > 1) reportSeveral(dumps, problems);
  if (grouping.total > 0 && !isEnded && !isToFile)
    problems.add({
      code: "perhaps-cut-short",
      message:
        "The dump lacks its last line, which counts JNI global references: it may have been cut short, and threads be missing.",
      losesData: false,
    });
  if (grouping.total === 0)
    problems.add({
      code: "no-threads",
      message: "The thread dump lists no threads: it was cut short.",
      losesData: true,
    });
  return {
    kind: "threadDump",
    ...(jvm === undefined ? {} : { jvm }),
    threads: grouping.total,
    javaThreads,
    groups: grouping.toArray(),
    deadlocks,
    dumps: Math.max(1, dumps),
    ...series.toFields(),
  };
}

function threadHeader(
  line: string,
): { name: string; state: string; frames: string[]; java: boolean } | undefined {
  const classic = /^"(.*)" (?:#\d+ |\[\d+\] |daemon |virtual |prio=|os_prio=|nid=|tid=|cpu=)/.exec(line);
  if (classic) {
    return { name: classic[1]!, state: stateIn(line), frames: [], java: false };
  }
  const toFile = /^#\d+ "(.*)"( virtual)?(?: ([A-Z_]+))?(?: \d{4}-\S+)?\s*$/.exec(line);
  if (toFile)
    return { name: toFile[1]!, state: toFile[3] ?? (toFile[2] ? "virtual" : ""), frames: [], java: true };
  return undefined;
}

/** `Full thread dump OpenJDK 64-Bit Server VM (17.0.1+12 mixed mode):`: the JVM and its version. */
function jvmOfBanner(line: string): string | undefined {
  const words = "Full thread dump ";
  const start = line.indexOf(words);
  const rest = line.slice(start + words.length);
  const colon = rest.indexOf(":");
  if (start < 0 || colon < 0) return undefined;
  const open = rest.indexOf(" (");
  const close = rest.indexOf("):", open);
  if (open < 0 || close < 0 || colon < open) return rest.slice(0, colon);
  return `${rest.slice(0, open)} ${rest.slice(open + 2, close)}`;
}

/** `nid=0x1a03 waiting on condition  [0x00007f…]`: the words between the number and the address. */
function stateIn(line: string): string {
  const number = line.lastIndexOf(" nid=");
  const space = line.indexOf(" ", number + 1);
  if (number < 0 || space < 0) return "";
  const bracket = line.indexOf("[", space);
  return line.slice(space, bracket < 0 ? undefined : bracket).trim();
}

/** `  at java.base@17/java.lang.Thread.run(Thread.java:1)`, with and without `at`. */
function frameIn(line: string): string | undefined {
  const text = line.trim();
  if (line.startsWith(text) || !text.endsWith(")")) return undefined;
  const frame = text.startsWith("at ") ? text.slice(3) : text;
  const open = frame.indexOf("(");
  if (open < 0 || frame.indexOf(")") !== frame.length - 1) return undefined;
  return /^(?:[\w$.@+<>-]*\/)*[\w$.<>]*\.[\w$<>]+$/.test(frame.slice(0, open)) ? frame : undefined;
}

/** `at java.lang.Thread.run(java.base@17/Thread.java:1)` and `java.base/java.lang…`: modules differ by tool. */
function withoutModule(frame: string): string {
  const open = frame.indexOf("(");
  const method = frame
    .slice(0, open)
    .replace(/\/0x[0-9a-f]+/g, "")
    .replace(/^.*\//, "");
  return `${method}(${frame.slice(open + 1).replace(/^[\w.]+(?:@[\w.+-]+)?\//, "")}`;
}
