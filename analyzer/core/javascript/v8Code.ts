import { protection } from "../memorySegment";
import type { LoadedModule } from "../modules/loadedModule";
import type { ProcessSnapshot } from "../processSnapshot";
import type { Registers } from "../registers";
import { callBefore } from "../unwind/callInstruction";
import type { CallerState } from "../unwind/cfiStep";
import type { GeneratedCode, GeneratedFrame, GeneratedPlace } from "../unwind/generatedCode";
import { findUnwindRow } from "../unwind/stackScan";
import type { UnwindInputs } from "../unwind/unwindInputs";
import { locateV8, type V8Constants } from "./v8Constants";

/** By DWARF number. */
const framePointer = 6;
const stackPointer = 7;
const programCounter = 16;
const word = 8n;
const builtin = /^Builtins_/;
/** What such code saves of C++, in words from the frame pointer: r12 to r15, rbx. */
const savedByEntry: readonly (readonly [register: number, slot: bigint])[] = [
  [12, -3n],
  [13, -4n],
  [14, -5n],
  [15, -6n],
  [3, -7n],
];
/** push %rbp; mov %rsp,%rbp */
const prologue = [0x55, 0x48, 0x89, 0xe5] as const;

/** Whatever V8 makes, and its built-in functions, keep a chain of frame pointers wherever they call something. */
export class V8Code implements GeneratedCode {
  private readonly calls: UnwindInputs;

  constructor(
    private readonly image: ProcessSnapshot,
    readonly module: LoadedModule,
    private readonly constants: V8Constants | undefined,
  ) {
    const { architecture, memory } = image;
    this.calls = { architecture, memory, moduleAt: () => undefined };
  }

  frameAt({ pc, registers, isExact }: GeneratedPlace): GeneratedFrame | undefined {
    // Where optimized code was given up, the return address is where the interpreter goes on: no call is before it.
    if (!this.has(isExact ? pc : pc - 1n) && !this.has(pc)) return undefined;
    if (isExact) {
      const entered = this.enteredFrame(pc, registers);
      if (entered !== undefined) return { caller: entered, isGuessed: true };
    }
    const caller = this.byFramePointer(registers);
    if (caller === undefined) return undefined;
    return isExact ? { caller, isGuessed: true } : { caller };
  }

  /** Code made while the program ran, and built-in functions: in stripped programs they are what has no unwind rules. */
  has(address: bigint): boolean {
    const { module } = this;
    if (!this.isInModule(address)) return this.isCode(address);
    const name = module.symbols.functionAt(module.relative(address))?.name;
    return name === undefined ? findUnwindRow(module, address) === undefined : builtin.test(name);
  }

  notedAbove(): undefined {
    return undefined;
  }

  private isInModule(address: bigint): boolean {
    return this.module.ranges.some(({ start, end }) => address >= start && address < end);
  }

  private isCode(address: bigint): boolean {
    return ((this.image.memory.protectionAt(address) ?? 0) & protection.execute) !== 0;
  }

  /** Before the frame is there, and in small functions without one, the return address is on top of the stack. */
  private enteredFrame(pc: bigint, registers: Registers): CallerState | undefined {
    const { memory } = this.image;
    const sp = registers[stackPointer];
    const fp = registers[framePointer];
    if (sp === undefined || fp === undefined) return undefined;
    const hasPushed = this.isPrologue(pc - 1n) && memory.pointer(sp) === fp;
    const at = hasPushed ? sp + word : sp;
    const returnAddress = memory.pointer(at);
    if (returnAddress === undefined || !this.isCode(returnAddress - 1n)) return undefined;
    if (!hasPushed && !this.isPrologue(pc) && callBefore(returnAddress, this.calls) === undefined)
      return undefined;
    return this.state(fp, returnAddress, at + word);
  }

  private isPrologue(at: bigint): boolean {
    const code = this.image.memory.bytes(at, prologue.length);
    return prologue.every((byte, index) => code[index] === byte);
  }

  private byFramePointer(registers: Registers): CallerState | undefined {
    const { memory } = this.image;
    const fp = registers[framePointer];
    const sp = registers[stackPointer];
    if (fp === undefined || sp === undefined || fp < sp || fp % word !== 0n) return undefined;
    const saved = memory.pointer(fp);
    const returnAddress = memory.pointer(fp + word);
    if (saved === undefined || returnAddress === undefined || !this.isCode(returnAddress - 1n))
      return undefined;
    const caller = this.state(saved, returnAddress, fp + 2n * word);
    if (!this.isEntry(memory.u64(fp - word))) return caller;
    const restored = [...caller.registers];
    for (const [register, slot] of savedByEntry) restored[register] = memory.pointer(fp + slot * word);
    return { ...caller, registers: restored };
  }

  /** What stands in a frame by which C++ calls JavaScript. */
  private isEntry(marker: bigint | undefined): boolean {
    const { entryFrame, constructEntryFrame } = this.constants ?? {};
    return (
      marker !== undefined &&
      [entryFrame, constructEntryFrame].some((kind) => marker === BigInt(2 * (kind ?? 0)) && marker > 0n)
    );
  }

  private state(saved: bigint, returnAddress: bigint, frameAddress: bigint): CallerState {
    const registers: (bigint | undefined)[] = this.image.architecture.registerNames.map(() => undefined);
    registers[framePointer] = saved;
    registers[programCounter] = returnAddress;
    registers[stackPointer] = frameAddress;
    return { registers, frameAddress };
  }
}

/** The code of V8 in a process; undefined without one. */
export function v8CodeOf(image: ProcessSnapshot, modules: readonly LoadedModule[]): V8Code | undefined {
  const found = locateV8(image, modules);
  return found && new V8Code(image, found.module, found.constants);
}
