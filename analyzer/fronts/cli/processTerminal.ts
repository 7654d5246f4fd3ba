import { isatty } from "node:tty";
import { askSecretOn } from "./askSecret";
import type { Terminal } from "./output";

/** The terminal, files or pipes this process was given. */
export function processTerminal(): Terminal {
  // A reader that goes away (`| head`) is not a failure of ours.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 70));
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    // What was given as standard input is opened only to be read.
    ...(isatty(0) && isatty(2)
      ? {
          askSecret: (prompt: string) =>
            askSecretOn(process.stdin, (text) => process.stderr.write(text), prompt),
        }
      : {}),
    isInteractive: isatty(2),
    columns: process.stdout.columns ?? 160,
  };
}
