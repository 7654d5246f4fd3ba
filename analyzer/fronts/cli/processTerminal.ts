import { askSecretOn } from "./askSecret";
import type { Terminal } from "./output";

/** The terminal, files or pipes this process was given. */
export function processTerminal(): Terminal {
  // A reader that goes away (`| head`) is not a failure of ours.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 70));
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    ...(process.stdin.isTTY && process.stderr.isTTY
      ? {
          askSecret: (prompt: string) =>
            askSecretOn(process.stdin, (text) => process.stderr.write(text), prompt),
        }
      : {}),
    isInteractive: process.stderr.isTTY === true,
    columns: process.stdout.columns ?? 160,
  };
}
