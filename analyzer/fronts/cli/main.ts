import { parseArgs } from "node:util";
import { describeFault, ExhumeError, faultOf } from "../../base/errors";
import type { DumpState, OpenOptions } from "../../protocol/dumpRequests";
import { requireCapability } from "../../session/capabilities";
import type { DumpSession } from "../../session/dumpSession";
import { SessionStore } from "../../session/sessionStore";
import { analyze } from "./analyze";
import { bt } from "./bt";
import { check } from "./check";
import { classes } from "./classes";
import { type Command, exitCodeOf, exitCodes, type Invocation, type Terminal } from "./command";
import { diff } from "./diff";
import { dominators } from "./dominators";
import { heapLists } from "./heapLists";
import { index } from "./indexCommand";
import { inspect } from "./inspect";
import { malloc } from "./malloc";
import { modules } from "./modules";
import { path } from "./path";
import { progressLine } from "./progressLine";
import { query } from "./query";
import { regions } from "./regions";
import { suspects } from "./suspects";
import { threads } from "./threads";
import { triage } from "./triage";

/** Every verb; the order is the order of `exhume help`. */
const commands: readonly Command[] = [
  analyze,
  suspects,
  path,
  dominators,
  threads,
  query,
  inspect,
  ...heapLists,
  diff,
  check,
  bt,
  modules,
  regions,
  malloc,
  classes,
  triage,
  index,
];

export interface CliInputs {
  /** Without node and the script. */
  readonly args: readonly string[];
  readonly terminal: Terminal;
  readonly workerFolder: string;
  readonly signal: AbortSignal;
}

/**
 * Runs one verb on the same sessions as the editor.
 * @returns the exit code.
 */
export async function runCli({ args, terminal, workerFolder, signal }: CliInputs): Promise<number> {
  const [verb, ...rest] = args;
  if (verb === undefined || verb === "help" || verb === "--help" || verb === "-h")
    return help(terminal, rest[0]);
  const command = commands.find(({ name }) => name === verb);
  if (command === undefined) {
    terminal.err(
      `exhume: there is no verb '${verb}'. The verbs: ${commands.map(({ name }) => name).join(", ")}.\n`,
    );
    return exitCodes.usage;
  }
  if (rest.includes("--help") || rest.includes("-h")) return help(terminal, verb);
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: rest, options: command.options, allowPositionals: true });
  } catch (error) {
    terminal.err(`exhume ${verb}: ${(error as Error).message}\n\n${usageOf(command)}`);
    return exitCodes.usage;
  }
  return runCommand(command, parsed, { args, terminal, workerFolder, signal });
}

async function runCommand(
  command: Command,
  parsed: ReturnType<typeof parseArgs>,
  { terminal, workerFolder, signal }: CliInputs,
): Promise<number> {
  const progress = progressLine(terminal);
  const store = new SessionStore({
    workerFolder,
    lanes: 1,
    onState: (_dump, state) => showState(progress, state),
  });
  const openDump = async (path: string, options?: OpenOptions): Promise<DumpSession> => {
    const session = await store.open(path, options);
    if (command.needs !== undefined) requireCapability(session.format, command.needs, path);
    const cancel = () => session.cancelIndexing();
    signal.addEventListener("abort", cancel, { once: true });
    try {
      await session.ready();
    } finally {
      signal.removeEventListener("abort", cancel);
      progress.clear();
    }
    // A report lists every problem; to any other verb this one matters.
    const leftOut = session.problems.find(({ code }) => code === "over-budget");
    if (leftOut !== undefined && command.name !== "analyze") {
      terminal.err(`exhume ${command.name}: ${path}: ${leftOut.message}\n`);
    }
    return session;
  };
  const values = parsed.values as Invocation["values"];
  try {
    return await command.run({
      terminal,
      positionals: parsed.positionals,
      values,
      signal,
      openDump,
      workerFolder,
    });
  } catch (error) {
    progress.clear();
    const fault = faultOf(error);
    terminal.err(`exhume ${command.name}: ${describeFault(fault)}\n`);
    if (error instanceof ExhumeError && fault.code === "invalid") terminal.err(`\n${usageOf(command)}`);
    return exitCodeOf(fault);
  } finally {
    await store.dispose();
  }
}

function showState(progress: ReturnType<typeof progressLine>, state: DumpState): void {
  if (state.state === "indexing") progress.show(state.step, state.fraction);
}

function help(terminal: Terminal, verb: string | undefined): number {
  const command = commands.find(({ name }) => name === verb);
  if (command !== undefined) {
    terminal.out(`${command.summary}\n\n${usageOf(command)}`);
    return exitCodes.done;
  }
  // biome-ignore lint/plugin: the verbs of this program
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  terminal.out(
    `Exhume reads Java heap dumps and ELF core files.\n\nUsage: exhume VERB …\n\n${lines.join("\n")}\n\n` +
      "exhume help VERB tells the options of a verb.\n" +
      "Exit codes: 0 done, 1 analysed but totals are lower bounds, 2 usage, 3 not a dump or unreadable, " +
      "4 a limit of check is broken.\n",
  );
  return exitCodes.done;
}

function usageOf(command: Command): string {
  return `Usage: exhume ${command.name} ${command.usage}\n`;
}
