import type { Architecture } from "../../architecture";
import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import type { Registers } from "../../registers";
import { type CallerState, withoutSignature } from "../../unwind/cfiStep";
import type { GeneratedCode, GeneratedFrame, GeneratedPlace } from "../../unwind/generatedCode";
import { type JavaThread, readJavaThreads } from "../javaThreads";
import { jvmModuleOf } from "../jvmModules";
import { structureWindows, VmStructs } from "../vmStructs";
import { noted } from "./anchors";
import { type CodeBlob, CodeBlobs } from "./codeBlobs";
import { unfinishedEpilogue, unfinishedPrologue } from "./codeEdges";
import { CompiledScopes } from "./compiledScopes";
import { callerOfEntry, isContinuationStub } from "./continuationEntry";
import { type FrameLayout, frameLayoutOf } from "./frameLayout";
import { InterpreterCode } from "./interpreterCode";
import { type JavaMethod, JavaMethods } from "./javaMethod";
import { returnAddressNear } from "./returnAddresses";

/** Within so many bytes compiled code has made its frame where it takes over a loop. */
const mostLoopPrologueBytes = 32;

/** What is known of a frame in the code cache. */
export interface JavaCodeFrame extends GeneratedFrame {
  readonly blob: CodeBlob;
  /** Of an interpreted frame. */
  readonly interpreted?: InterpretedFrame;
  /** True of the code by which C++ enters Java. */
  readonly isEntry?: true;
  /** Address in compiled code that tells its methods, and whether a call returns there. */
  readonly compiledAt?: { readonly pc: number; readonly isReturn: boolean };
}

export interface InterpretedFrame {
  readonly method: JavaMethod;
  /** -1 in native methods. */
  readonly bytecodeIndex: number;
  /** Undefined while the frame is being made. */
  readonly framePointer: number | undefined;
}

/** Bytecodes are called from stubs, and these from C++: all of it lies in the code cache. */
export class JavaCode implements GeneratedCode {
  readonly methods: JavaMethods;
  readonly blobs: CodeBlobs;
  readonly scopes: CompiledScopes;
  readonly interpreter: InterpreterCode;
  readonly words: MemoryWords;
  private readonly callStubReturn: number;
  private threads: readonly JavaThread[] | undefined;
  private readonly wrapperSlot: number;

  constructor(
    readonly structs: VmStructs,
    readonly architecture: Architecture,
    readonly layout: FrameLayout,
  ) {
    this.words = structs.words;
    this.methods = new JavaMethods(structs);
    this.blobs = new CodeBlobs(structs);
    this.scopes = new CompiledScopes(structs);
    this.interpreter = new InterpreterCode(structs);
    this.callStubReturn = structs.staticWord(["StubRoutines", "_call_stub_return_address"]) ?? 0;
    this.wrapperSlot = structs.constant("frame::entry_frame_call_wrapper_offset") ?? -6;
  }

  frameAt(place: GeneratedPlace): JavaCodeFrame | undefined {
    const pc = Number(place.pc);
    const blob = this.blobs.at(pc) ?? (place.isExact ? undefined : this.blobs.at(pc - 1));
    if (blob === undefined) return undefined;
    if (this.interpreter.has(pc)) return this.interpretedFrame(blob, place);
    if (!place.isExact && pc === this.callStubReturn)
      return { blob, isEntry: true, ...this.entryFrame(place.registers) };
    if (blob.kind === "stub" || blob.kind === "interpreter") return { blob, ...this.stubFrame(blob, place) };
    return this.compiledFrame(blob, place);
  }

  notedAbove(stackPointer: bigint): CallerState | undefined {
    this.threads ??= readJavaThreads(this.structs);
    const anchor = noted(this.structs, this.threads, Number(stackPointer));
    return anchor && this.state(anchor, anchor.sp);
  }

