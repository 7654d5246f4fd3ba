import { formatHex } from "../../base/units";
import { type CrashScene, programCounterOf } from "./crashScene";
import type { DeathCause } from "./deathCause";
import { operandOf, x86InstructionAt } from "./x86Operand";

/** Which of the two failures of an integer division it was: x86 has one signal for both. */
export function brokenArithmetic(scene: CrashScene): DeathCause | undefined {
  const { signal, process, registers } = scene;
  const { memory, architecture } = process.image;
  if (signal.codeName !== "FPE_INTDIV" || architecture.name !== "x86_64") return undefined;
  const pc = programCounterOf(scene);
  const instruction = x86InstructionAt(memory, pc, registers);
  if (instruction === undefined || (instruction.opcode !== 0xf6 && instruction.opcode !== 0xf7))
    return undefined;
  const { extension, operandBytes } = instruction;
  if (extension !== 6 && extension !== 7) return undefined;
  const name = extension === 7 ? "idiv" : "div";
  const by = operandOf(instruction, memory, registers);
  const evidence = `the ${name} instruction at ${formatHex(pc)} and its divisor`;
  if (by === undefined) return undefined;
  if (by === 0n) return { kind: "arithmetic", words: "integer division by zero", evidence };
  const divisor = extension === 7 ? BigInt.asIntN(8 * operandBytes, by) : by;
  return {
    kind: "arithmetic",
    words: `integer overflow: the quotient of a division by ${divisor} does not fit into ${8 * operandBytes} bits`,
    evidence,
  };
}
