import { dump } from "../dump/open";
import { request } from "../request";
import { amount, flag, optional, page, words } from "../shapes";
import type { Page } from "../wire";
import type { HexAddress } from "./process";
import type { CoreFrame } from "./stacks";

/** A thread that a language runtime schedules by itself, such as a goroutine. */
export interface CoreLightThread {
  /** Stands for a kernel id in requests for stacks, registers and variables. */
  readonly lwp: number;
  /** `goroutine 12` */
  readonly title: string;
  /** `running`, `chan receive`, … in the runtime's words. */
  readonly state: string;
  /** What it waits on, as a predicate. */
  readonly waits?: string;
  /** How long it has waited at least, where the runtime noted it. */
  readonly waitedSeconds?: number;
  /** Each a predicate: `was created by goroutine 1`. */
  readonly notes: readonly string[];
  /** The call that started it. */
  readonly created?: CoreFrame;
  /** Kernel id of the thread that runs it. */
  readonly runsOn?: number;
  /** True for the runtime's own. */
  readonly system: boolean;
  /** The innermost frame of the program. */
  readonly top?: CoreFrame;
}

/** Light threads with the same stack and the same state. */
export interface CoreLightGroup {
  readonly count: number;
  /** The first ones. */
  readonly threads: readonly { readonly lwp: number; readonly title: string }[];
  readonly state: string;
  /** What they wait on, most first, capped; a count of 0 never stands here. */
  readonly waits: readonly { readonly words: string; readonly count: number }[];
  /** Of the one that waits longest. */
  readonly waitedSeconds?: number;
  readonly created?: CoreFrame;
  readonly system: boolean;
  /** The innermost frame of the program. */
  readonly top?: CoreFrame;
  readonly frames: readonly CoreFrame[];
  /** Frames after the last one shown. */
  readonly leftOut: number;
  readonly stopped: string;
}

/** A lock with those that wait for it; who holds it is not recorded. */
export interface CoreLightLock {
  readonly address: HexAddress;
  /** `sync.Mutex main.gate (0x58acf0)` */
  readonly name: string;
  /** `held by someone, 2 wait`, `held by 3 readers, a writer waits` */
  readonly state: string;
  readonly count: number;
  /** The first ones that wait. */
  readonly threads: readonly { readonly lwp: number; readonly title: string }[];
}

/** The runtimes of a process and the light threads they schedule. */
export interface CoreLightSummary {
  /** Names and versions, e.g. `Go 1.26.8`. */
  readonly runtimes: readonly string[];
  /** `goroutine`, `goroutines`; absent when there are none. */
  readonly noun?: readonly [one: string, many: string];
  readonly total: number;
  readonly groups: readonly CoreLightGroup[];
  /** Locks that are waited for, most waiters first, capped. */
  readonly locks: readonly CoreLightLock[];
  /** Groups after the last one shown, where there are more than are. */
  readonly leftOut?: number;
}

/** True: those of the runtime itself too. */
const system = optional(flag);

export const coreLightThreadRequests = {
  /** In the runtime's order. */
  "core/lightThreads": request({
    dump,
    ...page,
    system,
    /** Part of the title, the state, the innermost frame or what is waited for, case-insensitive. */
    filter: optional(words),
  }).gives<Page<CoreLightThread>>(),
  /** The largest group first. */
  "core/lightThreadGroups": request({
    dump,
    system,
    maximumFrames: optional(amount),
  }).gives<CoreLightSummary>(),
};
