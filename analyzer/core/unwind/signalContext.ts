import type { Architecture } from "../architecture";
import type { MemoryImage } from "../memoryImage";
import { protection } from "../memorySegment";

/** The interrupted registers when `pc` is at a signal trampoline. */
export function interruptedRegisters(
  architecture: Architecture,
  memory: MemoryImage,
  pc: bigint,
  stackPointer: bigint,
): (bigint | undefined)[] | undefined {
  const isReadable = memory.bytes(pc, 1).length === 1;
  const trampoline = architecture.signalTrampolines.find(({ code, mark }) => {
    if (!isReadable && mark !== undefined) {
      const word = memory.u64(stackPointer + BigInt(mark.offset));
      return word !== undefined && (word & mark.mask) === mark.value;
    }
    const found = memory.bytes(pc, code.length);
    return found.length === code.length && code.every((byte, i) => found[i] === byte);
  });
  if (trampoline === undefined) return undefined;
  const { through, registerOffsets } = trampoline;
  const base = through === undefined ? stackPointer : memory.pointer(stackPointer + BigInt(through));
  if (base === undefined) return undefined;
  const registers = registerOffsets.map((offset) =>
    offset === undefined ? undefined : memory.pointer(base + BigInt(offset)),
  );
  const saved = registers[architecture.programCounter];
  if (saved === undefined) return undefined;
  const interrupted = saved & (architecture.codeAddressMask ?? saved);
  registers[architecture.programCounter] = interrupted;
  // A mark alone may be chance: code was interrupted.
  const allowed = memory.protectionAt(interrupted) ?? protection.execute;
  return isReadable || (allowed & protection.execute) !== 0 ? registers : undefined;
}
