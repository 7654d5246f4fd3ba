import { lastPartOf } from "../../base/pathNames";
import type { PythonCode, PythonCodes } from "./pythonCode";
import { valueOfKey } from "./pythonDictionary";
import { readFrame } from "./pythonFrames";
import { instanceEntries } from "./pythonInstance";
import type { PythonMemory } from "./pythonMemory";
import { readPythonInteger } from "./pythonNumbers";
import { setItems } from "./pythonSet";
import { letterTextAt } from "./pythonText";
import { attributeOfModule, type PythonThread } from "./pythonThreads";

/** A task of asyncio that is not done. */
export interface PythonTask {
  readonly name: string;
  /** Where it waits: functions from the innermost out; empty for the one that runs. */
  readonly waits: readonly string[];
}

interface TaskLayout {
  readonly coroutine: number;
  readonly name: number;
  readonly state: number;
  /** Since 3.14 tasks are a list of their thread instead of a set of their module. */
  readonly list?: { readonly head: number; readonly node: number };
}

const layouts: Readonly<Partial<Record<number, TaskLayout>>> = {
  8: { coroutine: 112, name: 120, state: 72 },
  9: { coroutine: 152, name: 160, state: 80 },
  10: { coroutine: 160, name: 168, state: 88 },
  11: { coroutine: 136, name: 144, state: 88 },
  12: { coroutine: 136, name: 144, state: 88 },
  13: { coroutine: 120, name: 128, state: 96 },
  14: { coroutine: 128, name: 136, state: 104, list: { head: 880, node: 152 } },
  15: { coroutine: 128, name: 136, state: 104, list: { head: 1048, node: 152 } },
};

const mostTasks = 10_000;
const deepestAwait = 256;
const loopOffset = 16;
const referenceOffset = 16;
/** `FUTURE_PENDING` */
const pending = 0;

/** Tasks of a process by the threads whose loops run them; where releases keep them together, they are sorted once. */
export class PythonTasks {
  private readonly ofInterpreters = new Map<number, ReadonlyMap<number, readonly number[]>>();
  private readonly threadsOfLoops = new Map<number, number | undefined>();

  constructor(
    private readonly python: PythonMemory,
    private readonly codes: PythonCodes,
  ) {}

  /**
   * The first tasks of a thread, and how many more it has.
   * @param running addresses of the frames that the thread runs
   */
  of(
    thread: PythonThread,
    running: ReadonlySet<number>,
    most: number,
  ): { readonly told: readonly PythonTask[]; readonly more: number } {
    const { python, codes } = this;
    const layout = layouts[python.layout.minor];
    if (layout === undefined) return { told: [], more: 0 };
    const all = this.addressesOf(thread, layout);
    const told = all.slice(0, most).map((address): PythonTask => {
      const coroutine = python.pointer(address + layout.coroutine);
      return {
        name: nameOf(python, python.pointer(address + layout.name)),
        waits: coroutine === undefined ? [] : waitsOf({ python, codes, running }, coroutine).reverse(),
      };
    });
    return { told, more: all.length - told.length };
  }

  private addressesOf({ interpreter, address, id }: PythonThread, layout: TaskLayout): readonly number[] {
    if (layout.list !== undefined)
      return this.byThread(tasksOfThread(this.python, address, layout.list), layout).get(id) ?? [];
    let byThread = this.ofInterpreters.get(interpreter);
    if (byThread === undefined) {
      byThread = this.byThread(tasksOfModule(this.python, interpreter), layout);
      this.ofInterpreters.set(interpreter, byThread);
    }
    return byThread.get(id) ?? [];
  }

  private byThread(addresses: readonly number[], layout: TaskLayout): ReadonlyMap<number, readonly number[]> {
    const { python } = this;
    const byThread = new Map<number, number[]>();
    for (const address of addresses) {
      if (!python.isOfType(address, "Task") || python.i32(address + layout.state) !== pending) continue;
      const loop = python.pointer(address + loopOffset);
      const thread = loop === undefined ? undefined : this.threadOfLoop(loop);
      if (thread === undefined) continue;
      const own = byThread.get(thread);
      if (own === undefined) byThread.set(thread, [address]);
      else own.push(address);
    }
    return byThread;
  }

