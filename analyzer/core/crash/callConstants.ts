import type { MemoryImage } from "../memoryImage";

/** Registers of the first four arguments (System V psABI x86-64 section 3.2.3), by number in instructions. */
export const argumentRegisters = [7, 6, 2, 1] as const;
/** Those of Go (its internal ABI): rax, rbx, rcx. */
export const goArgumentRegisters = [0, 3, 1] as const;
/** What compilers put between the loading of arguments and the call. */
const window = 96;

/**
 * Constants a caller on x86-64 put into argument registers right before a call: what a function was told, when the
 * function itself has long reused its registers. By the register's number in instructions. Sees `lea constant(%rip), %reg` and `mov $constant, %reg`.
 */
export function constantsBeforeCall(memory: MemoryImage, returnAddress: bigint): ReadonlyMap<number, bigint> {
  const start = returnAddress - BigInt(window);
  const code = memory.bytes(start, window);
  const found = new Map<number, bigint>();
  if (code.length === window) {
    const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
    // The last load of a register before the call counts. `call rel32` itself is 5 bytes.
    for (let at = 0; at + 5 <= window - 2; at++) {
      const copied = copyOf(view, at);
      if (copied !== undefined && found.has(0)) found.set(copied, found.get(0)!);
      const lea = leaOf(view, at, start);
      const loaded = lea ?? moveOf(view, at);
      if (loaded !== undefined && at + loaded.bytes <= window - 2) found.set(loaded.register, loaded.value);
    }
  }
  return found;
}

interface Load {
  readonly register: number;
  readonly value: bigint;
  readonly bytes: number;
}

/** REX.W 8D /r with ModRM mod 0, rm 5: relative to the next instruction. */
function leaOf(view: DataView, at: number, start: bigint): Load | undefined {
  if (at + 7 > view.byteLength || view.getUint8(at) !== 0x48 || view.getUint8(at + 1) !== 0x8d)
    return undefined;
  const modRm = view.getUint8(at + 2);
  if ((modRm & 0xc7) !== 5) return undefined;
  const value = start + BigInt(at + 7) + BigInt(view.getInt32(at + 3, true));
  return { register: (modRm >> 3) & 7, value, bytes: 7 };
}

/** mov %rax, %reg: what compilers without optimization do with what they have just loaded. */
function copyOf(view: DataView, at: number): number | undefined {
  if (view.getUint8(at) !== 0x48 || view.getUint8(at + 1) !== 0x89) return undefined;
  const modRm = view.getUint8(at + 2);
  return (modRm & 0xf8) === 0xc0 ? modRm & 7 : undefined;
}

/** B8+r id; the same bytes inside another instruction are rare and name no text. */
function moveOf(view: DataView, at: number): Load | undefined {
  const opcode = view.getUint8(at);
  if (opcode < 0xb8 || opcode > 0xbf) return undefined;
  return { register: opcode - 0xb8, value: BigInt(view.getUint32(at + 1, true)), bytes: 5 };
}
