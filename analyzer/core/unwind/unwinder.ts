import { DwarfDamage } from "../../formats/dwarf/dataReader";
import type { Architecture } from "../architecture";
import type { LoadedModule } from "../modules/loadedModule";
import type { Registers } from "../registers";
import { callBefore, readsCalls } from "./callInstruction";
import { calledCodeAt, callRelation } from "./callRelation";
import { type CallerState, callerByRules, withoutSignature } from "./cfiStep";
import { interruptedRegisters } from "./signalContext";
import type { Frame, FrameOrigin, StopReason } from "./stack";
import { findUnwindRow, scanForCaller } from "./stackScan";
import { isCode, type UnwindInputs } from "./unwindInputs";

interface Next {
  readonly registers: Registers;
  readonly origin: FrameOrigin;
  readonly frameAddress: bigint;
  /** The next frame was interrupted, not called: its pc is exact. */
  readonly isInterrupted: boolean;
}

const bytesOfEntry = 64n;
/** Words of one stack that are looked at in all: a damaged one can be gigabytes long. */
const mostWordsScanned = 1 << 18;

/** What is known of a frame before its caller is looked for. */
export interface UnwindState {
  readonly registers: Registers;
  readonly origin: FrameOrigin;
  readonly isExact: boolean;
  /** Where the frame below ended; undefined above a signal frame, where stacks may change. */
  readonly lastFrameAddress: bigint | undefined;
  /** Words that were looked at to find the frames so far. */
  readonly wordsScanned: number;
  /** The first frame so far whose caller may be a wrong one. */
  readonly restsOn: number | undefined;
}

/** @param isExact false where the program counter is a return address */
export function innermostState(registers: Registers, isExact: boolean): UnwindState {
  return {
    registers,
    origin: "thread",
    isExact,
    lastFrameAddress: undefined,
    wordsScanned: 0,
    restsOn: undefined,
  };
}

export type UnwindStep =
  | { readonly frame: Frame<LoadedModule>; readonly next: UnwindState }
  | { readonly frame?: Frame<LoadedModule>; readonly stopped: StopReason };

/**
 * One frame and where its caller stands: by call-frame information, through signal frames, and where there is none by
 * the frame pointer, which is marked as a guess.
 */
export function unwindFrame(index: number, state: UnwindState, inputs: UnwindInputs): UnwindStep {
  const { architecture, moduleAt } = inputs;
  const { registers, origin, isExact, lastFrameAddress, restsOn } = state;
  const pc = registers[architecture.programCounter];
  if (pc === undefined) return { stopped: "registerLost" };
  if (pc === 0n && index > 0) return { stopped: "zeroReturnAddress" };
  const lookupAddress = isExact ? pc : pc - 1n;
  const module = moduleAt(lookupAddress) ?? moduleAt(pc);
  const budget = mostWordsScanned - state.wordsScanned;
  const step = stepFrom({ pc, lookupAddress, registers, module, isExact, budget }, inputs);
  const bare = {
    ...{ index, pc, registers, origin, isSignalFrame: step.isSignalFrame },
    lookupAddress: step.lookupAddress ?? lookupAddress,
    ...(restsOn !== undefined && { restsOn }),
  };
  if ("stopped" in step) return { frame: withModule(bare, module), stopped: step.stopped };
  const { next } = step;
  const frame = withModule({ ...bare, frameAddress: next.frameAddress }, module);
  const nextPc = next.registers[architecture.programCounter];
  // A signal handler may run on a stack of its own, so only there may addresses go down.
  const goesDown = lastFrameAddress !== undefined && next.frameAddress < lastFrameAddress;
  const stands = next.frameAddress === lastFrameAddress && nextPc === pc;
  if ((goesDown && !step.isSignalFrame && !next.isInterrupted) || stands)
    return { frame, stopped: "didNotAdvance" };
  return {
    frame,
    next: {
      registers: next.registers,
      origin: next.origin,
      isExact: next.isInterrupted,
      lastFrameAddress: step.isSignalFrame ? undefined : next.frameAddress,
      wordsScanned: state.wordsScanned + (step.words ?? 0),
      restsOn: restsOn ?? (isDoubtful(frame) ? index : undefined),
    },
  };
}