  /** The `JavaCallWrapper` of a frame that C++ entered Java by. */
  wrapperAt(framePointer: number): number | undefined {
    const wrapper = this.words.u64(framePointer + 8 * this.wrapperSlot);
    return wrapper > 0 ? wrapper : undefined;
  }

  // Interpreted frames.

  private interpretedFrame(blob: CodeBlob, { pc, registers, isExact }: GeneratedPlace): JavaCodeFrame {
    const fp = this.number(registers, this.architecture.framePointer);
    const codelet = isExact ? this.interpreter.codeletAt(Number(pc)) : undefined;
    const isEntering = codelet?.description.startsWith("method entry point") === true;
    if (isEntering) {
      const entering = this.enteredFrame(registers, fp);
      if (entering !== undefined) return { blob, ...entering };
    }
    const method = fp === undefined ? undefined : this.methodOf(fp);
    if (fp === undefined || method === undefined || !this.isInStack(registers, fp))
      return { blob, ...this.stubFrame(blob, { pc, registers, isExact }) };
    const bytecode = this.bytecodeOf(method, fp, registers);
    const savedFp = this.words.u64(fp);
    const returnAddress = this.words.u64(fp + 8);
    const interpreted = {
      method,
      bytecodeIndex: bytecode === undefined ? -1 : bytecode - method.code.start,
      framePointer: fp,
    };
    const lookupAddress = BigInt(bytecode ?? method.code.start);
    if (returnAddress < 0 || savedFp < 0)
      return { blob, interpreted, lookupAddress, caller: { stopped: "memoryAbsent" } };
    // What the caller pushed for the call; the interpreter puts more locals behind it.
    const senderSp = this.slot(fp, this.layout.senderSp);
    const sp = senderSp !== undefined && senderSp >= fp + 16 && senderSp < fp + 2 ** 20 ? senderSp : fp + 16;
    return {
      blob,
      interpreted,
      lookupAddress,
      caller: this.state({ sp, pc: returnAddress, fp: savedFp }, fp + 16),
    };
  }

  /** While a method is entered its frame is not there yet: only registers tell of it. */
  private enteredFrame(
    registers: Registers,
    fp: number | undefined,
  ): Omit<JavaCodeFrame, "blob"> | undefined {
    const { methodRegister, localsRegister, senderRegister, returnRegister } = this.layout;
    const method = this.methods.at(this.number(registers, methodRegister) ?? 0);
    const sp = this.number(registers, this.architecture.stackPointer);
    if (method === undefined || sp === undefined) return undefined;
    const isMade =
      fp !== undefined &&
      this.isInStack(registers, fp) &&
      sp <= fp + 8 * this.layout.lowest &&
      this.methodOf(fp)?.address === method.address &&
      this.localsOf(fp) === this.number(registers, localsRegister);
    if (isMade) return undefined;
    const interpreted = { method, bytecodeIndex: method.isNative ? -1 : 0, framePointer: undefined };
    const lookupAddress = BigInt(method.code.start);
    for (const from of [this.words.u64(sp), this.number(registers, returnRegister) ?? 0]) {
      if (!this.isReturnIntoJava(from)) continue;
      const sender = this.number(registers, senderRegister);
      const callerSp = sender !== undefined && sender >= sp && sender < sp + 2 ** 20 ? sender : sp + 8;
      const caller = this.state({ sp: callerSp, pc: from, fp: fp ?? 0 }, sp);
      return { interpreted, lookupAddress, caller };
    }
    return undefined;
  }

  private bytecodeOf(method: JavaMethod, fp: number, registers: Registers): number | undefined {
    if (method.isNative) return undefined;
    const inCode = (address: number | undefined) =>
      address !== undefined && address >= method.code.start && address < method.code.end;
    // Kept in a register, which calls into the machine preserve; the slot is written before calls.
    const live = this.number(registers, this.layout.bytecodeRegister);
    if (inCode(live)) return live;
    const saved = this.slot(fp, this.layout.bytecode);
    return inCode(saved) ? saved : undefined;
  }

