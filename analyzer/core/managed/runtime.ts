import type { ProblemList } from "../../base/problems";
import type { LoadedProcess } from "../loadedProcess";
import type { LoadedModule } from "../modules/loadedModule";
import type { ThreadSnapshot } from "../processSnapshot";
import type { Symbolize } from "../symbols/symbolizer";
import type { LightThread } from "./lightThread";
import type { ManagedThread } from "./managedStack";

export interface RuntimeInputs {
  readonly process: LoadedProcess;
  readonly symbolize: Symbolize<LoadedModule>;
  readonly problems: ProblemList;
}

/** Something to know of a runtime, e.g. `Up for`: `3 d 4 h`. */
export interface RuntimeFact {
  readonly name: string;
  readonly value: string;
}

/** A language runtime found in a process. */
export interface Runtime {
  /** Name and version, e.g. `CPython 3.12`. */
  readonly title: string;
  /** Why its frames may be wrong: it is of a release whose facts are taken from others. `Node 27 was never tried`. */
  readonly doubt?: string | undefined;
  /** What it was doing, and how it was started: read when asked for. */
  readonly facts?: () => readonly RuntimeFact[];
  /** A module whose threads sleep with locks in hand and are woken all the same: it stops threads, collects garbage. */
  readonly machine?: LoadedModule | undefined;
  /** Thread of the program's own main function, where that is not the first of the process; undefined when it has ended. */
  readonly mainThread?: () => number | undefined;
  /** Undefined for threads the runtime knows nothing of. */
  threadOf(thread: ThreadSnapshot): ManagedThread | undefined;
  /** Threads it schedules by itself, numbered from {@link firstLightThread} on. */
  readonly lightThreads?: readonly LightThread[];
}

/**
 * Looks for one kind of runtime. It is asked for every core, so a process without that runtime must cost next to
 * nothing: look at the names of modules first.
 */
export type FindRuntime = (inputs: RuntimeInputs) => Runtime | undefined;
