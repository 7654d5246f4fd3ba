import type { crashRequests } from "../../protocol/dump/crashes";
import type { investigationRequests } from "../../protocol/dump/investigation";
import type { DumpId } from "../../protocol/wire";
import { findInThread } from "../../session/dumps/findInThread";
import { exportInvestigation } from "../../session/dumps/investigation";
import { compareHeaps } from "../../session/heap/compareHeaps";
import type { SessionStore } from "../../session/sessionStore";
import { answerVerdict } from "../../session/triage/triageAnswers";
import type { Handlers } from "./handlers";
import { together } from "./heapComparisonHandlers";
import { withInputs } from "./triageHandlers";

export function dumpsHandlers(
  store: SessionStore,
  workerFolder: string,
): Handlers<keyof typeof investigationRequests | keyof typeof crashRequests> {
  const notesOf = (dump: DumpId) => {
    const { path, indexDirectory, notesKey } = store.get(dump);
    return { path, folder: indexDirectory, key: notesKey };
  };
  return {
    "dumps/find": async ({ folders, files = [] }, signal) => ({
      dumps: await findInThread({ folders, files }, workerFolder, signal),
    }),
    "crashes/list": (_params, signal) => store.reading.ask("storedCores", {}, signal),
    "notes/list": async ({ dump }, signal) => ({
      notes: await store.reading.ask("notes", notesOf(dump), signal),
    }),
    "notes/write": async ({ dump, note }, signal) => ({
      notes: await store.reading.ask("writeNote", { ...notesOf(dump), note }, signal),
    }),
    "investigation/export": async ({ dump, others = [], triagePaths, ...params }, signal) => {
      const comparison =
        others.length === 0
          ? undefined
          : await together(store, dump, others, signal, (sessions) => compareHeaps(sessions, signal));
      const verdict =
        triagePaths === undefined
          ? undefined
          : await withInputs(store, { dump, paths: triagePaths }, (sessions) =>
              answerVerdict(sessions, undefined, signal),
            );
      const further = {
        ...(comparison === undefined ? {} : { comparison }),
        ...(verdict === undefined ? {} : { verdict }),
      };
      const notes = await store.reading.ask("notes", notesOf(dump), signal);
      return exportInvestigation(store.get(dump), notes, params, further, signal);
    },
  };
}
