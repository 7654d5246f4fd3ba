import { firstLightThread } from "../../base/lightThreadIds";
import { formatHex } from "../../base/units";
import { type Deadlock, deadlocksIn } from "../../core/locks/deadlocks";
import { ThreadWaits } from "../../core/locks/threadWait";
import type { Wait, WaitKind } from "../../core/locks/wait";
import type { LightThread } from "../../core/managed/lightThread";
import type { ThreadSnapshot } from "../../core/processSnapshot";
import type { CoreDeadlock, CoreWait } from "../../protocol/core/locks";
import type { ResultOf } from "../../protocol/requests";
import { deadlockWords, heldBy, heldByItself } from "../lockWords";
import { type CoreContext, findLightThread, hasLostThreads } from "./coreContext";
import { lightDeadlock } from "./lightDeadlock";
import { placeWords } from "./placeWords";
import { wireFramesOf } from "./wireFrames";

const lockNames: Readonly<Partial<Record<WaitKind, string>>> = {
  mutex: "mutex",
  readWriteLock: "read-write lock",
  condition: "condition variable",
  semaphore: "semaphore",
  barrier: "barrier",
  internalLock: "internal lock of the C library",
  rustMutex: "Rust mutex",
  rustReadWriteLock: "Rust read-write lock",
  rustCondition: "Rust condition variable",
};

const otherWords: Readonly<Partial<Record<WaitKind, string>>> = {
  once: "for an initialization that another thread has begun",
  parked: "parked until another thread wakes it",
  atomic: "for a change of an atomic variable or future",
  goRuntime: "idle in Go's runtime",
  futex: "on a futex",
};

const unrecorded: ReadonlySet<WaitKind> = new Set([
  "rustMutex",
  "rustReadWriteLock",
  "internalLock",
  "mutex",
]);

const known = new WeakMap<CoreContext, ThreadWaits>();

function waitsOf(context: CoreContext): ThreadWaits {
  let waits = known.get(context);
  if (waits === undefined) {
    waits = new ThreadWaits(context.core, context.symbolize);
    known.set(context, waits);
  }
  return waits;
}

/** What a thread waits for, in words; undefined for one that does not sleep on a lock or the like. */
export function waitWordsOf(context: CoreContext, thread: ThreadSnapshot): string | undefined {
  const wait = waitOf(context, thread);
  return wait && `${wordsOf(context, wait)}${sinceOf(context, wait)}`;
}

/** The same of a thread that a runtime schedules by itself. */
export function lightWaitWords(context: CoreContext, thread: LightThread): string | undefined {
  const wait = thread.wait?.();
  return wait === undefined ? thread.waits()?.words : wordsOf(context, wait);
}

export function locksOf(context: CoreContext): ResultOf<"core/locks"> {
  const waits = allWaits(context);
  return { waits: waits.map((wait) => wireWait(context, wait)), deadlocks: deadlocksOf(context) };
}

export function deadlocksOf(context: CoreContext): CoreDeadlock[] {
  // A thread that is missing has not ended.
  const isCut = hasLostThreads(context);
  const { waits, threads } = everybody(context);
  return deadlocksIn(waits, threads)
    .filter(({ kind }) => !isCut || kind === "circle")
    .map((deadlock) => wireDeadlock(context, deadlock))
    .concat(lightDeadlock(context) ?? []);
}

/** In the terms of its language where a runtime tells: below, such a thread sleeps on words of the runtime. */
function waitOf(context: CoreContext, thread: ThreadSnapshot): Wait | undefined {
  const { managed } = context;
  const told = managed.threadOf(thread)?.wait;
  if (told !== undefined) return told ?? undefined;
  const wait = waitsOf(context).of(thread);
  return wait === undefined || !managed.isOfMachine(wait.module) ? wait : { ...wait, isOfRuntime: true };
}

function allWaits(context: CoreContext): Wait[] {
  return context.image.threads.flatMap((thread) => waitOf(context, thread) ?? []);
}

