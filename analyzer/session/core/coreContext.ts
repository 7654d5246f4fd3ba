import { ExhumeError } from "../../base/errors";
import { countBefore } from "../../base/halving";
import { firstLightThread } from "../../base/lightThreadIds";
import type { ProblemList } from "../../base/problems";
import type { LoadedProcess } from "../../core/loadedProcess";
import type { LightThread } from "../../core/managed/lightThread";
import type { ManagedThreads } from "../../core/managed/managedThreads";
import type { LoadedModule } from "../../core/modules/loadedModule";
import type { ProcessSnapshot, ThreadSnapshot } from "../../core/processSnapshot";
import type { Symbolize } from "../../core/symbols/symbolizer";
import type { Frame } from "../../core/unwind/stack";
import type { CoreView } from "../../core/values/coreView";
import type { DebugInfoStore } from "./debugInfo";
import type { LatePrinters } from "./latePrinters";
import type { ModuleFileStore } from "./moduleFiles";
import type { ValueHandles } from "./valueHandles";

/** What every answer about a core is given: the core with its module files, and names for addresses. */
export interface CoreContext {
  /** Path the user named. */
  readonly path: string;
  readonly fileBytes: number;
  readonly core: LoadedProcess;
  readonly image: ProcessSnapshot;
  readonly files: ModuleFileStore;
  readonly debugInfo: DebugInfoStore;
  readonly symbolize: Symbolize<LoadedModule>;
  /** Frames of the language runtimes in the process. */
  readonly managed: ManagedThreads;
  /** Values of variables, and the handles of those shown. */
  readonly view: CoreView;
  readonly values: ValueHandles;
  readonly printers: LatePrinters;
  readonly problems: ProblemList;
}

/** A thread of the system, or one that a runtime schedules. @throws ExhumeError `notFound` */
export function findCoreThread(context: CoreContext, lwp: number): ThreadSnapshot {
  const thread =
    lwp < firstLightThread
      ? context.image.threads.find((each) => each.lwp === lwp)
      : findLightThread(context, lwp);
  if (thread === undefined)
    throw new ExhumeError({ code: "notFound", what: `this core has no thread ${lwp}` });
  return thread;
}

export function findLightThread({ managed }: CoreContext, lwp: number): LightThread | undefined {
  // They are numbered in their order, runtime by runtime.
  const { lightThreads } = managed;
  const likely = lightThreads[countBefore(lightThreads, (each) => each.lwp < lwp)];
  return likely?.lwp === lwp ? likely : undefined;
}

/** @throws ExhumeError `notFound` */
export function findCoreFrame(context: CoreContext, lwp: number, index: number): Frame<LoadedModule> {
  const frame = context.core.stackOf(findCoreThread(context, lwp)).frameAt(index);
  if (frame === undefined)
    throw new ExhumeError({ code: "notFound", what: `thread ${lwp} has no frame ${index}` });
  return frame;
}

/** Notes that end too early, or are damaged, have lost threads. */
export function hasLostThreads({ problems }: CoreContext): boolean {
  return problems.toArray().some(({ code }) => code === "notes-truncated" || code === "note-damaged");
}