  /** The method of an interpreted frame; undefined where no such frame is. */
  methodOf(fp: number): JavaMethod | undefined {
    const address = this.slot(fp, this.layout.method);
    return address === undefined ? undefined : this.methods.at(address);
  }

  /** Address of local 0: kept as an address to JDK 20, as words from the frame pointer later. */
  localsOf(fp: number): number | undefined {
    return this.relative(fp, this.layout.locals);
  }

  /** A slot that has an address, or since JDK 21 or 22 a number of words from the frame pointer. */
  relative(fp: number, slot: number): number | undefined {
    const value = this.words.u64Exact(fp + 8 * slot);
    if (value === undefined) return undefined;
    const signed = BigInt.asIntN(64, value);
    const isWords = signed > -(1n << 20n) && signed < 1n << 20n;
    if (isWords) return fp + 8 * Number(signed);
    // Beyond that numbers have gaps, and a step of eight bytes is none.
    return value < 1n << 53n ? Number(value) : undefined;
  }

  // Frames of C++ entering Java.

  private entryFrame(registers: Registers): GeneratedFrame {
    const fp = this.number(registers, this.architecture.framePointer);
    if (fp === undefined) return { caller: { stopped: "registerLost" } };
    const caller = this.byFramePointer(fp);
    if (caller === undefined) return { caller: { stopped: "memoryAbsent" } };
    const saved: (bigint | undefined)[] = [...caller.registers];
    for (const [register, slot] of this.layout.saved) saved[register] = this.words.u64Exact(fp + 8 * slot);
    return { caller: { ...caller, registers: saved } };
  }

  // Compiled frames.

  private compiledFrame(blob: CodeBlob, place: GeneratedPlace): JavaCodeFrame {
    const { registers, isExact } = place;
    const pc = Number(place.pc);
    const sp = this.number(registers, this.architecture.stackPointer);
    if (sp === undefined) return { blob, caller: { stopped: "registerLost" } };
    const tables = this.scopes.tablesOf(blob);
    // A method that is to go on interpreted returns to a handler; where it was is kept in its frame.
    const isHandler = tables?.deoptimization.includes(pc) === true;
    const original =
      isHandler && tables?.originalPcAt !== undefined ? this.words.u64(sp + tables.originalPcAt) : -1;
    const isOriginal = original >= blob.code.start && original < blob.code.end;
    const compiledAt = { pc: isOriginal ? original : pc, isReturn: !isExact || isOriginal };
    const at = { blob, compiledAt };
    const unfinished = isExact ? this.unfinishedFrame(blob, pc) : undefined;
    if (unfinished !== undefined) {
      const returnAddress = this.words.u64(sp + unfinished.returnAt);
      const saved = unfinished.savedFrameAt;
      const fp =
        saved === undefined
          ? this.number(registers, this.architecture.framePointer)
          : this.words.u64(sp + saved);
      const next = sp + unfinished.returnAt + 8;
      return { ...at, caller: this.state({ sp: next, pc: returnAddress, fp: fp ?? 0 }, next) };
    }
    if (blob.frameBytes === 0) return { ...at, ...this.stubFrame(blob, place) };
    // Around calls of some stubs an operand lies on the stack.
    const hasOperand =
      !this.isReturnIntoJava(this.words.u64(sp + blob.frameBytes - 8)) &&
      this.isReturnIntoJava(this.words.u64(sp + blob.frameBytes));
    const next = sp + blob.frameBytes + (hasOperand ? 8 : 0);
    const returnAddress = this.words.u64(next - 8);
    if (returnAddress < 0) return { ...at, caller: { stopped: "memoryAbsent" } };
    return {
      ...at,
      ...(compiledAt.pc === pc ? {} : { lookupAddress: BigInt(compiledAt.pc) }),
      caller: this.state({ sp: next, pc: returnAddress, fp: this.words.u64(next - 16) }, next),
    };
  }

