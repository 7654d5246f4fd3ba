import type { MemoryWords } from "../../memoryWords";

/**
 * Where the return address of compiled code lies that was interrupted while its frame was being made or taken away, on
 * x86-64: the few instructions that the JVM's compilers begin and end methods with are read.
 */

const mostPrologueBytes = 160;
const mostEpilogueSteps = 8;

/** Bytes from the stack pointer to the return address, with the frame pointer the caller has; undefined for a whole frame. */
export interface UnfinishedFrame {
  readonly returnAt: number;
  /** Bytes from the stack pointer to where the caller's frame pointer is saved; undefined: the register has it. */
  readonly savedFrameAt: number | undefined;
}

/**
 * @param entry where the method begins
 * @param pc between its entry and the end of its prologue
 */
export function unfinishedPrologue(
  words: MemoryWords,
  entry: number,
  pc: number,
): UnfinishedFrame | undefined {
  if (pc < entry || pc - entry > mostPrologueBytes) return undefined;
  const code: number[] = [];
  for (let at = entry; at < pc; at++) code.push(words.u8(at));
  const is = (at: number, ...bytes: readonly number[]) => bytes.every((byte, i) => code[at + i] === byte);
  let isPushed = false;
  for (let at = 0; at < code.length; at++) {
    // sub $imm, %rsp
    if (
      (is(at, 0x48, 0x81, 0xec) && at + 7 <= code.length) ||
      (is(at, 0x48, 0x83, 0xec) && at + 4 <= code.length)
    )
      return undefined;
    // push %rbp, before it: the stack bang, nothing, or five bytes of nop.
    if (code[at] === 0x55) {
      const next = at + 1 < code.length ? code[at + 1] : words.u8(entry + at + 1);
      if (next === 0x48) isPushed = true;
    }
  }
  return isPushed ? { returnAt: 8, savedFrameAt: 0 } : { returnAt: 0, savedFrameAt: undefined };
}

/** Follows the code to its return, through what an epilogue may have; undefined when it is not one. */
export function unfinishedEpilogue(words: MemoryWords, pc: number): UnfinishedFrame | undefined {
  let at = pc;
  let popped = 0;
  let savedFrameAt: number | undefined;
  for (let step = 0; step < mostEpilogueSteps; step++) {
    const is = (...bytes: readonly number[]) => bytes.every((byte, i) => words.u8(at + i) === byte);
    if (is(0xc3) || is(0xc2)) return { returnAt: popped, savedFrameAt };
    if (is(0xc5, 0xf8, 0x77)) at += 3;
    else if (is(0x48, 0x83, 0xc4)) {
      popped += words.u8(at + 3);
      at += 4;
    } else if (is(0x48, 0x81, 0xc4)) {
      popped += words.i32(at + 3) ?? 0;
      at += 7;
    } else if (is(0x5d)) {
      savedFrameAt = popped;
      popped += 8;
      at += 1;
    } else if (is(0x49, 0x3b, 0xa7))
      at += 7; // cmp disp32(%r15), %rsp
    else if (is(0x49, 0x3b, 0x67))
      at += 4; // cmp disp8(%r15), %rsp
    else if (is(0x0f, 0x87))
      at += 6; // ja
    else if (is(0x4d, 0x8b, 0x97))
      at += 7; // mov disp32(%r15), %r10
    else if (is(0x41, 0x85, 0x02))
      at += 3; // test %eax, (%r10)
    else if (is(0x85, 0x05))
      at += 6; // test %eax, disp32(%rip)
    else if (is(0x4c, 0x8d, 0x15))
      return leavesForPoll(words, at + 7, popped); // lea disp32(%rip), %r10
    else if (is(0x4d, 0x89, 0x97))
      return leavesForPoll(words, at, popped); // mov %r10, disp32(%r15)
    else return undefined;
  }
  return undefined;
}

/** The stub of a safepoint poll before a return: it notes the address down and jumps to the handler. */
function leavesForPoll(words: MemoryWords, at: number, popped: number): UnfinishedFrame | undefined {
  const notes = [0x4d, 0x89, 0x97].every((byte, i) => words.u8(at + i) === byte);
  return notes && words.u8(at + 7) === 0xe9 && popped === 0
    ? { returnAt: 0, savedFrameAt: undefined }
    : undefined;
}
