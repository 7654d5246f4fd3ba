import type { LogOutputChannel } from "vscode";

/** Where the extension writes what it does. Never contents of a dump: those are personal data. */
export type Log = Pick<LogOutputChannel, "trace" | "debug" | "info" | "warn" | "error" | "show">;
