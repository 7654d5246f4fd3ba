import { formatQuantity } from "../../base/figures";
import type { LoadedProcess } from "../loadedProcess";
import { futexCallOf } from "../locks/futexCall";
import type { Wait } from "../locks/wait";
import type { ManagedFrame, ManagedThread } from "../managed/managedStack";
import type { ManagedVariable } from "../managed/managedValue";
import type { Runtime, RuntimeInputs } from "../managed/runtime";
import type { LoadedModule } from "../modules/loadedModule";
import type { ThreadSnapshot } from "../processSnapshot";
import type { Symbolize } from "../symbols/symbolizer";
import type { Frame } from "../unwind/stack";
import { type InterpreterLock, interpreterLockOf } from "./interpreterLock";
import { joinPythonFrames } from "./joinPythonFrames";
import { type FoundPython, locatePython, unreadPython } from "./locatePython";
import { PythonCodes } from "./pythonCode";
import { exceptionsOf } from "./pythonExceptions";
import { type PythonFrame, type PythonRun, runsOfThread } from "./pythonFrames";
import { type PythonTask, PythonTasks } from "./pythonTasks";
import { type PythonThread, threadNamesOf, threadsByNumber } from "./pythonThreads";
import { globalsOfFrame, variablesOfFrame } from "./pythonVariables";

/** Files of the standard library and of installed packages. */
const libraryFile = /^<frozen |\/python3(\.\d+)?\/|\/(site|dist)-packages\//;
const takingFunction = /^take_gil\b/;
/** Between the lock and the system call. */
const mostFramesOfLock = 4;
const mostTasksTold = 20;
const mostWaitsTold = 4;
const loopFunction = /^_PyEval_EvalFrameDefault\b/;

export function findPython({ process, symbolize, problems }: RuntimeInputs): Runtime | undefined {
  const found = locatePython(process);
  if (found !== undefined) return new PythonRuntime(found, process, symbolize);
  const unread = unreadPython(process);
  if (unread !== undefined) {
    const message = `${unread} is not read: its frames and values are not shown, only those of C.`;
    problems.add({ code: "runtime-not-read", message, losesData: false });
  }
  return undefined;
}

/** CPython in a process: its threads with their Python frames. */
class PythonRuntime implements Runtime {
  readonly title: string;
  private readonly codes: PythonCodes;
  private readonly tasks: PythonTasks;
  private readonly threads: ReadonlyMap<number, readonly PythonThread[]>;
  private readonly lwpByState: ReadonlyMap<number, number>;
  private readonly locks = new Map<number, InterpreterLock | undefined>();
  private readonly names = new Map<number, ReadonlyMap<number, string>>();

  constructor(
    private readonly found: FoundPython,
    private readonly process: LoadedProcess,
    private readonly symbolize: Symbolize<LoadedModule>,
  ) {
    this.title = `CPython 3.${found.python.layout.minor}`;
    this.codes = new PythonCodes(found.python);
    this.tasks = new PythonTasks(found.python, this.codes);
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
    const wait = this.lockWait(thread, states);
    return {
      ...(name !== undefined && { name }),
      ...(wait !== undefined && { wait }),
      notes: [
        ...(this.holdsLock(states) ? ["holds the GIL"] : []),
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

  private holdsLock(states: readonly PythonThread[]): boolean {
    return states.some(({ interpreter, address }) => this.lockOf(interpreter)?.holder === address);
  }

  /** It sleeps some milliseconds at a time, but for as long as another thread has the lock. */
  private lockWait(thread: ThreadSnapshot, states: readonly PythonThread[]): Wait | undefined {
    const { lwp } = thread;
    const call = Number(futexCallOf(this.process.image, thread)?.address ?? 0n);
    for (const { interpreter } of states) {
      const lock = this.lockOf(interpreter);
      if (lock === undefined) continue;
      const isAsleep = call >= lock.start && call < lock.end;
      if (!isAsleep && !(states.length === 1 && this.takesLock(thread))) continue;
      const owner = lock.holder === undefined ? undefined : this.lwpByState.get(lock.holder);
      return {
        lwp,
        kind: "interpreterLock",
        address: BigInt(lock.start),
        isTimed: false,
        told: "waits for the GIL",
        ...(owner !== undefined && { owner }),
      };
    }
    return undefined;
  }

  /** Between two sleeps there is no system call to see. */
  private takesLock(thread: ThreadSnapshot): boolean {
    const frames = this.process.stackOf(thread).slice(0, mostFramesOfLock);
    return frames.some(({ module, lookupAddress }) => {
      if (module === undefined) return false;
      const functions = this.symbolize(module, BigInt(module.relative(lookupAddress)));
      return functions.some(({ function: name }) => name !== undefined && takingFunction.test(name));
    });
  }

  /** What asyncio has to do on a thread. */
  private taskNotes(states: readonly PythonThread[], runs: readonly PythonRun[]): string[] {
    const running = new Set(runs.flatMap(({ frames }) => frames.map(({ address }) => address)));
    const notes: string[] = [];
    let more = 0;
    for (const state of states) {
      const tasks = this.tasks.of(state, running, mostTasksTold - notes.length);
      for (const task of tasks.told) notes.push(taskWords(task));
      more += tasks.more;
    }
    return more === 0 ? notes : [...notes, `has ${formatQuantity(more, "more asyncio task")}`];
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
