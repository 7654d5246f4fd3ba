import type { LoadedProcess } from "../loadedProcess";
import type { ManagedFrame, ManagedPlace, ManagedThread } from "../managed/managedStack";
import type { Runtime, RuntimeInputs } from "../managed/runtime";
import type { LoadedModule } from "../modules/loadedModule";
import type { ThreadSnapshot } from "../processSnapshot";
import type { Frame } from "../unwind/stack";
import { type NodeRelease, nodeReleaseOf, stepFormOf, untriedNode } from "./nodeRelease";
import { type V8Code, v8CodeOf } from "./v8Code";
import { describesV8, locateV8 } from "./v8Constants";
import { readV8Function, type V8Function } from "./v8Functions";
import { V8Heap } from "./v8Heap";
import { type ScriptPlace, type StepForm, scriptPositionOf } from "./v8Positions";
import { V8Scripts } from "./v8Scripts";

const mostFrames = 100_000;
const mostNativeFrames = 10_000;
/** `rbp`, by DWARF number. */
const framePointer = 6;
const bytesLength = 8;
const bytesData = 16;
const mostTableBytes = 1 << 20;
const trampoline = /^Builtins_(InterpreterEntryTrampoline|InterpreterPushArgs\w*|BaselineOutOfLinePrologue)/;

export function findV8({ process, problems }: RuntimeInputs): Runtime | undefined {
  const found = locateV8(process.image, process.modules);
  const { memory, architecture } = process.image;
  if (found?.constants !== undefined) {
    const { module, constants } = found;
    const release = nodeReleaseOf(module, memory);
    return new V8Runtime(process, new V8Heap(memory, constants), { module, release });
  }
  const unread = found?.module ?? process.modules.find(describesV8);
  if (unread === undefined) return undefined;
  const release = nodeReleaseOf(unread, memory);
  const which = release === undefined ? "V8 in this process" : `Node ${release.node}`;
  const message =
    found === undefined
      ? `JavaScript's frames are missing: those of ${which} on ${architecture.name} are not read.`
      : `JavaScript's frames are missing: ${which} does not describe its objects as releases from Node 18 on do.`;
  problems.add({ code: "runtime-not-read", message, losesData: false });
  return undefined;
}

/** A frame of JavaScript by its frame pointer. */
interface ScriptFrame {
  readonly pointer: number;
  readonly frame: ManagedFrame;
}

/** JavaScript's frames in the native stacks of Node. */
export class V8Runtime implements Runtime {
  readonly title: string;
  readonly machine: LoadedModule | undefined;
  readonly doubt: string | undefined;
  private readonly code: V8Code | undefined;
  private readonly stepForm: StepForm | undefined;
  private readonly functions = new Map<number, V8Function | undefined>();
  private readonly scripts: V8Scripts;

  constructor(
    private readonly process: LoadedProcess,
    private readonly heap: V8Heap,
    { module, release }: { readonly module?: LoadedModule; readonly release?: NodeRelease | undefined } = {},
  ) {
    this.machine = module;
    this.code = module && v8CodeOf(process.image, process.modules);
    this.title = release === undefined ? "V8" : `Node ${release.node}`;
    this.doubt = untriedNode(release);
    this.stepForm = stepFormOf(release);
    this.scripts = new V8Scripts(heap);
  }

  threadOf(thread: ThreadSnapshot): ManagedThread | undefined {
    const stack = this.process.stackOf(thread);
    const places: ManagedPlace[] = [];
    let walked = 0;
    // By rising frame pointer; those before `next` have their place.
    const own: ScriptFrame[] = [];
    let next = 0;
    for (let nativeIndex = 0; nativeIndex < mostNativeFrames; nativeIndex++) {
      const native = stack.frameAt(nativeIndex);
      if (native === undefined) break;
      const name = nameOf(native);
      const pointer = Number(native.registers[framePointer] ?? 0n);
      if (this.isOfV8(native) && pointer > walked) {
        const frames = this.framesFrom(pointer, native.pc);
        for (const each of frames.scripts) own.push(each);
        walked = Math.max(walked, frames.end);
      }
      // Those whose frame pointer is within this native frame, or in the stretch that was left out before it.
      const end = native.frameAddress === undefined ? 0 : Number(native.frameAddress);
      const here: ManagedFrame[] = [];
      for (; next < own.length && own[next]!.pointer < end; next++) here.push(own[next]!.frame);
      if (here.length === 0) continue;
      const isReplaced = name === undefined || trampoline.test(name);
      places.push({ nativeIndex, frames: here, isReplaced });
    }
    const beyond = own.slice(next).map(({ frame }) => frame);
    return places.length === 0 && beyond.length === 0 ? undefined : { notes: [], places, beyond };
  }