  private unfinishedFrame(blob: CodeBlob, pc: number) {
    if (this.architecture.name !== "x86_64") return undefined;
    const { entry, end } = this.prologueOf(blob, pc);
    // Before, only the class of the receiver is checked.
    if (pc < entry) return { returnAt: 0, savedFrameAt: undefined };
    return (
      unfinishedEpilogue(this.words, pc) ?? (pc < end ? unfinishedPrologue(this.words, entry, pc) : undefined)
    );
  }

  /** [entry, end) of the code that makes the frame: where the method is called, or where a loop is taken over. */
  private prologueOf(blob: CodeBlob, pc: number): { readonly entry: number; readonly end: number } {
    const { structs, words } = this;
    const loop = structs.word(blob.address, ["nmethod", "_osr_entry_point"]) ?? 0;
    if (loop > blob.code.start && loop <= pc && pc - loop < mostLoopPrologueBytes)
      return { entry: loop, end: loop + mostLoopPrologueBytes };
    const offset = structs.offset(["nmethod", "_verified_entry_offset"]);
    const verified =
      structs.word(blob.address, ["nmethod", "_verified_entry_point"]) ??
      (offset === undefined ? 0 : blob.code.start + words.u16(blob.address + offset));
    const entry = verified >= blob.code.start && verified < blob.code.end ? verified : blob.code.start;
    return { entry, end: blob.code.start + blob.prologueBytes };
  }

  // Stubs.

  private stubFrame(blob: CodeBlob, { pc, registers, isExact }: GeneratedPlace): GeneratedFrame {
    const sp = this.number(registers, this.architecture.stackPointer);
    const fp = this.number(registers, this.architecture.framePointer);
    if (sp === undefined) return { caller: { stopped: "registerLost" } };
    const isWhole = !isExact || Number(pc) >= blob.code.start + blob.prologueBytes;
    if (blob.frameBytes > 0 && isWhole) {
      const next = sp + blob.frameBytes;
      const returnAddress = this.words.u64(next - 8);
      if (!isExact || this.isReturnIntoJava(returnAddress))
        return { caller: this.state({ sp: next, pc: returnAddress, fp: this.words.u64(next - 16) }, next) };
    }
    const stopped = isExact ? this.stoppedAtPoll(blob, registers, sp) : undefined;
    if (stopped !== undefined) return stopped;
    const entry = isContinuationStub(blob)
      ? callerOfEntry(this.words, sp, (address, savedFp) => this.methodReturnedTo(address, savedFp))
      : undefined;
    if (entry !== undefined) {
      const { at, framePointer } = entry;
      return { caller: this.state({ sp: at + 8, pc: this.words.u64(at), fp: framePointer }, at + 8) };
    }
    const found = returnAddressNear(this, blob, { sp, fp, isExact });
    if (found === undefined) return { caller: { stopped: "noUnwindInformation" } };
    const { at, framePointer, isProven } = found;
    const caller = this.state({ sp: at + 8, pc: this.words.u64(at), fp: framePointer }, at + 8);
    return isProven ? { caller } : { caller, isGuessed: true };
  }

  /**
   * While the handler of a safepoint poll saves registers its return address is not on the stack yet: the thread has
   * noted it down. How much has been saved is told by where the frame of the compiled method fits.
   */
  private stoppedAtPoll(blob: CodeBlob, registers: Registers, sp: number): GeneratedFrame | undefined {
    if (!blob.name.startsWith("SafepointBlob") || this.layout.threadRegister === undefined) return undefined;
    const thread = this.number(registers, this.layout.threadRegister);
    const pc = this.structs.word(thread, ["JavaThread", "_saved_exception_pc"]) ?? 0;
    const method = this.blobs.at(pc);
    if (method?.kind !== "compiled" || method.frameBytes === 0) return undefined;
    // At the poll of a return the method has taken its frame away already.
    const isLeft = unfinishedEpilogue(this.words, pc)?.returnAt === 0;
    for (let saved = 0; saved <= blob.frameBytes + 16; saved += 8) {
      const at = sp + saved;
      if (isLeft) {
        const target = this.words.u64(at);
        if (!this.isReturnIntoJava(target)) continue;
        const fp = this.number(registers, this.architecture.framePointer) ?? 0;
        return { caller: this.state({ sp: at + 8, pc: target, fp }, at + 8), isGuessed: true };
      }
      const returnAddress = this.words.u64(at + method.frameBytes - 8);
      if (!this.isReturnIntoJava(returnAddress)) continue;
      const fp = this.number(registers, this.architecture.framePointer) ?? 0;
      return { caller: this.state({ sp: at, pc, fp }, at), isGuessed: true };
    }
    return undefined;
  }

