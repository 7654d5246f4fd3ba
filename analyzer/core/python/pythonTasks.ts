import type { PythonCode, PythonCodes } from "./pythonCode";
import { valueOfKey } from "./pythonDictionary";
import { readFrame } from "./pythonFrames";
import { instanceEntries } from "./pythonInstance";
import type { PythonMemory } from "./pythonMemory";
import { readPythonInteger } from "./pythonNumbers";
import { setItems } from "./pythonSet";
import { letterTextAt } from "./pythonText";
import { attributeOfModule } from "./pythonThreads";

/** A task of asyncio that is not done. */
export interface PythonTask {
  readonly name: string;
  /** Python's number of the thread whose loop runs it. */
  readonly thread: number | undefined;
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

export interface TaskInputs {
  readonly python: PythonMemory;
  readonly codes: PythonCodes;
  readonly interpreter: number;
  readonly thread: number;
  /** Addresses of the frames that the thread runs. */
  readonly running: ReadonlySet<number>;
}

/** Tasks of one interpreter, and of one of its threads where they are kept by threads. */
export function tasksOf(inputs: TaskInputs): PythonTask[] {
  const { python, interpreter, thread } = inputs;
  const layout = layouts[python.layout.minor];
  if (layout === undefined) return [];
  const addresses =
    layout.list === undefined
      ? tasksOfModule(python, interpreter)
      : tasksOfThread(python, thread, layout.list);
  return addresses.flatMap((address) => {
    if (!python.isOfType(address, "Task") || python.i32(address + layout.state) !== pending) return [];
    const loop = python.pointer(address + loopOffset);
    const id =
      loop === undefined ? undefined : valueOfKey(python, instanceEntries(python, loop), "_thread_id");
    const number = id === undefined ? undefined : readPythonInteger(python, id);
    const coroutine = python.pointer(address + layout.coroutine);
    return {
      name: nameOf(python, python.pointer(address + layout.name)),
      thread: number === undefined ? undefined : Number(number),
      waits: coroutine === undefined ? [] : waitsOf(inputs, coroutine).reverse(),
    };
  });
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

/** From a coroutine to the one it awaits, as long as those are Python's. */
function waitsOf({ python, codes, running }: TaskInputs, first: number): string[] {
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
  return file === undefined ? "?" : file.slice(file.lastIndexOf("/") + 1);
}
