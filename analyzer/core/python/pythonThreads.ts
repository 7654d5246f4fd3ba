import type { LoadedProcess } from "../loadedProcess";
import type { ThreadSnapshot } from "../processSnapshot";
import { type FoundPython, interpreterOfThread } from "./locatePython";
import { dictionaryEntries, valueOfKey } from "./pythonDictionary";
import { instanceEntries } from "./pythonInstance";
import type { PythonMemory } from "./pythonMemory";
import { readPythonInteger } from "./pythonNumbers";
import { letterTextAt } from "./pythonText";

/** A thread as one interpreter knows it. */
export interface PythonThread {
  /** Of its `PyThreadState`. */
  readonly address: number;
  readonly interpreter: number;
  /** What `threading.get_ident()` gives. */
  readonly id: number;
}

const mostInterpreters = 1000;
const mostThreads = 100_000;
const nextThread = 8;

export function interpretersOf({ python, runtime }: FoundPython): number[] {
  const { runtime: layout, interpreter } = python.layout;
  return chain(python, python.pointer(runtime + layout.firstInterpreter), interpreter.next, mostInterpreters);
}

/** Threads by the kernel's number; a thread that runs several interpreters has several. */
export function threadsByNumber(found: FoundPython, process: LoadedProcess): Map<number, PythonThread[]> {
  const { python } = found;
  const { thread: layout, interpreter: interpreterLayout } = python.layout;
  const lookup = new ThreadLookup(process.image.threads);
  const threads = new Map<number, PythonThread[]>();
  for (const interpreter of interpretersOf(found)) {
    const first = python.pointer(interpreter + interpreterLayout.firstThread);
    for (const address of chain(python, first, nextThread, mostThreads)) {
      if (python.pointer(address + interpreterOfThread) !== interpreter) break;
      const id = python.word(address + layout.threadId) ?? 0;
      const native = layout.nativeId === undefined ? undefined : python.word(address + layout.nativeId);
      const lwp = lookup.lwpOf(id, native);
      if (lwp === undefined) continue;
      const own = threads.get(lwp);
      const thread = { address, interpreter, id };
      if (own === undefined) threads.set(lwp, [thread]);
      else own.push(thread);
    }
  }
  return threads;
}

/** Python's number of a thread is its `pthread_t`, which is where its thread-local storage is. */
class ThreadLookup {
  private readonly byPointer: ReadonlyMap<bigint, number>;
  private readonly lwps: ReadonlySet<number>;

  constructor(threads: readonly ThreadSnapshot[]) {
    this.byPointer = new Map(
      threads.flatMap(({ threadPointer, lwp }) =>
        threadPointer === undefined ? [] : [[threadPointer, lwp]],
      ),
    );
    this.lwps = new Set(threads.map(({ lwp }) => lwp));
  }

  lwpOf(id: number, native: number | undefined): number | undefined {
    if (native !== undefined && this.lwps.has(native)) return native;
    return this.byPointer.get(BigInt(id));
  }
}

/** Names that the program gave its threads, by Python's number: those of `threading._active`. */
export function threadNamesOf(python: PythonMemory, interpreter: number): Map<number, string> {
  const names = new Map<number, string>();
  const active = attributeOfModule(python, interpreter, "threading", "_active");
  const entries = active === undefined ? undefined : dictionaryEntries(python, active);
  for (const [key, thread] of entries?.page(0, mostThreads) ?? []) {
    const id = readPythonInteger(python, key);
    const name = letterTextAt(python, valueOfKey(python, instanceEntries(python, thread), "_name"), 256);
    if (id !== undefined && name !== undefined) names.set(Number(id), name);
  }
  return names;
}

/** What a module that is loaded calls by a name. */
export function attributeOfModule(
  python: PythonMemory,
  interpreter: number,
  moduleName: string,
  name: string,
): number | undefined {
  const modules = python.pointer(interpreter + python.layout.interpreter.modules);
  const module = attributeOf(python, modules, moduleName);
  const dictionary = module === undefined ? undefined : python.pointer(module + 16);
  return attributeOf(python, dictionary, name);
}

function attributeOf(python: PythonMemory, dictionary: number | undefined, name: string): number | undefined {
  return dictionary === undefined
    ? undefined
    : valueOfKey(python, dictionaryEntries(python, dictionary), name);
}

/** Addresses in a linked list, which ends where it comes back to itself. */
function chain(python: PythonMemory, first: number | undefined, next: number, most: number): number[] {
  const seen = new Set<number>();
  for (let at = first; at !== undefined && !seen.has(at) && seen.size < most; at = python.pointer(at + next))
    seen.add(at);
  return [...seen];
}