/** With virtual threads, which have and wait for the same locks as others: what their carriers have is theirs. */
function everybody(context: CoreContext): { readonly waits: readonly Wait[]; readonly threads: number } {
  const waits: Wait[] = [];
  const carried = new Map<number, number>();
  let threads = context.image.threads.length;
  for (const thread of context.managed.lightThreads) {
    if (thread.wait === undefined) continue;
    threads++;
    const { runsOn, lwp } = thread;
    if (runsOn !== undefined) carried.set(runsOn, lwp);
    const wait = thread.wait();
    // Others can be part of no circle.
    if (wait?.owner !== undefined) waits.push(wait);
  }
  const nameOf = (lwp: number) => carried.get(lwp) ?? lwp;
  const all = [...allWaits(context), ...waits].map((wait) => ({
    ...wait,
    lwp: nameOf(wait.lwp),
    ...(wait.owner !== undefined && { owner: nameOf(wait.owner) }),
  }));
  return { waits: all, threads };
}

function wireWait(context: CoreContext, wait: Wait): CoreWait {
  const { lwp, kind, address, owner, readers, isTimed } = wait;
  const lock = context.view.describeAddress(address);
  return {
    lwp,
    kind,
    address: formatHex(address),
    timed: isTimed,
    words: `${wordsOf(context, wait)}${sinceOf(context, wait)}`,
    ...(lock !== undefined && { lock }),
    ...(owner !== undefined && { owner }),
    ...(readers !== undefined && { readers }),
  };
}

function wireDeadlock(context: CoreContext, { kind, waits, isCertain }: Deadlock): CoreDeadlock {
  const member = (index: number) => {
    const wait = waits[index]!;
    return `${threadWords(context, wait.lwp)} ${wordsOf(context, wait)}`;
  };
  return {
    kind,
    certain: isCertain,
    lwps: waits.map(({ lwp }) => lwp),
    words: deadlockWords({ kind, isCertain, count: waits.length }, member),
  };
}

/** `waits for the mutex first_lock (0x55…), held by thread 4712` */
function wordsOf(context: CoreContext, wait: Wait): string {
  const timed = wait.isTimed ? ", with a timeout" : "";
  if (wait.kind === "join") {
    const whom = wait.owner === undefined ? "a thread" : `thread ${wait.owner}`;
    return `waits for the end of ${whom}${timed}`;
  }
  if (wait.told !== undefined) return `${wait.told}${holderOf(context, wait)}${timed}`;
  const lock = lockNames[wait.kind];
  if (lock === undefined) return `waits ${otherWords[wait.kind]} at ${formatHex(wait.address)}${timed}`;
  const name = context.view.describeAddress(wait.address);
  const which = name === undefined ? formatHex(wait.address) : `${name} (${formatHex(wait.address)})`;
  const isOfReaders = wait.kind === "readWriteLock" || wait.kind === "rustReadWriteLock";
  const how = !isOfReaders ? "" : wait.isWriting === true ? " to write" : " to read";
  return `waits for the ${lock} ${which}${how}${holderOf(context, wait)}${timed}`;
}

/** `thread 4711 "main"`, the name where its program gave it one. */
function threadWords(context: CoreContext, lwp: number, told?: string): string {
  if (lwp >= firstLightThread) return findLightThread(context, lwp)?.title ?? `thread ${lwp}`;
  const thread = context.image.threads.find((each) => each.lwp === lwp);
  const name = told ?? (thread && context.managed.threadOf(thread)?.name);
  return `thread ${lwp}${name === undefined ? "" : ` "${name}"`}`;
}

function holderOf(context: CoreContext, wait: Wait): string {
  const { kind, lwp, owner, ownerName, isOwnerGone, readers } = wait;
  if (owner === lwp) return heldByItself;
  if (owner !== undefined) {
    const thread =
      ownerName === undefined && owner < firstLightThread
        ? `thread ${owner}`
        : threadWords(context, owner, ownerName);
    return heldBy(`${thread}${isOwnerGone ? ", which has ended" : ""}`);
  }
  if (ownerName !== undefined) return heldBy(`"${ownerName}"`);
  if (readers !== undefined)
    return heldBy(`${readers === 1 ? "a reader" : `${readers} readers`} (who is not recorded)`);
  return unrecorded.has(kind) ? ", whose owner is not recorded" : "";
}

function sinceOf(context: CoreContext, { lwp, since, sinceTold }: Wait): string {
  if (sinceTold !== undefined) return `, in ${sinceTold}`;
  const thread = since && context.image.threads.find((each) => each.lwp === lwp);
  const frame = thread && context.core.stackOf(thread).frameAt(since!.frame);
  const at = frame && wireFramesOf(context, frame)[since!.inline];
  if (at === undefined) return "";
  return `, in ${at.function}${placeWords(at)}`;
}
