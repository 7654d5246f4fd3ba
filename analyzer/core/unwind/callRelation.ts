import type { LoadedModule } from "../modules/loadedModule";
import type { Symbol as LinkerSymbol } from "../symbols/symbolTable";
import { type CallInstruction, isOwnAddressThunk, jumpsInto } from "./callInstruction";
import { isCode, type UnwindInputs } from "./unwindInputs";

/** The code a frame stands in, as far as it is known. */
export interface CalledCode {
  readonly address: bigint;
  readonly isCode: boolean;
  /** False for a module whose file is missing. */
  readonly isReadable: boolean;
  readonly module?: LoadedModule;
  readonly function?: LinkerSymbol;
}

/** How a call fits to the frame it would have made. */
export type CallRelation = "calls" | "maybe" | "callsOther";

/** Of functions without symbols. */
const mostBytesOfFunction = 64n << 10n;

export function calledCodeAt(address: bigint, inputs: UnwindInputs): CalledCode {
  const module = inputs.moduleAt(address);
  const symbol = module?.symbols.functionAt(module.relative(address));
  return {
    address,
    isCode: isCode(address, inputs),
    isReadable: inputs.memory.bytes(address, 1).length === 1,
    ...(module !== undefined && { module }),
    ...(symbol !== undefined && { function: symbol }),
  };
}

/** Whether a call is one of this code. Calls that are certainly of something else were left by somebody earlier. */
export function callRelation(
  { target }: CallInstruction,
  callee: CalledCode,
  inputs: UnwindInputs,
): CallRelation {
  if (target === undefined) return "maybe";
  if (!isCode(target, inputs)) return "callsOther";
  const isInThunk = callee.address >= target && callee.address < target + 4n;
  if (!isInThunk && isOwnAddressThunk(target, inputs)) return "callsOther";
  // Somebody jumped to where no code is: whom the function called tells nothing.
  if (!callee.isCode) return "maybe";
  const module = inputs.moduleAt(target);
  if (callee.module === undefined) return relationOfUnnamed(target, module, callee, inputs);
  if (callee.function !== undefined)
    return relationOfFunction(target, module, callee.function, callee, inputs);
  // The functions between are in files that are missing, and are skipped.
  if (!callee.isReadable) {
    if (module === callee.module) return "calls";
    const mayHaveCalled = inputs.memory.bytes(target, 1).length === 0 && mayCall(module, callee.module);
    // On i386 what earlier calls left behind is found too often: there is more of it, since arguments are passed there.
    if (mayHaveCalled) return inputs.memory.pointerBytes === 4 ? "maybe" : "calls";
    return "callsOther";
  }
  return module === callee.module && reaches(target, callee) ? "calls" : "callsOther";
}

/** Libraries are mapped downwards, those that others need after them; everybody calls the loader, which calls nobody. */
function mayCall(caller: LoadedModule | undefined, callee: LoadedModule): boolean {
  return caller !== undefined && caller.kind !== "loader" && caller.start > callee.start;
}

/** Code made while the program ran is called from its own memory, or through pointers. */
function relationOfUnnamed(
  target: bigint,
  module: LoadedModule | undefined,
  callee: CalledCode,
  { memory }: UnwindInputs,
): CallRelation {
  if (module !== undefined) return "callsOther";
  return memory.segmentOf(target) === memory.segmentOf(callee.address) && reaches(target, callee)
    ? "calls"
    : "maybe";
}

function relationOfFunction(
  target: bigint,
  module: LoadedModule | undefined,
  called: LinkerSymbol,
  callee: CalledCode,
  inputs: UnwindInputs,
): CallRelation {
  if (module === undefined) return "callsOther";
  const other = module.symbols.functionAt(module.relative(target));
  if (module === callee.module) {
    if (other !== undefined && wholeName(other) === wholeName(called)) return "calls";
    if (other?.address === called.address) return "calls";
  }
  if (other === undefined) return "maybe";
  const start = BigInt.asUintN(64, BigInt(called.address) + callee.module!.bias);
  const to = { start, end: start + BigInt(Math.max(1, called.bytes)) };
  const from = { start: BigInt.asUintN(64, BigInt(other.address) + module.bias), bytes: other.bytes };
  return jumpsInto(from, to, inputs) ? "calls" : "callsOther";
}

/** Compilers put what is rarely run of a function elsewhere. */
function wholeName({ name }: LinkerSymbol): string {
  return name.replace(/\.cold(\.\d+)?$/, "");
}

function reaches(target: bigint, { address }: CalledCode): boolean {
  return target <= address && address - target < mostBytesOfFunction;
}
