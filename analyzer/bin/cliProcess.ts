import { askSecretOn } from "../fronts/cli/askSecret";
import { runCli } from "../fronts/cli/main";
import { endWithSupervisor } from "../fronts/cli/supervisor";

endWithSupervisor();
const interrupt = new AbortController();
process.on("SIGINT", () => interrupt.abort());
// A reader that goes away (`| head`) is not a failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 70));

void runCli({
  args: process.argv.slice(2),
  terminal: {
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
  },
  workerFolder: __dirname,
  signal: interrupt.signal,
}).then((code) => {
  process.exitCode = code;
});