/** True when a frame, or the file that tells its caller, may be a wrong one. */
function isDoubtful({ origin, module }: Frame<LoadedModule>): boolean {
  if (origin === "guessed" || origin === "scanned") return true;
  const { status, path } = module?.match ?? {};
  return status === "unverified" || (status === "mismatched" && path !== undefined);
}

interface Here {
  readonly pc: bigint;
  readonly lookupAddress: bigint;
  readonly registers: Registers;
  readonly module: LoadedModule | undefined;
  readonly isExact: boolean;
  /** Words of the stack that may be looked at for the caller. */
  readonly budget: number;
}

type Step = {
  readonly isSignalFrame: boolean;
  readonly words?: number;
  /** Where the frame is looked up, when it is not its pc that tells. */
  readonly lookupAddress?: bigint;
} & ({ readonly next: Next } | { readonly stopped: StopReason });

function stepFrom(here: Here, inputs: UnwindInputs): Step {
  const mayBeGenerated = here.module === undefined || here.module === inputs.generatedCode?.()?.module;
  const generated = mayBeGenerated ? stepInGeneratedCode(here, inputs) : undefined;
  return generated ?? stepInModule(here, inputs);
}

/** @returns undefined where no virtual machine has made the code */
function stepInGeneratedCode(here: Here, { generatedCode }: UnwindInputs): Step | undefined {
  const frame = generatedCode?.()?.frameAt(here);
  if (frame === undefined) return undefined;
  const { caller, lookupAddress, isGuessed } = frame;
  const step = { isSignalFrame: false, ...(lookupAddress !== undefined && { lookupAddress }) };
  if ("stopped" in caller) return { ...step, stopped: caller.stopped };
  const origin = isGuessed ? ("guessed" as const) : ("generated" as const);
  return { ...step, next: { ...caller, origin, isInterrupted: false } };
}

function stepInModule(here: Here, inputs: UnwindInputs): Step {
  const { architecture, memory } = inputs;
  const stackPointer = here.registers[architecture.stackPointer];
  const interrupted = () =>
    stackPointer === undefined
      ? undefined
      : interruptedRegisters(architecture, memory, here.pc, stackPointer);
  // The aarch64 kernel's own rules for its trampoline restore two registers only: the saved context has all.
  const context = architecture.name === "aarch64" && !here.isExact ? interrupted() : undefined;
  const byRules = context === undefined ? stepByRules(here, inputs) : undefined;
  if (byRules !== undefined && !needsWhatIsLost(byRules)) return byRules;
  if (stackPointer === undefined) return { isSignalFrame: false, stopped: "registerLost" };
  const registers = context ?? interrupted();
  if (registers !== undefined) {
    const next = { registers, origin: "signal" as const, frameAddress: stackPointer, isInterrupted: true };
    return { isSignalFrame: true, next };
  }
  const without = stepWithoutRules(here, stackPointer, inputs);
  const noted = inputs.generatedCode?.()?.notedAbove(stackPointer);
  // Native code whose rules are missing: what called it from the virtual machine is known all the same.
  if (noted !== undefined && ("stopped" in without || without.next.frameAddress > noted.frameAddress))
    return { isSignalFrame: false, next: { ...noted, origin: "generated", isInterrupted: false } };
  return "stopped" in without && byRules !== undefined ? byRules : without;
}

function needsWhatIsLost(step: Step): boolean {
  return "stopped" in step && step.stopped === "registerLost" && !step.isSignalFrame;
}

/** @returns undefined when no unwind information covers the frame */
function stepByRules(here: Here, inputs: UnwindInputs): Step | undefined {
  const { architecture, memory } = inputs;
  if (here.module === undefined) return undefined;
  const row = findUnwindRow(here.module, here.lookupAddress);
  if (row === undefined) return undefined;
  const damaged: Step = { isSignalFrame: false, stopped: "damagedUnwindInformation" };
  if (row === "damaged") return damaged;
  const { isSignalFrame } = row;
  try {
    const caller = callerByRules(architecture, memory, row, here.registers);
    if ("stopped" in caller) return { isSignalFrame, stopped: caller.stopped };
    return {
      isSignalFrame,
      next: { ...caller, origin: isSignalFrame ? "signal" : "cfi", isInterrupted: isSignalFrame },
    };
  } catch (thrown) {
    if (!(thrown instanceof DwarfDamage)) throw thrown;
    return damaged;
  }
}

