import { runCli } from "../fronts/cli/main";
import { processTerminal } from "../fronts/cli/processTerminal";
import { endWithSupervisor } from "../fronts/cli/supervisor";

endWithSupervisor();
const interrupt = new AbortController();
process.on("SIGINT", () => interrupt.abort());

void runCli({
  args: process.argv.slice(2),
  terminal: processTerminal(),
  workerFolder: __dirname,
  signal: interrupt.signal,
}).then((code) => {
  process.exitCode = code;
});
