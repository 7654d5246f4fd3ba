import type { OpenOptions } from "../../protocol/dump/open";
import type { ResultOf } from "../../protocol/requests";
import type { DumpSession } from "../../session/dumpSession";
import { writeNew } from "../../session/files/newFile";
import { type RedactionLevel, redactProven } from "../../session/privacy/redact";
import { reportText, sealReport } from "../../session/privacy/redactionReport";
import { SessionStore } from "../../session/sessionStore";

interface RedactDraft {
  readonly path: string;
  readonly out: string;
  readonly level: RedactionLevel;
  readonly options: OpenOptions | undefined;
  readonly workerFolder: string;
  readonly onProgress: (step: string, fraction: number) => void;
  readonly signal: AbortSignal;
}

/** A redacted copy for an editor. Its sessions are its own: editors that show the dump keep theirs. */
export async function redactForClient(draft: RedactDraft): Promise<ResultOf<"dump/redact">> {
  const { path, out, level, options = {}, workerFolder, onProgress, signal } = draft;
  const store = new SessionStore({
    workerFolder,
    onState: (_dump, state) => {
      if (state.state === "indexing") onProgress(state.step, state.fraction);
    },
    onProgress: (_path, step, fraction) => onProgress(step, fraction),
  });
  const open = async (file: string, how: OpenOptions): Promise<DumpSession> => {
    const session = await store.open(file, how);
    const cancel = () => session.cancelIndexing();
    signal.addEventListener("abort", cancel, { once: true });
    try {
      await session.ready();
    } finally {
      signal.removeEventListener("abort", cancel);
    }
    return session;
  };
  try {
    const statement = await redactProven({
      original: await open(path, options),
      options,
      open,
      out,
      map: level === "names" ? `${out}.names.json` : undefined,
      level,
      kept: { classes: [], fields: [], threads: [] },
      recipients: [],
      keys: store.keys,
      workerFolder,
      onProgress,
      signal,
    });
    const sealed = sealReport(statement, undefined);
    const report = `${out}.report.json`;
    writeNew(report, `${JSON.stringify(sealed, null, 1)}\n`);
    return { passed: statement.passed, report, lines: reportText(sealed) };
  } finally {
    await store.dispose();
  }
}
