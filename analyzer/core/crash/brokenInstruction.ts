import { formatHex } from "../../base/units";
import { type CrashScene, programCounterOf } from "./crashScene";
import type { DeathCause } from "./deathCause";

const trap = "a trap instruction (__builtin_trap, or code the compiler takes for unreachable)";

/** Checks of `-fsanitize-trap`, by number (clang, `SanitizerHandler.h`). */
const checks: Readonly<Record<number, string>> = {
  0: "integer addition overflowed",
  1: "a builtin was called with what it must not get",
  2: "a check of control flow failed",
  3: "integer division by zero or overflow",
  4: "a virtual table is not one of the type",
  5: "a float does not fit into the type it was converted to",
  6: "a function was called by another type",
  7: "an implicit conversion changed a value",
  10: "a value of its type was loaded that it cannot have",
  11: "a function that must return a value did not",
  12: "integer multiplication overflowed",
  13: "integer negation overflowed",
  15: "a null pointer was passed or returned where none may be",
  18: "an index is out of bounds",
  19: "a pointer overflowed",
  20: "a shift by a wrong amount",
  21: "integer subtraction overflowed",
  22: "a pointer is null or misaligned",
  23: "a pointer is null, misaligned or has too little behind it",
  24: "code that must not be reached was",
  25: "a variable-length array has no positive bound",
};

/** Which instruction ended the process on purpose. */
export function brokenInstruction(scene: CrashScene): DeathCause | undefined {
  const { signal, process } = scene;
  const { memory, architecture } = process.image;
  const pc = programCounterOf(scene);
  const found = (words: string, name: string): DeathCause => ({
    kind: "instruction",
    words,
    evidence: `${name} at ${formatHex(pc)}`,
  });
  if (architecture.name === "aarch64") {
    const word = memory.u32(pc);
    if ((signal.name !== "SIGTRAP" && signal.name !== "SIGILL") || word === undefined) return undefined;
    if (word === 0) return found("an undefined instruction (udf)", "udf");
    // brk #immediate
    if ((word & 0xffe0001f) >>> 0 !== 0xd4200000) return undefined;
    const immediate = (word >>> 5) & 0xffff;
    if (immediate >> 8 === 0x55) return found(checkOf(immediate & 0xff), `brk #${immediate}`);
    return found(immediate === 0xf000 ? "a breakpoint in the program" : trap, `brk #${immediate}`);
  }
  if (architecture.name !== "x86_64" && architecture.name !== "i386") return undefined;
  const code = memory.bytes(pc, 5);
  if (signal.name === "SIGILL") {
    if (code[0] === 0x0f && code[1] === 0x0b) return found(trap, "ud2");
    // ud1 number(%eax), %eax: clang puts the check's number where an address would be.
    if (code[0] === 0x67 && code[1] === 0x0f && code[2] === 0xb9) {
      const [, , , modRm, displacement] = code;
      if (modRm === 0) return found(checkOf(0), "ud1");
      if (modRm === 0x40) return found(checkOf(displacement ?? -1), "ud1");
    }
    return undefined;
  }
  if (signal.name !== "SIGTRAP" || signal.senderPid !== undefined) return undefined;
  // The processor has gone past it.
  const isBreakpoint = memory.u8(pc - 1n) === 0xcc;
  return isBreakpoint
    ? found("a breakpoint in the program (int3)", "int3 before the instruction")
    : undefined;
}

function checkOf(number: number): string {
  return `a check of the compiler failed: ${checks[number] ?? `number ${number}`}`;
}