  private isOfV8({ module, lookupAddress, pc }: Frame<LoadedModule>): boolean {
    if (module === undefined) return true;
    return module === this.machine && (this.code?.has(lookupAddress) === true || this.code?.has(pc) === true);
  }

  /** Frames by the chain of frame pointers, up to where C++ called JavaScript. */
  private framesFrom(
    first: number,
    pc: bigint,
  ): { readonly scripts: readonly ScriptFrame[]; readonly end: number } {
    const { heap } = this;
    const { frameMarker, entryFrame, constructEntryFrame } = heap.constants;
    const scripts: ScriptFrame[] = [];
    let pointer = first;
    let returns = pc;
    for (let count = 0; count < mostFrames; count++) {
      const marker = heap.word(pointer + frameMarker);
      if (marker === undefined) break;
      if (marker % 2 === 0 && (marker / 2 === entryFrame || marker / 2 === constructEntryFrame)) break;
      const frame = marker % 2 === 1 ? this.scriptFrameAt(pointer, returns) : undefined;
      if (frame !== undefined) scripts.push({ pointer, frame });
      const next = heap.word(pointer);
      if (next === undefined || next <= pointer || next % 8 !== 0) break;
      returns = this.process.image.memory.u64(BigInt(pointer + 8)) ?? 0n;
      pointer = next;
    }
    return { scripts, end: pointer };
  }

  private scriptFrameAt(pointer: number, pc: bigint): ManagedFrame | undefined {
    const { heap } = this;
    const { constants } = heap;
    const closure = heap.word(pointer + constants.frameFunction);
    if (heap.typeOf(closure) === undefined) return undefined;
    const shared = heap.field(closure!, constants.functionShared);
    if (shared === undefined || heap.typeOf(shared) !== constants.sharedType) return undefined;
    if (!this.functions.has(shared)) this.functions.set(shared, readV8Function(heap, this.scripts, shared));
    const own = this.functions.get(shared);
    if (own === undefined) return undefined;
    const { name } = own;
    const script = own.script.name;
    return {
      language: "JavaScript",
      isCertain: true,
      function: name ?? "(anonymous)",
      ...(script !== undefined && { file: script.replace(/^file:\/\//, "") }),
      isLibrary: script === undefined || /^node:|\/node_modules\//.test(script),
      ...this.placeOf(own, this.isInterpreted(pc) ? pointer : undefined),
    };
  }

  /** The line that was run is only kept of interpreted code, and only once somebody asked for a stack trace. */
  private placeOf(
    { script, range }: V8Function,
    interpreted: number | undefined,
  ): Partial<ScriptPlace> & { caution?: string } {
    const position = interpreted === undefined ? undefined : this.runPosition(interpreted);
    const isInside =
      position !== undefined && (range === undefined || (position >= range.start && position < range.end));
    const run = isInside ? script.placeOf(position) : undefined;
    if (run !== undefined) return run;
    const line = range === undefined ? undefined : script.placeOf(range.start)?.line;
    const caution = [
      ...(line === undefined ? [] : ["line where the function begins"]),
      ...(interpreted === undefined ? ["functions compiled into this one, if any, are not shown"] : []),
    ].join("; ");
    return { ...(line !== undefined && { line }), ...(caution !== "" && { caution }) };
  }

  /** Compiled code can take over the frame of the interpreter, with what that noted last: only its address tells. */
  private isInterpreted(pc: bigint): boolean {
    return this.machine === undefined || this.process.moduleAt(pc) === this.machine;
  }

  private runPosition(pointer: number): number | undefined {
    const { heap } = this;
    const { frameBytecodes, frameBytecodeOffset, bytecodeType, bytesType, bytecodes, bytecodeWrapper } =
      heap.constants;
    const array = heap.word(pointer + frameBytecodes);
    const offset = heap.integerAt(pointer + frameBytecodeOffset);
    if (offset === undefined || heap.typeOf(array) !== bytecodeType) return undefined;
    const table = heap.field(array!, bytecodeWrapper + 8);
    if (heap.typeOf(table) !== bytesType) return undefined;
    if (this.stepForm === undefined) return undefined;
    const length = heap.integerField(table!, bytesLength) ?? 0;
    const bytes = heap.bytesAt(table! - 1 + bytesData, Math.min(Math.max(0, length), mostTableBytes));
    return scriptPositionOf(bytes, offset - bytecodes + 1, this.stepForm);
  }
}

function nameOf({ module, lookupAddress }: Frame<LoadedModule>): string | undefined {
  return module?.symbols.functionAt(module.relative(lookupAddress))?.name;
}