/** By the frame pointer, by a return address where a call has just put it, else by looking for one on the stack. */
function stepWithoutRules(here: Here, stackPointer: bigint, inputs: UnwindInputs): Step {
  const isSignalFrame = false;
  if (isBeginning(here, inputs)) return { isSignalFrame, stopped: "outermost" };
  const guessed = (caller: CallerState): Step => ({
    isSignalFrame,
    next: { ...caller, origin: "guessed", isInterrupted: false },
  });
  const isLost = jumpedNowhere(here, inputs);
  const onTop = here.isExact ? returnOnTop(here, inputs) : undefined;
  const called = onTop === undefined || "stopped" in onTop ? undefined : onTop;
  const relation = called === undefined ? undefined : relationOf(called, here, inputs);
  if (isLost && called !== undefined && relation !== undefined) return guessed(called);
  const byChain = isLost ? undefined : byFramePointer(here, inputs);
  const chained = byChain === undefined || "stopped" in byChain ? undefined : byChain;
  const chainRelation = chained === undefined ? undefined : relationOf(chained, here, inputs);
  if (chained !== undefined && (chainRelation === "calls" || savesFramePointer(here, inputs)))
    return guessed(chained);
  // glibc leaves the end of clone3 without rules: nothing was pushed there, as in any leaf without a frame.
  if (called !== undefined && (relation === "calls" || (relation === "maybe" && chained === undefined)))
    return guessed(called);
  // Calls of this machine cannot be told. What the link register holds is the caller, or left from a call of its own.
  const isCaller = chained === undefined || !isInSameFunction(called, here, inputs);
  if (!readsCalls(inputs) && isInCode(called, inputs) && isCaller) return guessed(called!);
  const { lookupAddress, registers, budget } = here;
  // Of a function with a name it is known that it saves no frame pointer; of one in a missing file it is likely. Then
  // the chain has left out its caller.
  const isNameless = functionAt(here) === undefined && inputs.memory.u8(lookupAddress) !== undefined;
  const isOwn = chainRelation === "maybe" && isNameless;
  const until = isOwn ? { until: chained!.frameAddress } : {};
  const start = { lookupAddress, registers, stackPointer, budget, ...until };
  const { caller, words } = scanForCaller(start, inputs);
  const next = caller ?? chained ?? (isLost && isInCode(called, inputs) ? called : undefined);
  if (next !== undefined) {
    const origin = caller === undefined ? "guessed" : "scanned";
    return { isSignalFrame, words, next: { ...next, origin, isInterrupted: false } };
  }
  const unled = isLost ? onTop : byChain;
  const isEnd = unled !== undefined && "stopped" in unled;
  return { isSignalFrame, stopped: isEnd ? unled.stopped : "noUnwindInformation" };
}

/** The few instructions from the program's entry on hand over to the C library and never return. */
function isBeginning({ lookupAddress }: Here, { entry }: UnwindInputs): boolean {
  return entry !== undefined && lookupAddress >= entry && lookupAddress < entry + bytesOfEntry;
}

function functionAt({ module, lookupAddress }: Here) {
  return module?.symbols.functionAt(module.relative(lookupAddress));
}

/** Whether a call that could have made this frame is before a caller's return address; undefined when none is. */
function relationOf({ registers }: CallerState, here: Here, inputs: UnwindInputs) {
  const target = registers[inputs.architecture.programCounter]!;
  if (target === 0n || !isCode(target - 1n, inputs)) return undefined;
  const call = callBefore(target, inputs);
  return call && callRelation(call, calledCodeAt(here.lookupAddress, inputs), inputs);
}

function isInSameFunction(
  caller: CallerState | undefined,
  here: Here,
  { architecture }: UnwindInputs,
): boolean {
  const address = caller?.registers[architecture.programCounter] ?? 0n;
  const own = functionAt(here);
  return own !== undefined && functionAt({ ...here, lookupAddress: address - 1n })?.address === own.address;
}

function isInCode(caller: CallerState | undefined, inputs: UnwindInputs): boolean {
  const target = caller?.registers[inputs.architecture.programCounter] ?? 0n;
  return target !== 0n && isCode(target - 1n, inputs);
}

