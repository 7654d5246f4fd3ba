import type { DumpProgress, dumpRequests } from "../../protocol/dump/open";
import { NoteStore } from "../../session/dumps/noteStore";
import { assertPlain } from "../../session/encryption/encryptedFile";
import { assertRecipient } from "../../session/encryption/keyFiles";
import { writeEncrypted } from "../../session/encryption/writeEncrypted";
import { deleteSavedIndex } from "../../session/index/savedIndex";
import type { SessionStore } from "../../session/sessionStore";
import type { Handlers } from "./handlers";
import { redactForClient } from "./redactForClient";

export function dumpHandlers(
  store: SessionStore,
  workerFolder: string,
  onProgress: (progress: DumpProgress) => void,
): Handlers<keyof typeof dumpRequests> {
  return {
    "dump/identify": async ({ path }, signal) => {
      const { kind, format, bytes, dumpFormat } = await store.identify(path, undefined, signal);
      return { kind, format, bytes, capabilities: dumpFormat?.capabilities ?? [] };
    },
    "dump/open": async ({ path, options }, signal) => {
      const session = await store.open(path, options, signal);
      const { format } = await store.identify(path, options?.member);
      const { id, kind, path: opened, byteLength } = session;
      const { capabilities } = session.format;
      const { isEncrypted } = session;
      return { dump: id, kind, format, capabilities, path: opened, bytes: byteLength, isEncrypted };
    },
    "dump/unlock": async ({ path, passphrase }) => {
      await store.keys.unlock(path, passphrase);
      return null;
    },
    "dump/encrypt": async ({ path, out, recipients }, signal) => {
      for (const recipient of recipients) assertRecipient(recipient, "Whoever it is for");
      assertPlain(path);
      const task = { type: "encrypt", path, to: { recipients }, out } as const;
      return { bytes: await writeEncrypted(task, workerFolder, () => undefined, signal) };
    },
    "dump/redact": ({ path, out, level, options }, signal) =>
      redactForClient({
        path,
        out,
        level,
        options,
        workerFolder,
        onProgress: (step, fraction) => onProgress({ path, step, fraction }),
        signal,
      }),
    "dump/close": async ({ dump }) => {
      await store.close(dump);
      return null;
    },
    "dump/cancel": async ({ dump }) => {
      store.get(dump).cancelIndexing();
      return null;
    },
    "dump/ready": async ({ dump }) => {
      await store.get(dump).ready();
      return null;
    },
    "dump/state": async ({ dump }) => store.get(dump).state,
    "dump/problems": async ({ dump }) => ({ problems: store.get(dump).problems }),
    "dump/deleteIndex": async ({ path, alsoDump, options = {} }) => {
      // Notes are found by the file's real path, which is gone with it. An editor that is open may have been opened
      // before the folder was changed.
      const folders = [options.indexDirectory, ...store.indexDirectoriesOf(path)];
      const notes = folders.map((folder) => new NoteStore(path, folder));
      const result = deleteSavedIndex(path, options, alsoDump);
      if (alsoDump) for (const each of notes) each.forget();
      return result;
    },
  };
}
