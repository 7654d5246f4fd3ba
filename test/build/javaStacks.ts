import { readFileSync } from "node:fs";
import type { CoreContext } from "../../analyzer/session/core/coreContext";
import { backtraceOf } from "../../analyzer/session/core/frames";

/** Judges of Java's stacks in a core: what the JVM printed of the same moment, and the text of the program itself. */

export interface JudgedFrame {
  /** `Stacks.sleepLong` */
  readonly method: string;
  readonly line?: number;
  /** `locked 0xfd56f8c8 java.lang.Object` */
  readonly locks: readonly string[];
}

export interface JudgedThread {
  readonly name: string;
  readonly frames: readonly JudgedFrame[];
  /** `WAITING (parking)` */
  readonly state: string;
}

/** Threads of `jcmd Thread.print`, by name; those without Java frames are left out. */
export function printedThreads(text: string): Map<string, JudgedThread> {
  const threads = new Map<string, JudgedThread>();
  const beforeDeadlocks = text.split(/^Found (?:one|\d+) Java-level deadlock/m)[0]!;
  for (const part of beforeDeadlocks.split(/^(?=")/m)) {
    const name = /^"(.*?)" /.exec(part)?.[1];
    if (name === undefined) continue;
    const frames: JudgedFrame[] = [];
    for (const line of part.split("\n")) {
      const frame = /^\tat (?:(?:app|platform)\/\/)?(?:[\w.]+@[^/]+\/)?(.+\.[^.(]+)\((.*)\)/.exec(line);
      const lock = /^\t- (.*)$/.exec(line);
      if (frame !== null) frames.push(frameOf(frame[1]!, frame[2]!));
      else if (lock !== null && frames.length > 0) {
        const own = printedLock(lock[1]!);
        const last = frames.at(-1)!;
        if (own !== undefined) frames[frames.length - 1] = { ...last, locks: [...last.locks, own] };
      } else if (/^\s*$/.test(line) && frames.length > 0) break;
    }
    const state = /java\.lang\.Thread\.State: (.*)/.exec(part)?.[1] ?? "";
    if (frames.length > 0) threads.set(name, { name, frames, state });
  }
  return threads;
}

function frameOf(method: string, place: string): JudgedFrame {
  const line = /:(\d+)$/.exec(place)?.[1];
  return { method, locks: [], ...(line === undefined ? {} : { line: Number(line) }) };
}

/** `parking to wait for  <0x00000000fd56fbd8> (a java.lang.String)` */
function printedLock(text: string): string | undefined {
  const match = /^(.*?)\s+<0x0*([0-9a-f]+)> \(an? (.*)\)$/.exec(text);
  if (match === null) return undefined;
  // JDK 9 to 16 call what `wait()` has given up and will take again by what comes next.
  const what = match[1] === "waiting to re-lock in wait()" ? "locked" : match[1];
  return `${what} 0x${match[2]} ${match[3]}`;
}

/** `locked a java.lang.Object (0xfd56f8c8)` */
function shownLock(text: string): string {
  const match = /^(.*?) a (.*) \((0x[0-9a-f]+)\)$/.exec(text)!;
  return `${match[1]} ${match[3]} ${match[2]}`;
}

/** Java's frames of a core by the threads' names. */
export function javaStacksOf(context: CoreContext): Map<string, JudgedFrame[]> {
  const found = new Map<string, JudgedFrame[]>();
  for (const thread of context.image.threads) {
    const { name, frames } = backtraceOf(context, thread);
    const java = frames.filter(({ language }) => language === "Java");
    if (name === undefined || java.length === 0) continue;
    found.set(
      name,
      java.map(({ function: method, line, locks = [] }) => ({
        method: method!,
        locks: locks.map(shownLock),
        ...(line === undefined ? {} : { line }),
      })),
    );
  }
  return found;
}

/** Names of hidden classes end in an address that two printings write apart, in JDK 8 in a hash. */
function plain({ method, line, locks }: JudgedFrame): string {
  return [`${method.replace(/[+/.]0x[0-9a-f]+|\/\d+/, "")}:${line ?? ""}`, ...locks].join(" - ");
}

/** With objects numbered as they appear: collectors move them between two looks. */
export function plainStack(frames: readonly JudgedFrame[]): string[] {
  const numbers = new Map<string, number>();
  return frames.map((frame) =>
    plain(frame).replaceAll(/ 0x[0-9a-f]+ /g, (address) => {
      if (!numbers.has(address)) numbers.set(address, numbers.size + 1);
      return ` #${numbers.get(address)} `;
    }),
  );
}

/**
 * Frames that cannot be by the program's own text: the line of a caller does not name what it called.
 * @returns one sentence for each
 */
export function impossibleFrames(
  stacks: ReadonlyMap<string, readonly JudgedFrame[]>,
  className: string,
  sourcePath: string,
): string[] {
  const lines = readFileSync(sourcePath, "utf8").split("\n");
  const own = (frame: JudgedFrame) =>
    frame.method.startsWith(`${className}.`) || frame.method.startsWith(`${className}$`);
  const wrong: string[] = [];
  for (const [name, frames] of stacks) {
    // What a thread does for ever is below the method that started it.
    const first = frames[0]?.method ?? "";
    if (name.startsWith("busy") && !frames.some(({ method }) => method.startsWith(`${className}.`)))
      wrong.push(`"${name}" ends in ${first}: frames are missing`);
    for (let index = 1; index < frames.length; index++) {
      const caller = frames[index]!;
      const callee = frames[index - 1]!;
      if (!own(caller) || caller.method.includes("$$Lambda")) continue;
      const text = caller.line === undefined ? undefined : lines[caller.line - 1];
      const called = callee.method.slice(callee.method.lastIndexOf(".") + 1);
      if (text === undefined) wrong.push(`"${name}": ${caller.method} has no line`);
      else if (own(callee) && !callee.method.includes("lambda$") && !text.includes(`${called}(`))
        wrong.push(
          `"${name}": line ${caller.line} of ${caller.method} does not call ${called}: ${text.trim()}`,
        );
    }
  }
  return wrong;
}
