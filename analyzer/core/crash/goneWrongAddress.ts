import { formatHex } from "../../base/units";
import { faultAccessOf } from "../faultAccess";
import { protection } from "../memorySegment";
import { moduleNameOf } from "../modules/processModule";
import { type CrashScene, programCounterOf, stackPointerOf } from "./crashScene";
import type { DeathCause } from "./deathCause";
import { x86InstructionAt } from "./x86Operand";

/** What was wrong with an address, beyond that nothing is there. */
export function goneWrongAddress(scene: CrashScene): DeathCause | undefined {
  const { signal, process } = scene;
  if (signal.name !== "SIGSEGV") return undefined;
  const { address } = signal;
  if (address === undefined) return signal.codeName === "SI_KERNEL" ? notCanonical(scene) : undefined;
  const { memory, architecture } = process.image;
  if (signal.codeName !== "SEGV_ACCERR") return undefined;
  const pc = programCounterOf(scene);
  const access = faultAccessOf(architecture.name, memory.bytes(pc, 16), pc, address);
  const allowed = memory.protectionAt(address);
  if (access !== "writing" || allowed === undefined || (allowed & protection.write) !== 0) return undefined;
  const module = process.moduleAt(address);
  const mapping = memory.mappingOf(address);
  const whose =
    module !== undefined
      ? ` of ${moduleNameOf(module)}`
      : mapping === undefined
        ? ""
        : ` of ${moduleNameOf(mapping)}`;
  const what = (allowed & protection.execute) !== 0 ? "code" : "read-only data";
  return {
    kind: "address",
    words: `writing ${what}${whose} at ${formatHex(address)}`,
    evidence: `the instruction at ${formatHex(pc)} and the protection of the memory`,
  };
}

/** The system does not say which address the processor refused; the instruction does. */
function notCanonical(scene: CrashScene): DeathCause | undefined {
  const { process, registers } = scene;
  const { memory, architecture } = process.image;
  if (architecture.name !== "x86_64") return undefined;
  const pc = programCounterOf(scene);
  // ret: a jump to what is on top of the stack.
  const returnsTo = memory.u8(pc) === 0xc3 ? memory.u64(stackPointerOf(scene)) : undefined;
  if (returnsTo !== undefined && !isCanonical(returnsTo))
    return {
      kind: "address",
      words: `return to ${formatHex(returnsTo)}, which no address can be: the stack was overwritten`,
      evidence: `the ret at ${formatHex(pc)} and the top of the stack`,
    };
  const address = x86InstructionAt(memory, pc, registers)?.address;
  if (address === undefined || isCanonical(address)) return undefined;
  const access = faultAccessOf(architecture.name, memory.bytes(pc, 16), pc, address) ?? "using";
  return {
    kind: "address",
    words: `${access} ${formatHex(address)}, which no address can be`,
    evidence: `the instruction at ${formatHex(pc)} and its registers`,
  };
}

function isCanonical(address: bigint): boolean {
  return BigInt.asIntN(48, address) === BigInt.asIntN(64, address);
}
