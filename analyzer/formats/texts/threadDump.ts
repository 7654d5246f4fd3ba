import type { ByteSource } from "../../base/byteSource";
import type { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import { reportSeveral } from "./severalReports";
import { type StackGroup, StackGrouping, type StackMember } from "./stackGroups";
import { linesOf } from "./textLines";

/** A Java thread dump: `jstack`, `jcmd Thread.print`, SIGQUIT in a log, or `jcmd Thread.dump_to_file`. */
export interface ThreadDump {
  readonly kind: "threadDump";
  readonly jvm?: string;
  readonly threads: number;
  /** Threads with Java frames or state; the rest are the JVM's own. */
  readonly javaThreads: number;
  readonly groups: readonly StackGroup[];
  readonly deadlocks: number;
  /** How many dumps the file holds one after another; figures are of the last. */
  readonly dumps: number;
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
    grouping = new StackGrouping();
    javaThreads = 0;
    deadlocks = 0;
    inDeadlock = false;
    isEnded = false;
    ids.clear();
    dumps++;
  };
  for (const line of linesOf(source, problems, work)) {
    const banner = /Full thread dump (.*?)(?: \(([^)]*)\))?:/.exec(line);
    if (banner) {
      begin();
      jvm = banner[2] === undefined ? banner[1]! : `${banner[1]} ${banner[2]}`;
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
    const frame = /^\s+(?:at )?((?:[\w$.@/+-]+\/)?[\w$.<>/]+\.[\w$<>]+\([^)]*\))\s*$/.exec(line);
    if (frame && current.frames.length < mostFrames) {
      current.java = true;
      current.frames.push(withoutModule(frame[1]!));
    } else if (/^\S/.test(line) && line.trim() !== "") finish();
  }
  finish();
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
  };
}

function threadHeader(
  line: string,
): { name: string; state: string; frames: string[]; java: boolean } | undefined {
  const classic = /^"(.*)" (?:#\d+ |\[\d+\] |daemon |virtual |prio=|os_prio=|nid=|tid=|cpu=)/.exec(line);
  if (classic) {
    const state = /nid=\S+ ([^[]*?)\s*(?:\[0x[0-9a-f]+\])?\s*$/.exec(line);
    return { name: classic[1]!, state: state?.[1] ?? "", frames: [], java: false };
  }
  const toFile = /^#\d+ "(.*)"( virtual)?(?: ([A-Z_]+))?(?: \d{4}-\S+)?\s*$/.exec(line);
  if (toFile)
    return { name: toFile[1]!, state: toFile[3] ?? (toFile[2] ? "virtual" : ""), frames: [], java: true };
  return undefined;
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
