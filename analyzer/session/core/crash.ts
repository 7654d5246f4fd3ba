import { causeOfDeath } from "../../core/crash/causeOfDeath";
import { type CrashScene, sceneOf } from "../../core/crash/crashScene";
import type { DeathCause } from "../../core/crash/deathCause";
import { isSentFromOutside } from "../../core/crash/sentSignal";
import type { ThreadSnapshot } from "../../core/processSnapshot";
import type { CoreContext } from "./coreContext";

export interface Crash {
  readonly scene: CrashScene;
  readonly cause: DeathCause | undefined;
}

const crashes = new WeakMap<CoreContext, Crash | "none">();
const orders = new WeakMap<CoreContext, readonly ThreadSnapshot[]>();

/** The crash with its cause; undefined when the process was only looked at. */
export function crashOf(context: CoreContext): Crash | undefined {
  const known = crashes.get(context) ?? findCrash(context) ?? "none";
  crashes.set(context, known);
  return known === "none" ? undefined : known;
}

function findCrash(context: CoreContext): Crash | undefined {
  const { threads, signal } = context.image;
  const thread = threads.find(({ crashed }) => crashed);
  if (signal === undefined || thread === undefined) return undefined;
  const scene = sceneOf(context.core, thread, signal, context.symbolize);
  return { scene, cause: causeOfDeath(scene) };
}

/** Somebody who ends a process that hangs sends it a signal; what faults does not hang. */
export function endedByFault({ image }: CoreContext, crash: Crash | undefined): boolean {
  if (image.signal === undefined || crash === undefined) return false;
  const { cause } = crash;
  return cause === undefined ? image.signal.senderPid === undefined : cause.kind !== "sentSignal";
}

/**
 * The thread to look at first, then the others in the order of the core: the one that crashed; where none did, or the signal
 * came from outside and struck any of them, the one a runtime has the program's main function in.
 */
export function threadsInOrder(context: CoreContext): readonly ThreadSnapshot[] {
  let order = orders.get(context);
  if (order === undefined) {
    const { threads } = context.image;
    const first = mainThreadOf(context);
    order = first === undefined ? threads : [first, ...threads.filter((each) => each !== first)];
    orders.set(context, order);
  }
  return order;
}

function mainThreadOf(context: CoreContext): ThreadSnapshot | undefined {
  const main = context.managed.runtimes.flatMap(({ mainThread }) => mainThread?.() ?? [])[0];
  if (main === undefined) return undefined;
  const crash = crashOf(context);
  if (crash !== undefined && !isSentFromOutside(crash.scene)) return undefined;
  return context.image.threads.find(({ lwp }) => lwp === main);
}
