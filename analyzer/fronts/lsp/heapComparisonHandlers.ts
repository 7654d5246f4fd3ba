import type { DumpBuild } from "../../protocol/heap/builds";
import type { growthRequests } from "../../protocol/heap/growth";
import type { DumpId } from "../../protocol/wire";
import { has } from "../../session/capabilities";
import type { DumpSession } from "../../session/dumpSession";
import { compareHeaps, dumpBuildOf } from "../../session/heap/compareHeaps";
import { retainedTree } from "../../session/heap/retainedTree";
import { suspectsSince } from "../../session/heap/suspectsWithGrowth";
import type { SessionStore } from "../../session/sessionStore";
import type { Handlers } from "./handlers";

export function heapComparisonHandlers(store: SessionStore): Handlers<keyof typeof growthRequests> {
  return {
    "heap/compare": ({ dumps }, signal) =>
      compareHeaps(
        dumps.map((dump) => store.get(dump)),
        signal,
      ),
    "heap/compareWith": ({ dump, others }, signal) =>
      together(store, dump, others, signal, (sessions) => compareHeaps(sessions, signal)),
    "heap/suspectsSince": ({ dump, others }, signal) =>
      together(store, dump, others, signal, (sessions) => suspectsSince(store.get(dump), sessions, signal)),
    "heap/retainedTree": ({ dump }, signal) => retainedTree(store.get(dump), signal),
    "heap/builds": ({ dump, others }, signal) =>
      together(store, dump, others, signal, async (sessions) => {
        const dumps: DumpBuild[] = [];
        for (const session of sessions) dumps.push(await dumpBuildOf(session, signal));
        return { dumps };
      }),
  };
}

/** Asks about an open dump and files, which are open meanwhile, in the order they were written. */
export async function together<Result>(
  store: SessionStore,
  dump: DumpId,
  others: readonly string[],
  signal: AbortSignal,
  ask: (sessions: readonly DumpSession[]) => Promise<Result>,
): Promise<Result> {
  const opened: DumpSession[] = [];
  try {
    for (const path of others) opened.push(await store.openHeap(path, signal));
    return await ask(await byTime([store.get(dump), ...opened], signal));
  } finally {
    for (const { id } of opened) await store.close(id);
  }
}

/** Dumps in the order they were written, whatever order they were chosen in. */
async function byTime(sessions: readonly DumpSession[], signal: AbortSignal): Promise<DumpSession[]> {
  const times = new Map<DumpSession, number>();
  for (const session of sessions) {
    if (!has(session.format, "objectGraph")) continue;
    times.set(session, (await session.ask("heap/summary", {}, signal)).createdMs);
  }
  return [...sessions].sort((a, b) => (times.get(a) ?? 0) - (times.get(b) ?? 0));
}
