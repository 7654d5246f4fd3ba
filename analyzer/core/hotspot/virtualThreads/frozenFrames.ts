import type { Frame } from "../../unwind/stack";
import type { JavaCode } from "../frames/javaCode";
import type { FrameList } from "../roots/frameRoots";
import type { StackChunk } from "./stackChunks";

/** Frames of one thread. */
const mostFrames = 1 << 16;

interface FramePlace {
  readonly pc: number;
  readonly sp: number;
}

/**
 * The frames of a virtual thread in its chunks, which are followed when they are asked for. They look as on a stack, but
 * frame pointers of interpreted frames are numbers of words from where they stand: chunks move.
 */
export function frozenFrames(code: JavaCode, chunks: readonly StackChunk[]): FrameList {
  const frames: Frame<undefined>[] = [];
  const places = placesIn(code, chunks);
  return {
    frameAt(index) {
      while (frames.length <= index && frames.length < mostFrames) {
        const next = places.next();
        if (next.done) break;
        frames.push(frameOf(code, next.value, frames.length));
      }
      return frames[index];
    },
  };
}

function* placesIn(code: JavaCode, chunks: readonly StackChunk[]): Generator<FramePlace, void> {
  for (const { top, bottom, pc } of chunks) {
    let place = pc === undefined ? undefined : { pc, sp: top };
    while (place !== undefined && place.sp < bottom) {
      yield place;
      const caller = callerOf(code, place);
      // Every frame has words of its own.
      place = caller !== undefined && caller.sp > place.sp ? caller : undefined;
    }
  }
}

function callerOf(code: JavaCode, { pc, sp }: FramePlace): FramePlace | undefined {
  const { words } = code;
  if (!code.interpreter.has(pc)) {
    const frameBytes = code.blobs.at(pc - 1)?.frameBytes ?? 0;
    const next = sp + frameBytes;
    return frameBytes === 0 ? undefined : { pc: words.u64(next - 8), sp: next };
  }
  const fp = code.relative(sp - 16, 0);
  if (fp === undefined) return undefined;
  const returnAddress = words.u64(fp + 8);
  // A compiled caller ends where it was before the interpreter put its locals behind the arguments.
  const next = code.interpreter.has(returnAddress) ? fp + 16 : code.relative(fp, code.layout.senderSp);
  return next === undefined ? undefined : { pc: returnAddress, sp: next };
}

function frameOf(code: JavaCode, { pc, sp }: FramePlace, index: number): Frame<undefined> {
  const { architecture, words } = code;
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
    lookupAddress: BigInt(pc - 1),
    registers,
    origin: "generated",
    isSignalFrame: false,
  };
}

function toBigint(value: number | undefined): bigint | undefined {
  return value === undefined ? undefined : BigInt(value);
}
