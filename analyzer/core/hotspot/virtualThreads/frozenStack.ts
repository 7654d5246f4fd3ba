import type { Frame, Stack, StopReason } from "../../unwind/stack";
import type { JavaCode } from "../frames/javaCode";
import type { StackChunk } from "./stackChunks";

/** Frames of one thread. */
const mostFrames = 1 << 16;

/**
 * The stack of a virtual thread in its chunks, which is followed as far as it is asked for. Frames look as on a stack, but
 * frame pointers of interpreted frames are numbers of words from where they stand: chunks move. Where a frame goes on is
 * kept as numbers, since there may be a million such threads; a frame is made when it is looked at.
 */
export class FrozenStack implements Stack<never> {
  private readonly pcs: number[] = [];
  private readonly sps: number[] = [];
  private chunk = 0;
  private isDone = false;

  constructor(
    private readonly code: JavaCode,
    private readonly chunks: readonly StackChunk[],
  ) {
    this.enterChunk();
  }

  get stopped(): StopReason {
    this.follow(mostFrames);
    if (this.pcs.length >= mostFrames) return "frameLimit";
    return this.chunks.every(({ pc, top, bottom }) => top >= bottom || pc !== undefined)
      ? "outermost"
      : "memoryAbsent";
  }

  frameAt(index: number): Frame<never> | undefined {
    this.follow(index + 1);
    return index < this.pcs.length ? this.frameOf(index) : undefined;
  }

  slice(start: number, end: number): Frame<never>[] {
    const frames: Frame<never>[] = [];
    for (let index = start; index < end; index++) {
      const frame = this.frameAt(index);
      if (frame === undefined) break;
      frames.push(frame);
    }
    return frames;
  }

  count(most = mostFrames): number {
    this.follow(most);
    return Math.min(most, this.pcs.length);
  }

  lookupAddressAt(index: number): bigint {
    return BigInt(this.placeAt(index));
  }

  /** Of a frame that has been counted. */
  pcAt(index: number): number {
    return this.pcs[index]!;
  }

  spAt(index: number): number {
    return this.sps[index]!;
  }

  isInterpretedAt(index: number): boolean {
    return this.code.interpreter.has(this.pcs[index]!);
  }

  /** What frames that stand at the same line have the same: of an interpreted one its bytecode, or its method. */
  placeAt(index: number): number {
    const pc = this.pcs[index]!;
    if (!this.code.interpreter.has(pc)) return pc - 1;
    const { layout, words } = this.code;
    const fp = this.code.relative(this.sps[index]! - 16, 0);
    if (fp === undefined) return pc - 1;
    const bytecode = words.u64(fp + 8 * layout.bytecode);
    return Math.max(0, bytecode > 0 ? bytecode : words.u64(fp + 8 * layout.method));
  }

  private follow(most: number): void {
    const { pcs, sps, chunks } = this;
    const wanted = Math.min(most, mostFrames);
    while (pcs.length < wanted && !this.isDone) {
      const last = pcs.length - 1;
      // Every frame has words of its own.
      const before = sps[last]!;
      if (!this.addCaller(pcs[last]!, before) || sps[sps.length - 1]! >= chunks[this.chunk]!.bottom) {
        if (sps.length - 1 > last) {
          pcs.pop();
          sps.pop();
        }
        this.chunk++;
        this.enterChunk();
      }
    }
  }

  /** The innermost frame of the next chunk that has any. */
  private enterChunk(): void {
    const { chunks } = this;
    for (; this.chunk < chunks.length; this.chunk++) {
      const { pc, top, bottom } = chunks[this.chunk]!;
      if (pc === undefined || top >= bottom) continue;
      this.pcs.push(pc);
      this.sps.push(top);
      return;
    }
    this.isDone = true;
  }

  private addCaller(pc: number, sp: number): boolean {
    const { code } = this;
    const { words } = code;
    let callerPc: number;
    let callerSp: number | undefined;
    if (code.interpreter.has(pc)) {
      const fp = code.relative(sp - 16, 0);
      if (fp === undefined) return false;
      callerPc = words.u64(fp + 8);
      // A compiled caller ends where it was before the interpreter put its locals behind the arguments.
      callerSp = code.interpreter.has(callerPc) ? fp + 16 : code.relative(fp, code.layout.senderSp);
    } else {
      const frameBytes = code.blobs.at(pc - 1)?.frameBytes ?? 0;
      if (frameBytes === 0) return false;
      callerSp = sp + frameBytes;
      callerPc = words.u64(callerSp - 8);
    }
    if (callerSp === undefined || callerSp <= sp || callerPc <= 0) return false;
    this.pcs.push(callerPc);
    this.sps.push(callerSp);
    return true;
  }

  private frameOf(index: number): Frame<never> {
    const { code } = this;
    const { architecture, words } = code;
    const pc = this.pcs[index]!;
    const sp = this.sps[index]!;
    const registers: (bigint | undefined)[] = architecture.registerNames.map(() => undefined);
    registers[architecture.stackPointer] = BigInt(sp);
    registers[architecture.programCounter] = BigInt(pc);
    // Compiled code may keep anything in that register: what its callee has saved of it.
    registers[architecture.framePointer] = code.interpreter.has(pc)
      ? toBigint(code.relative(sp - 16, 0))
      : words.u64Exact(sp - 16);
    return {
      index,
      pc: BigInt(pc),
      lookupAddress: this.lookupAddressAt(index),
      registers,
      origin: "generated",
      isSignalFrame: false,
    };
  }
}

function toBigint(value: number | undefined): bigint | undefined {
  return value === undefined ? undefined : BigInt(value);
}
