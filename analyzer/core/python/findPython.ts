import type { LoadedProcess } from "../loadedProcess";
import { futexCallOf } from "../locks/futexCall";
import type { ManagedFrame, ManagedThread } from "../managed/managedStack";
import type { ManagedVariable } from "../managed/managedValue";
import type { Runtime, RuntimeInputs } from "../managed/runtime";
import type { LoadedModule } from "../modules/loadedModule";
import type { ThreadSnapshot } from "../processSnapshot";
import type { Frame } from "../unwind/stack";
import { type InterpreterLock, interpreterLockOf } from "./interpreterLock";
import { joinPythonFrames } from "./joinPythonFrames";
import { type FoundPython, locatePython } from "./locatePython";
import { PythonCodes } from "./pythonCode";
import { exceptionsOf } from "./pythonExceptions";
import { type PythonFrame, type PythonRun, runsOfThread } from "./pythonFrames";
import { type PythonTask, tasksOf } from "./pythonTasks";
import { type PythonThread, threadNamesOf, threadsByNumber } from "./pythonThreads";
import { globalsOfFrame, variablesOfFrame } from "./pythonVariables";

/** Files of the standard library and of installed packages. */
const libraryFile = /^<frozen |\/python3(\.\d+)?\/|\/(site|dist)-packages\//;
const mostTasksTold = 20;
const mostWaitsTold = 4;
const loopFunction = /^_PyEval_EvalFrameDefault\b/;

export function findPython({ process }: RuntimeInputs): Runtime | undefined {
  const found = locatePython(process);
  return found && new PythonRuntime(found, process);
}

/** CPython in a process: its threads with their Python frames. */
class PythonRuntime implements Runtime {
  readonly title: string;
  private readonly codes: PythonCodes;
  private readonly threads: ReadonlyMap<number, readonly PythonThread[]>;
  private readonly lwpByState: ReadonlyMap<number, number>;
  private readonly locks = new Map<number, InterpreterLock | undefined>();
  private readonly names = new Map<number, ReadonlyMap<number, string>>();

  constructor(
    private readonly found: FoundPython,
    private readonly process: LoadedProcess,
  ) {
    this.title = `CPython 3.${found.python.layout.minor}`;
    this.codes = new PythonCodes(found.python);
    this.threads = threadsByNumber(found, process);
    this.lwpByState = new Map(
      [...this.threads].flatMap(([lwp, states]) =>
        states.map(({ address }): [number, number] => [address, lwp]),
      ),
    );
  }

  threadOf(thread: ThreadSnapshot): ManagedThread | undefined {
    const states = this.threads.get(thread.lwp);
    if (states === undefined) return undefined;
    const { python } = this.found;
    const runs = states.flatMap(({ address }) => runsOfThread(python, this.codes, address));
    const native = {
      stack: this.process.stackOf(thread),
      roleOf,
      stackPointerOf: ({ registers }: Frame<LoadedModule>) =>
        registers[this.process.image.architecture.stackPointer],
    };
    const name = this.nameOf(states);
    return {
      ...(name !== undefined && { name }),
      notes: [
        ...this.lockNotes(thread, states),
        ...states.flatMap(({ address }) => exceptionsOf(python, address)),
        ...this.taskNotes(states, runs),
      ],
      ...joinPythonFrames(runs, native, (frame) => this.managedFrame(frame)),
    };
  }

  private managedFrame(frame: PythonFrame): ManagedFrame {
    const { code, instruction } = frame;
    const place = code.placeOf(instruction);
    let variables: readonly ManagedVariable[] | undefined;
    return {
      language: "Python",
      isCertain: true,
      ...(code.name !== undefined && { function: code.name }),
      ...(code.file !== undefined && { file: code.file }),
      ...place,
      isLibrary: code.file === undefined || libraryFile.test(code.file),
      variables: () => {
        variables ??= variablesOfFrame(this.found.python, frame);
        return variables;
      },
      globals: () => globalsOfFrame(this.found.python, frame),
    };
  }

  private nameOf(states: readonly PythonThread[]): string | undefined {
    for (const { interpreter, id } of states) {
      let names = this.names.get(interpreter);
      if (names === undefined) {
        names = threadNamesOf(this.found.python, interpreter);
        this.names.set(interpreter, names);
      }
      const name = names.get(id);
      if (name !== undefined) return name;
    }
    return undefined;
  }

  private lockNotes(thread: ThreadSnapshot, states: readonly PythonThread[]): string[] {
    const address = Number(futexCallOf(this.process.image, thread)?.address ?? 0n);
    const notes = new Set<string>();
    for (const { interpreter, address: state } of states) {
      const lock = this.lockOf(interpreter);
      if (lock === undefined) continue;
      const { start, end, holder } = lock;
      if (holder === state) notes.add("holds the GIL");
      else if (address >= start && address < end) {
        const lwp = holder === undefined ? undefined : this.lwpByState.get(holder);
        notes.add(`waits for the GIL${lwp === undefined ? "" : `, held by thread ${lwp}`}`);
      }
    }
    return [...notes];
  }

  /** What asyncio has to do on a thread. */
  private taskNotes(states: readonly PythonThread[], runs: readonly PythonRun[]): string[] {
    const { python } = this.found;
    const running = new Set(runs.flatMap(({ frames }) => frames.map(({ address }) => address)));
    const notes: string[] = [];
    let more = 0;
    for (const { interpreter, address: thread, id } of states) {
      for (const task of tasksOf({ python, codes: this.codes, interpreter, thread, running })) {
        if (task.thread !== id) continue;
        if (notes.length >= mostTasksTold) more++;
        else notes.push(taskWords(task));
      }
    }
    return more === 0 ? notes : [...notes, `has ${more} more asyncio tasks`];
  }

  private lockOf(interpreter: number): InterpreterLock | undefined {
    if (!this.locks.has(interpreter)) this.locks.set(interpreter, interpreterLockOf(this.found, interpreter));
    return this.locks.get(interpreter);
  }
}

/** `has the asyncio task Task-3, which waits in fetch at shop.py:12, in serve at shop.py:40` */
function taskWords({ name, waits }: PythonTask): string {
  if (waits.length === 0) return `runs the asyncio task ${name}`;
  const more = waits.length > mostWaitsTold ? `, ${waits.length - mostWaitsTold} more` : "";
  return `has the asyncio task ${name}, which waits in ${waits.slice(0, mostWaitsTold).join(", in ")}${more}`;
}

function roleOf({ module, lookupAddress }: Frame<LoadedModule>): "loop" | "other" | undefined {
  const name = module?.symbols.functionAt(module.relative(lookupAddress))?.name;
  return name === undefined ? undefined : loopFunction.test(name) ? "loop" : "other";
}
