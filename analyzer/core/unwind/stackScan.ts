import type { UnwindRow } from "../../formats/dwarf/cfi/unwindRow";
import { DwarfDamage } from "../../formats/dwarf/dataReader";
import type { LoadedModule } from "../modules/loadedModule";
import type { Registers } from "../registers";
import { callBefore, readsCalls } from "./callInstruction";
import { type CalledCode, calledCodeAt, callRelation } from "./callRelation";
import { type CallerState, callerByRules, withoutSignature } from "./cfiStep";
import { interruptedRegisters } from "./signalContext";
import { isCode, type UnwindInputs } from "./unwindInputs";

/** Words that are looked at for the caller of one frame. Buffers of formatted output are some kilobytes. */
const mostWords = 4096;
/** Calls through registers name no function: only what is near is believed. */
const mostWordsOfIndirect = 512;
/** Registers that functions save right below their return address. */
const mostSavedRegisters = 6;
/** What looking at one possible return address costs, in words. */
const candidateWords = 64;
const chunkWords = 512;

export interface ScanStart {
  readonly lookupAddress: bigint;
  readonly registers: Registers;
  readonly stackPointer: bigint;
  /** Slots from here on are not looked at; only calls of this very function count then. */
  readonly until?: bigint;
  readonly budget: number;
}

/** What scanning found, and what it cost. */
export interface ScanResult {
  readonly caller?: CallerState;
  readonly words: number;
}

/**
 * Looks for the caller of a frame nothing describes: the nearest word of the stack that is behind a call of the
 * frame's function, or behind a call through a register from where the unwind rules lead on.
 */
export function scanForCaller(start: ScanStart, inputs: UnwindInputs): ScanResult {
  if (!readsCalls(inputs)) return { words: 0 };
  const callee = calledCodeAt(start.lookupAddress, inputs);
  // Of a missing file's functions nothing is known: first look for whoever called into that very file.
  const isMissing = callee.module !== undefined && !callee.isReadable;
  const first = isMissing ? scanFor("calls", start, callee, inputs) : undefined;
  if (first?.caller !== undefined) return first;
  const rest = { ...start, budget: start.budget - (first?.words ?? 0) };
  const { caller, words } = scanFor("maybe", rest, callee, inputs);
  return { words: words + (first?.words ?? 0), ...(caller !== undefined && { caller }) };
}

/** @param weakest relation of a call to the frame's code that is believed */
function scanFor(
  weakest: "calls" | "maybe",
  start: ScanStart,
  callee: CalledCode,
  inputs: UnwindInputs,
): ScanResult {
  const { architecture, memory } = inputs;
  const word = memory.pointerBytes;
  const most = Math.min(mostWords, start.budget);
  let words = 0;
  for (let index = 0; index < most; index += chunkWords) {
    const base = start.stackPointer + BigInt(index * word);
    const bytes = memory.bytes(base, Math.min(chunkWords, most - index) * word);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at + word <= bytes.length; at += word, words++) {
      const slot = base + BigInt(at);
      if (words >= most || (start.until !== undefined && slot >= start.until)) return { words };
      const value = memory.pointerIn(view, at);
      const returnAddress = withoutSignature(architecture, value);
      if (returnAddress < 4096n || !isCode(returnAddress, inputs)) continue;
      words += candidateWords;
      const isNear = index + at / word < mostWordsOfIndirect && start.until === undefined;
      const candidate = { slot, returnAddress, allowsIndirect: isNear && weakest === "maybe" };
      const caller = callerAt(candidate, start.registers, callee, inputs);
      if (caller !== undefined) return { caller, words };
    }
    if (bytes.length < chunkWords * word) break;
  }
  return { words };
}

interface Candidate {
  readonly slot: bigint;
  readonly returnAddress: bigint;
  /** Whether a call counts that does not say what it called. */
  readonly allowsIndirect: boolean;
}

function callerAt(
  { slot, returnAddress, allowsIndirect }: Candidate,
  registers: Registers,
  callee: CalledCode,
  inputs: UnwindInputs,
): CallerState | undefined {
  const { architecture, memory } = inputs;
  const above = slot + BigInt(memory.pointerBytes);
  // The kernel puts the address of its trampoline there, which nobody called.
  if (isSignalFrame(returnAddress, above, inputs)) return bareCaller(slot, returnAddress, inputs);
  const call = callBefore(returnAddress, inputs);
  if (call === undefined) return undefined;
  const relation = callRelation(call, callee, inputs);
  if (relation === "callsOther" || (relation === "maybe" && !allowsIndirect)) return undefined;
  const module = inputs.moduleAt(returnAddress - 1n);
  if (relation === "maybe" && module !== undefined && isFunction(returnAddress, module)) return undefined;
  const row = module === undefined ? undefined : findUnwindRow(module, returnAddress - 1n);
  if (row === "damaged") return undefined;
  if (row === undefined) {
    if (relation !== "calls") return undefined;
    const bare = bareCaller(slot, returnAddress, inputs);
    // Whoever needs the frame pointer further up checks where it leads.
    const pointer = framePointersBehind(slot, registers, inputs).next().value;
    if (pointer === undefined || architecture.linkRegister !== undefined) return bare;
    return { ...bare, registers: withRegister(bare.registers, architecture.framePointer, pointer) };
  }
  let isUndecided = false;
  for (const option of callerRegisters(slot, returnAddress, row, registers, inputs)) {
    const led = leadsOn(option, row, slot, inputs);
    if (led === "yes") return { registers: option, frameAddress: above };
    if (led === "unknown") isUndecided = true;
  }
  return isUndecided && relation === "calls" && architecture.linkRegister === undefined
    ? bareCaller(slot, returnAddress, inputs)
    : undefined;
}

