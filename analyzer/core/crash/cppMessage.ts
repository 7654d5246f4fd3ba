import type { MemoryImage } from "../memoryImage";
import type { TypeInfo } from "./cppTypeInfo";
import type { CrashScene } from "./crashScene";
import { messageAt, messageOf } from "./foreignMessage";

/** What an exception object says: `what()` without running it, or the value itself. */
export function messageOfException(scene: CrashScene, type: TypeInfo, object: bigint): string | undefined {
  const { memory } = scene.process.image;
  const { mangled, chain } = type;
  const word = BigInt(memory.pointerBytes);
  const plain = thrownValue(memory, mangled, object);
  if (plain !== undefined) return plain;
  // After the virtual functions, both libraries keep a pointer to the characters of the text.
  if (chain.some((name) => name === "St13runtime_error" || name === "St11logic_error")) {
    const whole = chain.some((name) => name.endsWith("16filesystem_errorE"))
      ? filesystemMessage(memory, object)
      : undefined;
    if (whole !== undefined) return whole;
    const text = memory.pointer(object + word);
    return text === undefined ? undefined : messageAt(memory, text);
  }
  if (!chain.includes("St9exception")) return undefined;
  return constantWhat(memory, object) ?? ownString(memory, object + word);
}

/** Thrown numbers, texts and strings. */
function thrownValue(memory: MemoryImage, mangled: string, object: bigint): string | undefined {
  switch (mangled) {
    case "i":
      return memory.i32(object)?.toString();
    case "j":
      return memory.u32(object)?.toString();
    case "l":
      if (memory.pointerBytes === 4) return memory.i32(object)?.toString();
      return signed64(memory, object);
    case "x":
      return signed64(memory, object);
    case "m":
      return memory.pointer(object)?.toString();
    case "y":
      return memory.u64(object)?.toString();
    case "PKc":
    case "Pc": {
      const text = memory.pointer(object);
      return text === undefined ? undefined : messageAt(memory, text);
    }
    default:
      return /^NSt(3__1|7__cxx11)12basic_stringIc/.test(mangled) ? ownString(memory, object) : undefined;
  }
}

function signed64(memory: MemoryImage, address: bigint): string | undefined {
  const value = memory.u64(address);
  return value === undefined ? undefined : BigInt.asIntN(64, value).toString();
}

/** `std::filesystem_error` composes its text behind a shared pointer: two paths before it in libstdc++. */
function filesystemMessage(memory: MemoryImage, object: bigint): string | undefined {
  const shared = memory.pointer(object + 4n * BigInt(memory.pointerBytes));
  if (shared === undefined) return undefined;
  for (const offset of [80n, 48n, 56n, 72n]) {
    const text = ownString(memory, shared + offset);
    if (text?.startsWith("filesystem error")) return text;
  }
  return undefined;
}

/** A `std::string` of libstdc++ {pointer, length, own bytes}, else of libc++ {capacity, length, pointer} or short. */
function ownString(memory: MemoryImage, address: bigint): string | undefined {
  const word = BigInt(memory.pointerBytes);
  const first = memory.pointer(address);
  const second = memory.pointer(address + word);
  const third = memory.pointer(address + 2n * word);
  if (first === undefined || second === undefined || third === undefined) return undefined;
  if (second < 1n << 20n && (first === address + 2n * word || third >= second)) {
    const text = messageOf(memory, first, Number(second));
    if (text !== undefined && memory.u8(first + second) === 0) return text;
  }
  const isLong = first % 2n === 1n;
  if (isLong && second < 1n << 20n) return messageOf(memory, third, Number(second));
  const length = (first & 0xffn) / 2n;
  return length > 0n && length <= 3n * word - 2n
    ? messageOf(memory, address + 1n, Number(length))
    : undefined;
}

/** `what` is the third virtual function; many return a constant or a pointer the object holds. */
function constantWhat(memory: MemoryImage, object: bigint): string | undefined {
  const vtable = memory.pointer(object);
  const what = vtable === undefined ? undefined : memory.pointer(vtable + 2n * BigInt(memory.pointerBytes));
  if (what === undefined) return undefined;
  const code = memory.bytes(what, 48);
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  for (let at = 0; at + 8 <= code.length; at++) {
    const opcode = code[at]!;
    if (opcode === 0xc3 || opcode === 0xe8 || opcode === 0xe9) return undefined;
    // lea constant(%rip), %rax, then only the end of the function.
    if (opcode === 0x48 && code[at + 1] === 0x8d && code[at + 2] === 0x05)
      return endsAt(code, at + 7)
        ? messageAt(memory, what + BigInt(at + 7 + view.getInt32(at + 3, true)))
        : undefined;
    // mov offset(%rdi), %rax; ret
    if (opcode === 0x48 && code[at + 1] === 0x8b && code[at + 2] === 0x47 && code[at + 4] === 0xc3) {
      const text = memory.pointer(object + BigInt(view.getInt8(at + 3)));
      return text === undefined ? undefined : messageAt(memory, text);
    }
  }
  return undefined;
}

/** ret, or pop %rbp or leave before it. */
function endsAt(code: Uint8Array, at: number): boolean {
  const next = code[at];
  return next === 0xc3 || ((next === 0x5d || next === 0xc9) && code[at + 1] === 0xc3);
}