  /** The innermost method at an address that a call returns to. */
  private methodReturnedTo(address: number, framePointer: number): JavaMethod | undefined {
    if (this.interpreter.has(address)) return this.methodOf(framePointer);
    const blob = this.isReturnIntoJava(address) ? this.blobs.at(address - 1) : undefined;
    const [scope] = (blob && this.scopes.placeAt(blob, address, true)?.scopes) ?? [];
    return scope && this.methods.at(scope.method);
  }

  /** True for an address in interpreted or compiled code that a call returns to. */
  isReturnIntoJava(address: number): boolean {
    if (address <= 0) return false;
    if (address === this.callStubReturn) return true;
    const blob = this.blobs.at(address - 1);
    if (blob === undefined) return false;
    return this.interpreter.has(address) || blob.kind === "compiled" || blob.kind === "nativeWrapper";
  }

  // Shared.

  private byFramePointer(fp: number): CallerState | undefined {
    const saved = this.words.u64(fp);
    const returnAddress = this.words.u64(fp + 8);
    if (saved < 0 || returnAddress < 0) return undefined;
    return this.state({ sp: fp + 16, pc: returnAddress, fp: saved }, fp + 16);
  }

  private state(
    { sp, pc, fp }: { readonly sp: number; readonly pc: number; readonly fp: number },
    frameAddress: number,
  ): CallerState {
    const { architecture } = this;
    const registers: (bigint | undefined)[] = architecture.registerNames.map(() => undefined);
    registers[architecture.stackPointer] = BigInt(sp);
    registers[architecture.programCounter] = withoutSignature(architecture, BigInt(Math.max(0, pc)));
    if (fp >= 0) registers[architecture.framePointer] = BigInt(fp);
    return { registers, frameAddress: BigInt(frameAddress) };
  }

  private isInStack(registers: Registers, fp: number): boolean {
    const sp = this.number(registers, this.architecture.stackPointer) ?? 0;
    return fp >= sp && fp % 8 === 0;
  }

  private slot(fp: number, slot: number): number | undefined {
    const value = this.words.u64(fp + 8 * slot);
    return value < 0 ? undefined : value;
  }

  private number(registers: Registers, register: number): number | undefined {
    const value = registers[register];
    return value === undefined || value >= 1n << 53n ? undefined : Number(value);
  }
}

const known = new WeakMap<ProcessSnapshot, { readonly code: JavaCode | undefined }>();

/** The code cache of the JVM in a process; undefined without one, or when its tables cannot be read. */
export function javaCodeOf(image: ProcessSnapshot): JavaCode | undefined {
  let entry = known.get(image);
  if (entry === undefined) {
    entry = { code: readJavaCode(image) };
    known.set(image, entry);
  }
  return entry.code;
}

function readJavaCode(image: ProcessSnapshot): JavaCode | undefined {
  const module = jvmModuleOf(image);
  if (module === undefined || image.memory.pointerBytes !== 8) return undefined;
  const structs = VmStructs.read(
    module,
    new MemoryWords(image.memory, 4096, image.memory.structureLog, structureWindows),
  );
  const layout = structs && frameLayoutOf(image.architecture, structs);
  return layout && structs && new JavaCode(structs, image.architecture, layout);
}
