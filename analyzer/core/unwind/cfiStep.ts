import type { RegisterRule, UnwindRow } from "../../formats/dwarf/cfi/unwindRow";
import {
  evaluateUnwindExpression,
  type UnwindEnvironment,
} from "../../formats/dwarf/expressions/unwindExpression";
import type { Architecture } from "../architecture";
import type { MemoryImage } from "../memoryImage";
import type { Registers } from "../registers";
import type { StopReason } from "./stack";

export interface CallerState {
  readonly registers: Registers;
  readonly frameAddress: bigint;
}

/**
 * The caller's registers by one row of unwind rules. Registers without a rule keep their value when a call preserves
 * them; others are lost.
 */
export function callerByRules(
  architecture: Architecture,
  memory: MemoryImage,
  row: UnwindRow,
  registers: Registers,
): CallerState | { readonly stopped: StopReason } {
  const wide = memory.pointerBytes === 8 ? 64 : 32;
  const environment: UnwindEnvironment = {
    addressSize: memory.pointerBytes,
    littleEndian: memory.littleEndian,
    register: (number) => registers[number],
    readMemory: (address, length) => {
      const bytes = memory.bytes(address, length);
      return bytes.length === length ? bytes : undefined;
    },
  };
  const unwrapped = frameAddressOf(row, registers, (expression) =>
    evaluateUnwindExpression(expression, environment, undefined),
  );
  const frameAddress = unwrapped === undefined ? undefined : BigInt.asUintN(wide, unwrapped);
  if (frameAddress === undefined) return { stopped: "registerLost" };
  const caller: (bigint | undefined)[] = architecture.registerNames.map((_, number) =>
    architecture.calleeSaved.includes(number) ? registers[number] : undefined,
  );
  if (architecture.keepsStackPointer !== true) caller[architecture.stackPointer] = frameAddress;
  const valueBy = (rule: RegisterRule, number: number): bigint | undefined => {
    switch (rule.kind) {
      case "undefined":
        return undefined;
      case "sameValue":
        return registers[number];
      case "offset":
        return memory.pointer(BigInt.asUintN(wide, frameAddress + BigInt(rule.offset)));
      case "valueOffset":
        return BigInt.asUintN(wide, frameAddress + BigInt(rule.offset));
      case "register":
        return registers[rule.register];
      case "valueExpression":
        return evaluateUnwindExpression(rule.expression, environment, frameAddress);
      case "expression": {
        const at = evaluateUnwindExpression(rule.expression, environment, frameAddress);
        return at === undefined ? undefined : memory.pointer(at);
      }
    }
  };
  for (const [number, rule] of row.registers) {
    if (number < architecture.registerNames.length) caller[number] = valueBy(rule, number);
  }
  const rule = row.registers.get(row.returnAddressRegister);
  if (rule?.kind === "undefined") return { stopped: "outermost" };
  // aarch64 leaf functions have no rule for x30: it still holds the return address.
  const returnAddress =
    rule === undefined ? registers[row.returnAddressRegister] : valueBy(rule, row.returnAddressRegister);
  if (returnAddress === undefined) return { stopped: rule === undefined ? "registerLost" : "memoryAbsent" };
  // A kernel's signal frame restores the program counter itself; its "return address register" is that.
  caller[architecture.programCounter] = withoutSignature(architecture, returnAddress);
  return { registers: caller, frameAddress };
}

function frameAddressOf(
  row: UnwindRow,
  registers: Registers,
  evaluate: (expression: { readonly bytes: Uint8Array }) => bigint | undefined,
): bigint | undefined {
  const rule = row.frameAddress;
  if (rule === undefined) return undefined;
  if (rule.kind === "expression") return evaluate(rule.expression);
  const base = registers[rule.register];
  return base === undefined ? undefined : base + BigInt(rule.offset);
}

/** Pointer authentication puts a code into the upper bits of a return address; other bits say how to execute the code. */
export function withoutSignature(
  { codeAddressBits, codeAddressMask }: Architecture,
  returnAddress: bigint,
): bigint {
  if (codeAddressMask !== undefined) return returnAddress & codeAddressMask;
  return codeAddressBits === undefined ? returnAddress : BigInt.asUintN(codeAddressBits, returnAddress);
}
