import { findWord, type GoRuntime } from "./goRuntime";

/** Variables that are looked through; more are only found by their address. */
const mostVariables = 200_000;

/** The variable of a package that an address is in, e.g. `main.gate` or `main.server+16`. */
export function variableAt(address: bigint, { module }: GoRuntime): string | undefined {
  const relative = module.relative(address);
  const symbol = module.symbols.objectAt(relative);
  if (symbol === undefined) return undefined;
  return relative === symbol.address ? symbol.name : `${symbol.name}+${relative - symbol.address}`;
}

/** Names of the program's variables by the address that each holds. */
export function variablesHolding(runtime: GoRuntime): ReadonlyMap<bigint, string> {
  const { memory, program, module } = runtime;
  const names = new Map<bigint, string>();
  const isPointer = (value: bigint) =>
    value % 8n === 0n &&
    value > 0xffffn &&
    value < 1n << 47n &&
    !(value >= module.start && value < module.end);
  findWord(program.data, memory, (value, at) => {
    if (!isPointer(value) || names.has(value)) return false;
    const name = variableAt(at, runtime);
    if (name !== undefined && !name.startsWith("runtime.")) names.set(value, name);
    return names.size >= mostVariables;
  });
  return names;
}
