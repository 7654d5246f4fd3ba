import type { Architecture } from "./architecture";

/** Register values by DWARF number; undefined where a value was lost on the way up the stack. */
export type Registers = readonly (bigint | undefined)[];

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
