import { readFileSync } from "node:fs";
import type { CoreBacktrace } from "../../analyzer/protocol/core/stacks";

/** Virtual threads by their ids: what each is called, and its stack, `Main.run(Main.java:12)`. */
export type VirtualStacks = ReadonlyMap<
  number,
  { readonly name: string; readonly frames: readonly string[] }
>;

interface ThreadDump {
  readonly threadDump: {
    readonly threadContainers: readonly {
      readonly threads: readonly {
        readonly tid: string;
        readonly name: string;
        readonly stack: readonly string[];
      }[];
    }[];
  };
}

/** Methods the JDK marks as hidden, which its own thread dumps leave out; classes of lambdas are hidden ones. */
const hidden =
  /^jdk\.internal\.vm\.Continuation\.(yield0?|enter0?|enterSpecial)\(|^java\.lang\.VirtualThread\.yieldContinuation\(|^java\.lang\.VirtualThread\$VThreadContinuation(\$1)?\.|^java\.lang\.Thread\.runWith\(|\$\$Lambda/;

/** Of `jcmd Thread.dump_to_file -format=json`. @param ids of threads that are virtual: dumps of JDK 21 do not tell them apart */
export function dumpedVirtualStacks(file: string, ids: ReadonlySet<number>): VirtualStacks {
  const { threadDump } = JSON.parse(readFileSync(file, "utf8")) as ThreadDump;
  const threads = threadDump.threadContainers.flatMap((container) => container.threads);
  return new Map(
    threads
      .filter(({ tid, name }) => ids.has(Number(tid)) || name === "")
      .map(({ tid, name, stack }) => [
        Number(tid),
        // Without the module before the class.
        { name, frames: stack.map((frame) => frame.replace(/^[\w.]+(@[\w.]+)?\//, "")).filter(isShown) },
      ]),
  );
}

/** Of a core's answers. */
export function virtualStacksOf(stacks: readonly CoreBacktrace[]): VirtualStacks {
  return new Map(
    stacks.map(({ name: title = "", frames }) => {
      const [, id, name = ""] = /^virtual thread (\d+)(?: "(.*)")?$/.exec(title) ?? [];
      const shown = frames
        .filter(({ language }) => language === "Java")
        .map(({ function: method, file, line, how }) => {
          const place =
            line !== undefined
              ? `${file}:${line}`
              : how === "native"
                ? "Native Method"
                : (file ?? "Unknown Source");
          return `${method}(${place})`;
        })
        .filter(isShown);
      return [Number(id), { name, frames: shown }] as const;
    }),
  );
}

function isShown(frame: string): boolean {
  return !hidden.test(frame);
}