/** Pointers to functions lie on stacks too, and what is before a function may be a call that never returns. */
function isFunction(address: bigint, module: LoadedModule): boolean {
  const relative = module.relative(address);
  return module.symbols.functionAt(relative)?.address === relative;
}

/** @returns undefined when no unwind information covers the address */
export function findUnwindRow(module: LoadedModule, address: bigint): UnwindRow | "damaged" | undefined {
  try {
    const relative = module.relative(address);
    for (const table of module.frameTables) {
      const row = table.rowAt(relative);
      if (row !== undefined) return row;
    }
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof DwarfDamage)) throw thrown;
    return "damaged";
  }
}

/** What the caller's registers may be, the likeliest first. */
function* callerRegisters(
  slot: bigint,
  returnAddress: bigint,
  row: UnwindRow,
  registers: Registers,
  inputs: UnwindInputs,
): Generator<Registers> {
  const { architecture, memory } = inputs;
  const word = BigInt(memory.pointerBytes);
  const bare = bareCaller(slot, returnAddress, inputs).registers;
  // The link register is saved beside the frame pointer, which is where the caller's frame has its own pair.
  if (architecture.linkRegister !== undefined) {
    const saved = memory.pointer(slot - word);
    if (saved !== undefined && saved > slot)
      yield withRegister(
        withRegister(bare, architecture.framePointer, saved),
        architecture.stackPointer,
        saved,
      );
    return;
  }
  const rule = row.frameAddress;
  if (rule?.kind === "register" && rule.register !== architecture.framePointer) yield bare;
  for (const pointer of framePointersBehind(slot, registers, inputs))
    yield withRegister(bare, architecture.framePointer, pointer);
  yield bare;
}

/** What the frame pointer may be in a caller: functions left it alone, or saved it below their return address. */
function* framePointersBehind(
  slot: bigint,
  registers: Registers,
  { architecture, memory }: UnwindInputs,
): Generator<bigint> {
  const word = BigInt(memory.pointerBytes);
  const current = registers[architecture.framePointer];
  if (current !== undefined && current > slot) yield current;
  for (let below = 1; below <= mostSavedRegisters; below++) {
    const saved = memory.pointer(slot - word * BigInt(below));
    const isOnStack = saved !== undefined && memory.segmentOf(saved) === memory.segmentOf(slot);
    if (isOnStack && saved > slot && saved % word === 0n) yield saved;
  }
}

/** Whether the rules of a caller, with these registers, lead to a return address further up. */
function leadsOn(
  registers: Registers,
  row: UnwindRow,
  slot: bigint,
  inputs: UnwindInputs,
): "yes" | "no" | "unknown" {
  const { architecture, memory } = inputs;
  const step = callerByRules(architecture, memory, row, registers);
  if ("stopped" in step)
    return step.stopped === "outermost" ? "yes" : step.stopped === "registerLost" ? "unknown" : "no";
  if (step.frameAddress <= slot || memory.segmentOf(step.frameAddress - 1n) !== memory.segmentOf(slot))
    return "no";
  const next = step.registers[architecture.programCounter];
  if (next === undefined) return "unknown";
  if (next === 0n) return "yes";
  if (!isCode(next - 1n, inputs)) return "no";
  const isReadable = memory.bytes(next - 1n, 1).length === 1;
  if (!isReadable || callBefore(next, inputs) !== undefined) return "yes";
  // A handler returns to the kernel's trampoline, which nobody called.
  return isSignalFrame(next, step.frameAddress, inputs) ? "yes" : "no";
}

/** The address of the trampoline alone also lies where a program says how it handles a signal. */
function isSignalFrame(address: bigint, stackPointer: bigint, inputs: UnwindInputs): boolean {
  const { architecture, memory } = inputs;
  const interrupted = interruptedRegisters(architecture, memory, address, stackPointer);
  const pc = interrupted?.[architecture.programCounter];
  const stack = interrupted?.[architecture.stackPointer];
  return pc !== undefined && isCode(pc, inputs) && memory.segmentOf(stack ?? 0n) !== undefined;
}

/** Only where the caller goes on and its stack are known. */
function bareCaller(slot: bigint, returnAddress: bigint, inputs: UnwindInputs): CallerState {
  const { architecture, memory } = inputs;
  const word = BigInt(memory.pointerBytes);
  const registers: (bigint | undefined)[] = architecture.registerNames.map(() => undefined);
  registers[architecture.programCounter] = returnAddress;
  registers[architecture.stackPointer] = slot + word;
  if (architecture.linkRegister !== undefined)
    registers[architecture.framePointer] = memory.pointer(slot - word);
  return { registers, frameAddress: slot + word };
}

function withRegister(registers: Registers, number: number, value: bigint): Registers {
  return registers.map((each, index) => (index === number ? value : each));
}
