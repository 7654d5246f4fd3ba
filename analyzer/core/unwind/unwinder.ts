import type { UnwindRow } from "../../formats/dwarf/cfi/unwindRow";
import { DwarfDamage } from "../../formats/dwarf/dataReader";
import type { Architecture } from "../architecture";
import type { MemoryImage } from "../memoryImage";
import { protection } from "../memorySegment";
import type { LoadedModule } from "../modules/loadedModule";
import type { Registers } from "../registers";
import { type CallerState, callerByRules, withoutSignature } from "./cfiStep";
import { interruptedRegisters } from "./signalContext";
import type { Frame, FrameOrigin, StopReason } from "./stack";

export interface UnwindInputs {
  readonly architecture: Architecture;
  readonly memory: MemoryImage;
  readonly moduleAt: (address: bigint) => LoadedModule | undefined;
}

interface Next {
  readonly registers: Registers;
  readonly origin: FrameOrigin;
  readonly frameAddress: bigint;
  /** The next frame was interrupted, not called: its pc is exact. */
  readonly isInterrupted: boolean;
}

/** What is known of a frame before its caller is looked for. */
export interface UnwindState {
  readonly registers: Registers;
  readonly origin: FrameOrigin;
  readonly isExact: boolean;
  /** Where the frame below ended; undefined above a signal frame, where stacks may change. */
  readonly lastFrameAddress: bigint | undefined;
}

export function innermostState(registers: Registers): UnwindState {
  return { registers, origin: "thread", isExact: true, lastFrameAddress: undefined };
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
  const { registers, origin, isExact, lastFrameAddress } = state;
  // 32-bit Arm describes its stacks in tables of its own (`.ARM.exidx`).
  if (architecture.name === "arm") {
    const pc = registers[architecture.programCounter] ?? 0n;
    const frame = { index, pc, lookupAddress: pc, registers, origin, isSignalFrame: false };
    return { frame: withModule(frame, moduleAt(pc)), stopped: "unsupportedMachine" };
  }
  const pc = registers[architecture.programCounter];
  if (pc === undefined) return { stopped: "registerLost" };
  if (pc === 0n && index > 0) return { stopped: "zeroReturnAddress" };
  const lookupAddress = isExact ? pc : pc - 1n;
  const module = moduleAt(lookupAddress) ?? moduleAt(pc);
  const step = stepFrom({ pc, lookupAddress, registers, module, isExact }, inputs);
  const bare = { index, pc, lookupAddress, registers, origin, isSignalFrame: step.isSignalFrame };
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
    },
  };
}

interface Here {
  readonly pc: bigint;
  readonly lookupAddress: bigint;
  readonly registers: Registers;
  readonly module: LoadedModule | undefined;
  readonly isExact: boolean;
}

type Step = { readonly isSignalFrame: boolean } & (
  | { readonly next: Next }
  | { readonly stopped: StopReason }
);

function stepFrom(here: Here, inputs: UnwindInputs): Step {
  const { architecture, memory } = inputs;
  const stackPointer = here.registers[architecture.stackPointer];
  const interrupted = () =>
    stackPointer === undefined
      ? undefined
      : interruptedRegisters(architecture, memory, here.pc, stackPointer);
  // The aarch64 kernel's own rules for its trampoline restore two registers only: the saved context has all.
  const context = architecture.name === "aarch64" && !here.isExact ? interrupted() : undefined;
  const byRules = context === undefined ? stepByRules(here, inputs) : undefined;
  if (byRules !== undefined) return byRules;
  if (stackPointer === undefined) return { isSignalFrame: false, stopped: "registerLost" };
  const registers = context ?? interrupted();
  if (registers !== undefined) {
    const next = { registers, origin: "signal" as const, frameAddress: stackPointer, isInterrupted: true };
    return { isSignalFrame: true, next };
  }
  const guess = guessedCaller(here, inputs);
  if ("stopped" in guess) return { isSignalFrame: false, stopped: guess.stopped };
  return { isSignalFrame: false, next: { ...guess, origin: "guessed", isInterrupted: false } };
}

