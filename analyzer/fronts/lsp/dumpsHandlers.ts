import type { DumpsRequests } from "../../protocol/dumpsRequests";
import type { DumpId } from "../../protocol/wire";
import { findDumps } from "../../session/dumps/findDumps";
import { exportInvestigation } from "../../session/dumps/investigation";
import { NoteStore } from "../../session/dumps/noteStore";
import type { SessionStore } from "../../session/sessionStore";
import { workOf } from "./signalWork";

export type DumpsHandlers = {
  readonly [M in keyof DumpsRequests]: (
    params: DumpsRequests[M]["params"],
    signal: AbortSignal,
  ) => Promise<DumpsRequests[M]["result"]>;
};

export function dumpsHandlers(store: SessionStore): DumpsHandlers {
  const notesOf = (dump: DumpId) => {
    const session = store.get(dump);
    return new NoteStore(session.path, session.indexDirectory);
  };
  return {
    "dumps/find": async ({ folders, files }, signal) => ({
      dumps: await findDumps(folders, workOf(signal), files),
    }),
    "notes/list": async ({ dump }) => ({ notes: notesOf(dump).list() }),
    "notes/write": async ({ dump, note }) => ({ notes: notesOf(dump).write(note) }),
    "investigation/export": async ({ dump, ...params }, signal) =>
      exportInvestigation(store.get(dump), notesOf(dump).list(), params, signal),
  };
}
