import type { Architecture } from "./architecture";

/** Register values by DWARF number; undefined where a value was lost on the way up the stack. */
export type Registers = readonly (bigint | undefined)[];

/** General registers of a thread from the words of NT_PRSTATUS. */
export function registersOfStatus(architecture: Architecture, words: readonly bigint[]): bigint[] {
  return architecture.statusIndex.map((index) => words[index] ?? 0n);
}

/** Registers with their names, for a register view; lost ones are left out. */
export function namedRegisters(
  architecture: Architecture,
  registers: Registers,
): { readonly name: string; readonly value: bigint }[] {
  return architecture.registerNames.flatMap((name, number) => {
    const value = registers[number];
    return value === undefined ? [] : [{ name, value }];
  });
}