/** push %rbp; mov %rsp, %rbp at the beginning of the function, endbr before them: the chain leads to its caller. */
function savesFramePointer(here: Here, inputs: UnwindInputs): boolean {
  const { module, lookupAddress } = here;
  const symbol = functionAt(here);
  if (module === undefined || symbol === undefined || inputs.architecture.linkRegister !== undefined)
    return false;
  const start = BigInt.asUintN(64, BigInt(symbol.address) + module.bias);
  const code = [...inputs.memory.bytes(start, 8)];
  const at = code.indexOf(0x55);
  const move = code.slice(at + 1).filter((byte) => byte !== 0x48);
  const isSaved = (at === 0 || at === 4) && move[0] === 0x89 && move[1] === 0xe5;
  return isSaved && lookupAddress >= start + BigInt(at + 4);
}

/** The innermost frame is where no code is: somebody called a bad pointer, and nothing was pushed since. */
function jumpedNowhere(here: Here, inputs: UnwindInputs): boolean {
  return here.isExact && !isCode(here.pc, inputs);
}

function returnOnTop(
  here: Here,
  { architecture, memory }: UnwindInputs,
): CallerState | { stopped: StopReason } {
  const stackPointer = here.registers[architecture.stackPointer]!;
  const caller = callerOf(architecture, here.registers);
  if (architecture.linkRegister !== undefined) {
    const link = here.registers[architecture.linkRegister];
    if (link === undefined) return { stopped: "registerLost" };
    caller[architecture.programCounter] = withoutSignature(architecture, link);
    caller[architecture.stackPointer] = stackPointer;
    return { registers: caller, frameAddress: stackPointer };
  }
  const returnAddress = memory.pointer(stackPointer);
  if (returnAddress === undefined) return { stopped: "memoryAbsent" };
  caller[architecture.programCounter] = returnAddress;
  caller[architecture.stackPointer] = stackPointer + BigInt(memory.pointerBytes);
  return { registers: caller, frameAddress: caller[architecture.stackPointer]! };
}

/** By the chain of frames that compilers of the machine keep. */
function byFramePointer(here: Here, inputs: UnwindInputs): CallerState | { readonly stopped: StopReason } {
  const { architecture, memory } = inputs;
  const { frameChain } = architecture;
  const word = BigInt(memory.pointerBytes);
  const ofStackPointers = frameChain?.isOfStackPointers === true;
  const pointer = ofStackPointers ? architecture.stackPointer : architecture.framePointer;
  const framePointer = here.registers[pointer];
  const stackPointer = here.registers[architecture.stackPointer]!;
  if (frameChain === undefined || framePointer === undefined) return { stopped: "noUnwindInformation" };
  if (framePointer < stackPointer || framePointer % word !== 0n) return { stopped: "noUnwindInformation" };
  const saved = memory.pointer(framePointer + BigInt(frameChain.saved));
  const base = ofStackPointers ? saved : framePointer;
  if (base === 0n) return { stopped: "zeroReturnAddress" };
  const returnAddress = base && memory.pointer(base + BigInt(frameChain.returnAddress));
  if (saved === undefined || returnAddress === undefined) return { stopped: "noUnwindInformation" };
  const target = withoutSignature(architecture, returnAddress);
  // A chain ends in zeros; zeros are everywhere, so they lead nowhere.
  if (saved === 0n && target === 0n) return { stopped: "zeroReturnAddress" };
  if (!isCode(target - 1n, inputs)) return { stopped: "noUnwindInformation" };
  const caller = callerOf(architecture, here.registers);
  const frameAddress = base! + BigInt(frameChain.top);
  if (!ofStackPointers) caller[architecture.framePointer] = saved;
  caller[architecture.programCounter] = target;
  caller[architecture.stackPointer] = frameAddress;
  return { registers: caller, frameAddress };
}

/** What a guessed caller still has: registers that calls preserve. */
function callerOf(architecture: Architecture, registers: Registers): (bigint | undefined)[] {
  return architecture.registerNames.map((_, number) =>
    architecture.calleeSaved.includes(number) ? registers[number] : undefined,
  );
}

function withModule(
  frame: Omit<Frame<LoadedModule>, "module">,
  module: LoadedModule | undefined,
): Frame<LoadedModule> {
  return module === undefined ? frame : { ...frame, module };
}
