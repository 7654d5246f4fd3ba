import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { MatrixCell } from "./buildMatrix";
import type { GdbThread } from "./gdb";
import { stackDifferences } from "./judgedStacks";
import { compareFrames, readJudgedFrames, type ValueVerdict } from "./judgedValues";
import { buildProgram, coreOf, requireTool } from "./nativePrograms";
import { openCore } from "./openCore";

export interface CellVerdict {
  readonly cell: MatrixCell;
  readonly frames: number;
  readonly stacks: readonly string[];
  readonly values: ValueVerdict;
  /** The cell could not be built, did not die, or the judge gave up. */
  readonly failure?: string;
}

const noValues: ValueVerdict = { differences: [], known: 0, less: 0, more: 0, printed: 0 };

/** Cells of one run of the judge. */
const cellsAtOnce = 8;

/** Builds and kills every cell, then asks the judge and us for stacks of all threads and values of the first. */
export async function judgeCells(
  cells: readonly MatrixCell[],
  onProgress: (done: number) => void = () => undefined,
): Promise<CellVerdict[]> {
  const verdicts: CellVerdict[] = [];
  for (let start = 0; start < cells.length; start += cellsAtOnce) {
    const made: { readonly cell: MatrixCell; readonly program: string; readonly core: string }[] = [];
    for (const cell of cells.slice(start, start + cellsAtOnce)) {
      try {
        const program = buildProgram(cell.draft);
        made.push({ cell, program: program.path, core: await coreOf(program, cell.args) });
      } catch (error) {
        const failure = (error as Error).message.slice(0, 400);
        verdicts.push({ cell, frames: 0, stacks: [], values: noValues, failure });
      }
    }
    const answers = judged(made);
    // In a run over several programs the judge sometimes finds no names in one; alone it does.
    for (const [index, one] of made.entries())
      if (isNameless(answers[index])) [answers[index]] = judged([one]);
    for (const [index, { cell, program, core }] of made.entries()) {
      const answer = answers[index];
      if (answer === undefined) {
        verdicts.push({ cell, frames: 0, stacks: [], values: noValues, failure: "the judge gave up" });
        continue;
      }
      const context = await openCore(core, { program });
      const frames = answer.stacks.reduce((sum, thread) => sum + thread.frames.length, 0);
      const stacks = stackDifferences(context, answer.stacks);
      // Of Rust's enums the judge flattens alternatives that are not there.
      const values =
        cell.draft.compiler === "rustc"
          ? noValues
          : withoutLines(compareFrames(context.view, readJudgedFrames(answer.values), cell.file));
      verdicts.push({ cell, frames, stacks, values });
    }
    onProgress(verdicts.length);
  }
  return verdicts;
}

/** Lines are compared with the stacks. */
function withoutLines(verdict: ValueVerdict): ValueVerdict {
  return {
    ...verdict,
    differences: verdict.differences.filter((text) => !/: line \d+, not \d+$/.test(text)),
  };
}

function isNameless(answer: Judged | undefined): boolean {
  return (
    answer === undefined || answer.stacks.every(({ frames }) => frames.every(({ file }) => file === null))
  );
}

interface Judged {
  readonly stacks: readonly GdbThread[];
  readonly values: string;
}

/** One run for several cores; what it printed of a core before it gave up on the next one counts. */
function judged(
  made: readonly { readonly program: string; readonly core: string }[],
): (Judged | undefined)[] {
  requireTool("gdb", "apt-get install gdb");
  const commands = [
    ...[
      "set backtrace past-main on",
      "set backtrace past-entry on",
      "set debuginfod enabled off",
      "set confirm off",
    ],
    ...made.flatMap(({ program, core }, index) => [
      ...["core-file", `file ${program}`, `core-file ${core}`, `echo CELL ${index}\\n`],
      ...["gdbFrames.py", "gdbValues.py"].map((script) => `source ${join(__dirname, script)}`),
    ]),
  ];
  const args = ["-batch", "-nx", ...commands.flatMap((command) => ["-ex", command])];
  const done = spawnSync("gdb", args, { encoding: "utf8", timeout: 300_000, maxBuffer: 1 << 30 });
  const parts = done.stdout.split(/^CELL \d+$/m).slice(1);
  return made.map((_, index) => {
    const lines = (parts[index] ?? "").split("\n");
    const frames = lines.find((line) => line.startsWith("FRAMES "));
    const values = lines.find((line) => line.startsWith("JSON:"));
    if (frames === undefined || values === undefined) return undefined;
    return { stacks: JSON.parse(frames.slice("FRAMES ".length)) as GdbThread[], values };
  });
}
