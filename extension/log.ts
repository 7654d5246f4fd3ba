import type { LogOutputChannel } from "vscode";
import { asLogEntry } from "../analyzer/base/foreignText";

/** Where the extension writes what it does. Never contents of a dump: those are personal data. */
export type Log = Pick<LogOutputChannel, "trace" | "debug" | "info" | "warn" | "error" | "show">;

const writers = ["trace", "debug", "info", "warn", "error", "appendLine"] as const;

/** The channel, made safe for what else is in a log: paths, and sentences of faults about foreign files. */
export function escapedLog(channel: LogOutputChannel): LogOutputChannel {
  const escaped = writers.map((writer) => {
    const value = (message: unknown) => {
      const text = message instanceof Error ? (message.stack ?? message.message) : String(message);
      channel[writer](asLogEntry(withoutPassphrases(text)));
    };
    return [writer, { value }];
  });
  return Object.create(channel, Object.fromEntries(escaped)) as LogOutputChannel;
}

/** Of messages to the analyzer, which the language client writes down when somebody sets the log to trace. */
function withoutPassphrases(text: string): string {
  return text.replace(/("passphrase"\s*:\s*)"(?:[^"\\]|\\.)*"?/g, '$1"…"');
}