  /** Python's number of the thread that runs a loop. */
  private threadOfLoop(loop: number): number | undefined {
    if (!this.threadsOfLoops.has(loop)) {
      const { python } = this;
      const id = valueOfKey(python, instanceEntries(python, loop), "_thread_id");
      const number = id === undefined ? undefined : readPythonInteger(python, id);
      this.threadsOfLoops.set(loop, number === undefined ? undefined : Number(number));
    }
    return this.threadsOfLoops.get(loop);
  }
}

/** A name is a string, or the number of one that nobody asked for yet. */
function nameOf(python: PythonMemory, address: number | undefined): string {
  if (address === undefined) return "a task";
  const text = letterTextAt(python, address, 256);
  if (text !== undefined) return text;
  const number = readPythonInteger(python, address);
  return number === undefined ? "a task" : `Task-${number}`;
}

/** A `WeakSet`: its data is a set of weak references. */
function tasksOfModule(python: PythonMemory, interpreter: number): number[] {
  const { minor } = python.layout;
  const name = minor < 12 ? "_all_tasks" : "_scheduled_tasks";
  const tasks = attributeOfModule(python, interpreter, "asyncio.tasks", name);
  const data = tasks === undefined ? undefined : valueOfKey(python, instanceEntries(python, tasks), "data");
  const references = data === undefined ? [] : setItems(python, data, mostTasks);
  return references.flatMap((reference) => python.pointer(reference + referenceOffset) ?? []);
}

function tasksOfThread(
  python: PythonMemory,
  thread: number,
  { head, node }: NonNullable<TaskLayout["list"]>,
): number[] {
  const seen = new Set<number>();
  const start = thread + head;
  for (let at = python.pointer(start); at !== undefined && at !== start && seen.size < mostTasks; ) {
    if (seen.has(at)) break;
    seen.add(at);
    at = python.pointer(at);
  }
  return [...seen].map((each) => each - node);
}

interface WaitInputs {
  readonly python: PythonMemory;
  readonly codes: PythonCodes;
  /** Addresses of the frames that the thread runs. */
  readonly running: ReadonlySet<number>;
}

/** From a coroutine to the one it awaits, as long as those are Python's. */
function waitsOf({ python, codes, running }: WaitInputs, first: number): string[] {
  const waits: string[] = [];
  let coroutine: number | undefined = first;
  for (let depth = 0; coroutine !== undefined && depth < deepestAwait; depth++) {
    if (!isAwaitable(python, coroutine)) break;
    const frameAddress = frameOf(python, coroutine);
    const frame = frameAddress === undefined ? undefined : readFrame(python, codes, frameAddress);
    if (frame === undefined || running.has(frame.address)) break;
    const { code, instruction } = frame;
    const { line } = code.placeOf(instruction) ?? {};
    waits.push(`${code.name ?? "?"} at ${shortFile(code)}${line === undefined ? "" : `:${line}`}`);
    coroutine = awaitedBy(python, frameAddress!, code);
  }
  return waits;
}

function isAwaitable(python: PythonMemory, address: number | undefined): boolean {
  const name = address === undefined ? undefined : python.typeOf(address)?.name;
  return name === "coroutine" || name === "generator" || name === "async_generator";
}

function frameOf(python: PythonMemory, generator: number): number | undefined {
  const { frame } = python.layout.generator;
  return python.layout.minor < 11 ? python.pointer(generator + frame) : generator + frame;
}

/** What a suspended frame awaits is on top of its values. */
function awaitedBy(python: PythonMemory, frame: number, { variables }: PythonCode): number | undefined {
  const { minor, frame: layout } = python.layout;
  const values = frame + layout.variables;
  if (minor >= 14) {
    const top = python.pointer(frame + 64);
    if (top === undefined) return undefined;
    // 3.15 has a word above it.
    return [8, 16].map((below) => python.reference(top - below)).find((each) => isAwaitable(python, each));
  }
  if (minor >= 11) {
    const count = python.i32(frame + 64) ?? 0;
    return count > variables.length && count < 1 << 16
      ? python.reference(values + 8 * (count - 1))
      : undefined;
  }
  const bottom = python.pointer(frame + 64);
  if (minor === 10) {
    const depth = python.i32(frame + 80) ?? 0;
    return bottom === undefined || depth <= 0 || depth > 1 << 16
      ? undefined
      : python.pointer(bottom + 8 * (depth - 1));
  }
  const top = python.pointer(frame + 72);
  return top === undefined || bottom === undefined || top <= bottom ? undefined : python.pointer(top - 8);
}

function shortFile({ file }: PythonCode): string {
  return file === undefined ? "?" : lastPartOf(file);
}
