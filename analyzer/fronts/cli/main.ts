import { parseArgs } from "node:util";
import { describeFault, ExhumeError, faultOf } from "../../base/errors";
import type { DumpState, OpenOptions } from "../../protocol/dump/open";
import { requireCapability } from "../../session/capabilities";
import { isOfCoreHeap } from "../../session/dumpFormats";
import type { DumpSession } from "../../session/dumpSession";
import { identifyFile } from "../../session/reading/identifyFile";
import { SessionStore } from "../../session/sessionStore";
import type { StartDumpLane } from "../../session/threads/dumpLane";
import { workOf } from "../signalWork";
import { type Command, exitCodeOf, type Invocation } from "./command";
import { exitCodes } from "./exitCodes";
import { type Output, outputTo, type Terminal } from "./output";
import { progressLine } from "./progressLine";
import { isVerb, verbNames } from "./verbNames";
import { loadVerb } from "./verbs";

export interface CliInputs {
  /** Without node and the script. */
  readonly args: readonly string[];
  readonly terminal: Terminal;
  readonly workerFolder: string;
  readonly signal: AbortSignal;
  /** How dumps are asked that need no thread; without it each has one. */
  readonly startLane?: StartDumpLane;
}

/**
 * Runs one verb on the same sessions as the editor.
 * @returns the exit code.
 */
export async function runCli(inputs: CliInputs): Promise<number> {
  const { args, terminal } = inputs;
  const output = outputTo(terminal);
  const [verb, ...rest] = args;
  if (verb === undefined || verb === "help" || verb === "--help" || verb === "-h")
    return help(output, rest[0]);
  if (!isVerb(verb)) {
    output.note([`exhume: there is no verb '${verb}'. The verbs: ${verbNames.join(", ")}.`]);
    return exitCodes.usage;
  }
  const command = await loadVerb[verb]();
  if (rest.includes("--help") || rest.includes("-h")) return help(output, verb);
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: rest, options: command.options, allowPositionals: true });
  } catch (error) {
    output.note([`exhume ${verb}: ${(error as Error).message}`, "", ...usageOf(command)]);
    return exitCodes.usage;
  }
  return runCommand(command, parsed, inputs);
}

async function runCommand(
  command: Command,
  parsed: ReturnType<typeof parseArgs>,
  { terminal, workerFolder, signal, startLane }: CliInputs,
): Promise<number> {
  const progress = progressLine(terminal);
  const { askSecret } = terminal;
  // Whatever is written stands on a line of its own.
  const cleared = (write: (text: string) => void) => (text: string) => {
    progress.clear();
    write(text);
  };
  const output = outputTo({ ...terminal, out: cleared(terminal.out), err: cleared(terminal.err) });
  const store = new SessionStore({
    workerFolder,
    lanes: 1,
    startLane,
    // There is nothing else to answer meanwhile.
    identify: (task) => identifyFile(task, workOf(signal)),
    ...(askSecret === undefined ? {} : { askPassphrase: (file) => askSecret(`Passphrase of ${file}`) }),
    onState: (_dump, state) => showState(progress, state),
    onProgress: (_path, step, fraction) => progress.show(step, fraction),
  });
  // What only the Java heap of a core has is asked of that.
  const heapOfCore = command.needs !== undefined && isOfCoreHeap(command.needs) ? { heapOfCore: true } : {};
  const openDump = async (path: string, options?: OpenOptions): Promise<DumpSession> => {
    const session = await store.open(path, { ...options, ...heapOfCore });
    if (command.needs !== undefined) requireCapability(session.format, command.needs, path);
    const cancel = () => session.cancelIndexing();
    signal.addEventListener("abort", cancel, { once: true });
    try {
      await session.ready();
    } finally {
      signal.removeEventListener("abort", cancel);
      progress.clear();
    }
    if (command.listsProblems !== true)
      for (const { code, losesData, message } of session.problems)
        if (losesData || code === "over-budget") output.note([`exhume ${command.name}: ${path}: ${message}`]);
    return session;
  };
  const values = parsed.values as Invocation["values"];
  try {
    return await command.run({
      output,
      positionals: parsed.positionals,
      values,
      signal,
      openDump,
      onProgress: progress.show,
      clearProgress: progress.clear,
      keys: store.keys,
      ...(askSecret === undefined ? {} : { askSecret }),
      workerFolder,
    });
  } catch (error) {
    progress.clear();
    const fault = faultOf(error);
    output.note([`exhume ${command.name}: ${describeFault(fault)}`]);
    if (fault.code === "internal") output.note(reportHint(fault.stack));
    if (error instanceof ExhumeError && fault.code === "invalid") output.note(["", ...usageOf(command)]);
    return exitCodeOf(fault);
  } finally {
    await store.dispose();
  }
}

/** A stack is for whoever mends the bug: it is shown when it is asked for. */
function reportHint(stack: string | undefined): readonly string[] {
  if (process.env["EXHUME_TRACE"] !== undefined) return stack?.split("\n") ?? [];
  return ["This is a bug of Exhume. Run it with EXHUME_TRACE=1 for what a report needs."];
}

function showState(progress: ReturnType<typeof progressLine>, state: DumpState): void {
  if (state.state === "indexing") progress.show(state.step, state.fraction);
}

async function help(output: Output, verb: string | undefined): Promise<number> {
  if (verb !== undefined && isVerb(verb)) {
    const command = await loadVerb[verb]();
    output.text([command.summary, "", ...usageOf(command)]);
    return exitCodes.done;
  }
  const commands = await Promise.all(verbNames.map((name) => loadVerb[name]()));
  // biome-ignore lint/plugin: the verbs of this program
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  output.text([
    "Exhume reads heap dumps of Java (HPROF, IBM's PHD) and V8, and ELF core files.",
    "",
    "Usage: exhume VERB …",
    "",
    ...lines,
    "",
    "exhume help VERB tells the options of a verb.",
    "Exit codes: 0 done, 1 analysed but totals are lower bounds, 2 usage, 3 not a dump or unreadable, " +
      "4 a limit of check or policy is broken, or a redacted copy is not proven.",
  ]);
  return exitCodes.done;
}

function usageOf(command: Command): string[] {
  return `Usage: exhume ${command.name} ${command.usage}`.split("\n");
}