/** @returns undefined when no unwind information covers the frame */
function stepByRules(here: Here, inputs: UnwindInputs): Step | undefined {
  const { architecture, memory } = inputs;
  const { module } = here;
  if (module === undefined) return undefined;
  let row: UnwindRow | undefined;
  try {
    const address = module.relative(here.lookupAddress);
    for (const table of module.frameTables) {
      row = table.rowAt(address);
      if (row !== undefined) break;
    }
    if (row === undefined) return undefined;
    const caller = callerByRules(architecture, memory, row, here.registers);
    if ("stopped" in caller) return { isSignalFrame: row.isSignalFrame, stopped: caller.stopped };
    const origin = row.isSignalFrame ? "signal" : "cfi";
    return {
      isSignalFrame: row.isSignalFrame,
      next: { ...caller, origin, isInterrupted: row.isSignalFrame },
    };
  } catch (thrown) {
    if (!(thrown instanceof DwarfDamage)) throw thrown;
    return { isSignalFrame: false, stopped: "damagedUnwindInformation" };
  }
}

function guessedCaller(here: Here, inputs: UnwindInputs): CallerState | { readonly stopped: StopReason } {
  if (jumpedNowhere(here, inputs)) return returnOnTop(here, inputs);
  const byChain = byFramePointer(here, inputs);
  if (!("stopped" in byChain) || !here.isExact) return byChain;
  // glibc leaves the end of clone3 without rules: nothing was pushed there, as in any leaf without a frame.
  const onTop = returnOnTop(here, inputs);
  if ("stopped" in onTop) return byChain;
  const target = onTop.registers[inputs.architecture.programCounter];
  return target !== undefined && followsCall(target, inputs) ? onTop : byChain;
}

/** What a call would have pushed: an address in code, right behind a call instruction. */
function followsCall(address: bigint, inputs: UnwindInputs): boolean {
  if (!isCode(address - 1n, inputs)) return false;
  if (inputs.architecture.linkRegister !== undefined) return true;
  const longest = 7;
  const code = inputs.memory.bytes(address - BigInt(longest), longest);
  if (code.length < longest) return false;
  // Intel SDM volume 2: call rel32; call r/m with ModRM /2, by its length.
  return (
    code[2] === 0xe8 || [2, 3, 4, 6, 7].some((length) => isIndirectCall(code.subarray(longest - length)))
  );
}

function isIndirectCall([opcode, modRm]: Uint8Array): boolean {
  return opcode === 0xff && ((modRm! >> 3) & 7) === 2;
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

/** Both machines keep a chain of {caller's frame pointer, return address}. */
function byFramePointer(here: Here, inputs: UnwindInputs): CallerState | { readonly stopped: StopReason } {
  const { architecture, memory } = inputs;
  const word = BigInt(memory.pointerBytes);
  const framePointer = here.registers[architecture.framePointer];
  const stackPointer = here.registers[architecture.stackPointer]!;
  if (framePointer === undefined || framePointer < stackPointer || framePointer % word !== 0n) {
    return { stopped: "noUnwindInformation" };
  }
  const saved = memory.pointer(framePointer);
  const returnAddress = memory.pointer(framePointer + word);
  if (saved === undefined || returnAddress === undefined) return { stopped: "noUnwindInformation" };
  const target = withoutSignature(architecture, returnAddress);
  // A chain ends in zeros; zeros are everywhere, so they lead nowhere.
  if (saved === 0n && target === 0n) return { stopped: "zeroReturnAddress" };
  if (!isCode(target - 1n, inputs)) return { stopped: "noUnwindInformation" };
  const caller = callerOf(architecture, here.registers);
  const frameAddress = framePointer + 2n * word;
  caller[architecture.framePointer] = saved;
  caller[architecture.programCounter] = target;
  caller[architecture.stackPointer] = frameAddress;
  return { registers: caller, frameAddress };
}

function isCode(address: bigint, { memory, moduleAt }: UnwindInputs): boolean {
  const segment = memory.segmentOf(address);
  if (segment !== undefined) return (segment.protection & protection.execute) !== 0;
  return moduleAt(address)?.isCode(address) ?? false;
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
