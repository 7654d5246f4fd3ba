import { lastPartOf } from "../../base/pathNames";
import type { LoadedProcess } from "../loadedProcess";
import { protection } from "../memorySegment";
import type { LoadedModule } from "../modules/loadedModule";
import { mayHavePython } from "./pythonFiles";
import { type PythonLayout, pythonLayouts } from "./pythonLayouts";
import { hasFlag, PythonMemory, typeFlag } from "./pythonMemory";
import { pythonReleaseAt } from "./pythonRelease";

/** An interpreter's state in the memory of a process, with the objects it is read by. */
export interface FoundPython {
  readonly python: PythonMemory;
  /** Address of `_PyRuntime`. */
  readonly runtime: number;
}

/** `PyThreadState.interp` */
export const interpreterOfThread = 16;
/** `PyThreadState.cframe` of 3.10 */
export const loopOfThread = 48;
const interpreterFile = /^(lib)?python3?[\d.]*(\.so[\d.]*)?\b/;
const mostSearchedBytes = 16 << 20;
/** Ever made in a process. */
const mostInterpreters = 1n << 31n;

/**
 * Finds CPython by its symbol `_PyRuntime`, which builds keep for their extension modules, else by what it looks like.
 * The release is what the memory fits; a name only says what is tried first.
 */
export function locatePython(process: LoadedProcess): FoundPython | undefined {
  const { memory } = process.image;
  if (memory.pointerBytes !== 8 || !memory.littleEndian) return undefined;
  const modules = candidatesOf(process);
  for (const module of modules) {
    const symbol = module.symbols.named("_PyRuntime");
    if (symbol === undefined) continue;
    const runtime = Number(module.bias) + symbol.address;
    for (const layout of likelyLayouts(module)) {
      const python = new PythonMemory(memory, layout);
      if (fits(python, runtime)) return { python, runtime };
    }
  }
  for (const module of modules) {
    const found = searchModule(process, module);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What to say of an interpreter that is there and not read; undefined where none is known to be. */
export function unreadPython(process: LoadedProcess): string | undefined {
  const { memory } = process.image;
  for (const module of candidatesOf(process)) {
    const symbol = module.symbols.named("_PyRuntime");
    if (symbol === undefined) continue;
    const release = pythonReleaseAt(memory, BigInt(symbol.address) + module.bias);
    const named = /python(3\.\d+)/.exec(module.path)?.[1];
    const which = `CPython ${release?.words ?? named ?? "3"}`;
    if (release?.isFreeThreaded === true) return `${which} without a GIL (free-threaded)`;
    if (memory.pointerBytes !== 8 || !memory.littleEndian)
      return `${which} in a ${memory.pointerBytes * 8}-bit${memory.littleEndian ? "" : " big-endian"} process`;
    if (release !== undefined && pythonLayouts.every(({ minor }) => minor !== release.minor)) return which;
  }
  return undefined;
}

/** The interpreter's own files first; none where nothing of Python is mapped. */
function candidatesOf(process: LoadedProcess): LoadedModule[] {
  if (!mayHavePython(process)) return [];
  const { modules } = process;
  const isOwn = ({ path }: LoadedModule) => interpreterFile.test(lastPartOf(path));
  return [
    ...modules.filter(isOwn),
    ...modules.filter((module) => module.kind === "executable" && !isOwn(module)),
  ];
}

function likelyLayouts({ path }: LoadedModule): PythonLayout[] {
  const named = /python3\.(\d+)/.exec(path)?.[1];
  const minor = named === undefined ? undefined : Number(named);
  return [...pythonLayouts].sort((a, b) => Number(b.minor === minor) - Number(a.minor === minor));
}

/** An interpreter whose first thread knows it, and which has a dictionary of modules. */
function fits(python: PythonMemory, runtime: number): boolean {
  const { runtime: layout, interpreter } = python.layout;
  const release = pythonReleaseAt(python.memory, BigInt(runtime));
  if (release !== undefined && (release.isFreeThreaded || release.minor !== python.layout.minor))
    return false;
  const first = python.pointer(runtime + layout.firstInterpreter);
  if (first === undefined || first % 8 !== 0) return false;
  const thread = python.pointer(first + interpreter.firstThread);
  if (thread === undefined || python.pointer(thread + interpreterOfThread) !== first) return false;
  // 3.9 and 3.10 differ in their frames only; from 3.10 on a thread leads to the variables of its innermost loop.
  const { minor } = python.layout;
  if ((minor === 9 || minor === 10) && (minor === 10) !== hasLoop(python, thread)) return false;
  const modules = python.pointer(first + interpreter.modules);
  return modules !== undefined && hasFlag(python.typeOf(modules), typeFlag.dictionary);
}

/** Those begin with a small number; at that place 3.9 has nothing, or the code of a profiler. */
function hasLoop(python: PythonMemory, thread: number): boolean {
  const loop = python.pointer(thread + loopOfThread);
  const start = loop === undefined ? undefined : python.memory.u32At(loop);
  return start !== undefined && start < 256;
}

/**
 * The first and the main interpreter stand beside each other and are the same one, unless a program makes more; behind them
 * stands the number of the next one. Others point twice at the interpreter as well.
 */
function searchModule({ image }: LoadedProcess, module: LoadedModule): FoundPython | undefined {
  const { memory } = image;
  const layouts = likelyLayouts(module);
  let searched = 0;
  let end: bigint | undefined;
  for (const segment of memory.segments) {
    const isMapped = module.ranges.some((range) => segment.start < range.end && segment.end > range.start);
    // Zeroed data follows what is mapped of the file, which alone tells its size.
    const isOfModule = isMapped || (end !== undefined && segment.start === end);
    end = isMapped ? segment.end : undefined;
    if (!isOfModule || (segment.protection & protection.write) === 0) continue;
    const bytes = memory.bytes(segment.start, Math.min(segment.dumpedBytes, mostSearchedBytes - searched));
    searched += bytes.length;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at + 24 <= bytes.length; at += 8) {
      const low = view.getUint32(at, true);
      if (low === 0 || low !== view.getUint32(at + 8, true)) continue;
      if (view.getUint32(at + 4, true) !== view.getUint32(at + 12, true)) continue;
      const next = view.getBigUint64(at + 16, true);
      if (next === 0n || next > mostInterpreters) continue;
      for (const layout of layouts) {
        const python = new PythonMemory(memory, layout);
        const runtime = Number(segment.start) + at - layout.runtime.firstInterpreter;
        if (fits(python, runtime)) return { python, runtime };
      }
    }
  }
  return undefined;
}
