import { dump } from "../dump/open";
import { request } from "../request";
import { amount, flag, integer, list, optional, page } from "../shapes";
import type { Page } from "../wire";
import type { CoreSignal, HexAddress } from "./process";

export interface CoreFrame {
  /** Number among the physical frames; inlined ones share that of the function that holds them. */
  readonly index: number;
  /** For callers the return address. */
  readonly pc: HexAddress;
  readonly function?: string;
  /** As the compiler recorded it. */
  readonly file?: string;
  /** MD5 of that file's text when it was compiled, where debug information has it. */
  readonly md5?: string;
  /** When the local file of the module was last written, in milliseconds since 1970. */
  readonly binaryModifiedMs?: number;
  readonly line?: number;
  readonly column?: number;
  /** Which of the functions at that place, innermost 0; frames of a runtime are counted by themselves. */
  readonly inline: number;
  readonly inlined: boolean;
  /** Path of the module as the process had it. */
  readonly module?: string;
  /** Found by the frame pointer, not by unwind information: may be wrong. */
  readonly guessed: boolean;
  /** Found by a return address that was looked for on the stack: may be wrong. */
  readonly scanned?: true;
  /** Of a module whose file is another one than what ran, which the user allowed: may be wrong. */
  readonly mismatched?: true;
  /** Number of a frame below that was guessed or scanned, or whose file may be another one: if that is wrong, so may this be. */
  readonly restsOn?: number;
  /** Of a module whose file nothing shows to be what ran: may be wrong, and so may its callers. */
  readonly unverified?: true;
  /** The kernel's frame between a signal handler and what it interrupted. */
  readonly signalFrame: boolean;
  /** The function had left by a jump: it has no frame in memory, only the call sites tell of it. */
  readonly tailCall?: true;
  /** In a folded stack: this frame and those after it, `frames` in all, stand `times` times one after another. */
  readonly repeats?: { readonly frames: number; readonly times: number };
  /** Language of a frame that a runtime tells of, e.g. `Python`: it stands at the native frame `index`. */
  readonly language?: string;
  /** Of a frame of a runtime: its function is of a library, not what people look for first. */
  readonly library?: true;
  /** Class that declares the function, where source is found by classes: `function` begins with it and a dot. */
  readonly className?: string;
  /** Locks that the frame has or waits for, in words. */
  readonly locks?: readonly string[];
  /** How the code of a runtime's frame was run, in words. */
  readonly how?: string;
  /** What to know of its line, or of its being there at all, in words. */
  readonly caution?: string;
}

export interface CoreThreadRow {
  readonly lwp: number;
  readonly name?: string;
  readonly crashed: boolean;
  /** What it waits for, in words, when it sleeps on a lock or the like. */
  readonly wait?: string;
  /** The thread that a runtime schedules by itself and that this one runs, e.g. `virtual thread 31 "poller"`. */
  readonly runs?: string;
  /** What its language runtime says of it, each as a predicate, e.g. `holds the GIL`. */
  readonly notes?: readonly string[];
  /** The innermost frame that has a name, inlined ones included. */
  readonly top?: CoreFrame;
}

export interface CoreBacktrace {
  readonly lwp: number;
  readonly name?: string;
  readonly crashed: boolean;
  /** What it waits for, in words, when it sleeps on a lock or the like. */
  readonly wait?: string;
  /** As in {@link CoreThreadRow}. */
  readonly runs?: string;
  readonly notes?: readonly string[];
  /** Why the stack ends: `outermost` and `zeroReturnAddress` are whole stacks. */
  readonly stopped: string;
  /** `stopped` in words. */
  readonly stoppedBecause: string;
  /** Innermost first, inlined frames expanded. */
  readonly frames: readonly CoreFrame[];
  /** All of them; `frames` may be a part. */
  readonly totalFrames: number;
  /** Of a folded stack: frames after the last one shown. */
  readonly leftOut?: number;
}

/** Threads that stand at the same place. */
export interface CoreThreadGroup {
  readonly lwps: readonly number[];
  /** True when the crashing thread is one of them. */
  readonly crashed: boolean;
  /** Of the first of them. */
  readonly wait?: string;
  readonly stopped: string;
  readonly frames: readonly CoreFrame[];
}

/** Frames of each stack, inlined ones included. */
const maximumFrames = optional(amount);

export const coreStackRequests = {
  /**
   * The thread to look at first: the crashing one, else the one of a runtime's main function, else the core's first. Then the
   * others in the order of the core.
   */
  "core/threads": request({ dump, ...page }).gives<Page<CoreThreadRow>>(),
  /** Threads grouped by identical stack, that of the thread to look at first, then the largest. */
  "core/threadGroups": request({ dump, maximumFrames }).gives<{
    readonly groups: readonly CoreThreadGroup[];
  }>(),
  /**
   * Stacks of some threads, or of all when no `lwps` are given; all frames without `maximumFrames`, from `start` on.
   * `folded` shows recursion once and begins at the innermost frame.
   */
  "core/backtrace": request({
    dump,
    lwps: optional(list(integer, 1_000_000)),
    maximumFrames,
    start: optional(amount),
    folded: optional(flag),
  }).gives<{
    readonly signal?: CoreSignal;
    readonly threads: readonly CoreBacktrace[];
  }>(),
};
