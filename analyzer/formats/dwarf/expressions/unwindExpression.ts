import type { ExpressionBytes } from "../cfi/unwindRow";
import { DwarfDamage } from "../dataReader";
import { EvaluationEnded } from "./missing";
import { type StackEnvironment, StackMachine } from "./stackMachine";

/** What unwind expressions may ask: their addresses are those of the process already. */
export type UnwindEnvironment = Omit<StackEnvironment, "bias">;

/**
 * Evaluates an expression of call-frame information: DWARF 5, section 6.4.2, allows no operations there that are about
 * entries, objects or frames.
 * @param initial the frame address, pushed first for register rules
 * @returns undefined when a register or memory it needs is missing
 * @throws DwarfDamage for operations that are unknown or find no operand
 */
export function evaluateUnwindExpression(
  { bytes }: ExpressionBytes,
  environment: UnwindEnvironment,
  initial: bigint | undefined,
): bigint | undefined {
  const machine = new StackMachine({ ...environment, bias: 0n }, initial === undefined ? [] : [initial]);
  try {
    machine.execute(bytes);
  } catch (thrown) {
    if (thrown instanceof EvaluationEnded) return undefined;
    throw thrown;
  }
  const top = machine.stack.at(-1);
  if (top === undefined)
    throw new DwarfDamage("unwind expression", bytes.length, "leaves nothing on its stack");
  return top.bits;
}
