import type { DebugType } from "../../../formats/dwarf/types";
import type { ThreadSnapshot } from "../../processSnapshot";
import { arrayType, flagsType, floatType, integerType, unionType } from "../madeTypes";
import { bytesOf, bytesStorage } from "../storage";
import type { TypedValue } from "../typedValue";
import type { RegisterGroup } from "./registerGroup";
import { X86State } from "./x86State";

const flags = flagsType("flags", 4, {
  ...{ CF: 0, PF: 2, AF: 4, ZF: 6, SF: 7, TF: 8, IF: 9, DF: 10, OF: 11 },
  ...{ NT: 14, RF: 16, VM: 17, AC: 18, VIF: 19, VIP: 20, ID: 21 },
});
const controlFlags = flagsType("mxcsr", 4, {
  ...{
    IE: 0,
    DE: 1,
    ZE: 2,
    OE: 3,
    UE: 4,
    PE: 5,
    DAZ: 6,
    IM: 7,
    DM: 8,
    ZM: 9,
    OM: 10,
    UM: 11,
    PM: 12,
    FZ: 15,
  },
});
const extended = floatType("long double", 16);
const word = integerType("int", 4);

/** A vector register as what programs keep in one. */
function vectorType(name: string, bytes: 16 | 32 | 64): DebugType {
  const view = (element: DebugType, size: number) => arrayType(element, bytes / size);
  return unionType(name, bytes, {
    [`v${bytes / 4}_float`]: view(floatType("float", 4), 4),
    [`v${bytes / 8}_double`]: view(floatType("double", 8), 8),
    [`v${bytes}_int8`]: view(integerType("int8_t", 1), 1),
    [`v${bytes / 2}_int16`]: view(integerType("int16_t", 2), 2),
    [`v${bytes / 4}_int32`]: view(integerType("int32_t", 4), 4),
    [`v${bytes / 8}_int64`]: view(integerType("int64_t", 8), 8),
    ...(bytes === 16
      ? { uint128: integerType("uint128_t", 16, false) }
      : { [`v${bytes / 16}_int128`]: view(integerType("int128_t", 16), 16) }),
  });
}

const vectors = [
  { prefix: "xmm", bytes: 16, type: vectorType("vec128", 16) },
  { prefix: "ymm", bytes: 32, type: vectorType("vec256", 32) },
  { prefix: "zmm", bytes: 64, type: vectorType("vec512", 64) },
] as const;

const named = (name: string, type: DebugType, bytes: Uint8Array) => ({
  name,
  value: { type, storage: bytesStorage(bytes) } satisfies TypedValue,
});

/** What x86 has beside the general registers, as the kernel saved it of a thread. */
export function x86Groups(thread: ThreadSnapshot, isWide: boolean): RegisterGroup[] {
  const groups: RegisterGroup[] = [];
  const others = [...(thread.otherRegisters ?? [])];
  const system = others.map(([name, value]) => {
    if (name === "eflags") return named(name, flags, bytesOf(value, 4));
    const isBase = name.endsWith("_base") || name.startsWith("orig_");
    return named(
      name,
      isBase ? integerType("long", isWide ? 8 : 4) : word,
      bytesOf(value, isBase && isWide ? 8 : 4),
    );
  });
  if (system.length > 0) groups.push({ name: "Flags and segments", isOfThread: true, registers: system });
  const state = X86State.of(thread, isWide);
  if (state === undefined) return groups;
  const control = Object.entries({
    fctrl: state.word(0, 2),
    fstat: state.word(2, 2),
    ftag: tagWord(state),
    fop: state.word(6, 2),
  });
  groups.push({
    name: "x87",
    registers: [
      ...Array.from({ length: 8 }, (_, index) => named(`st${index}`, extended, state.x87(index))),
      ...control.map(([name, value]) => named(name, word, bytesOf(BigInt(value), 4))),
      named("mxcsr", controlFlags, bytesOf(BigInt(state.word(24, 4)), 4)),
    ],
  });
  for (const { prefix, bytes, type } of vectors) {
    const registers = Array.from({ length: isWide ? 32 : 8 }, (_, index) => ({
      name: `${prefix}${index}`,
      bytes: state.vector(index, bytes),
    })).flatMap(({ name, bytes: found }) => (found === undefined ? [] : [named(name, type, found)]));
    if (registers.length > 0) groups.push({ name: prefix.toUpperCase(), registers });
  }
  const masks = Array.from({ length: 8 }, (_, index) => ({ name: `k${index}`, bytes: state.mask(index) }));
  const known = masks.flatMap(({ name, bytes }) =>
    bytes === undefined ? [] : [named(name, integerType("uint64_t", 8, false), bytes)],
  );
  if (known.length > 0) groups.push({ name: "Masks", registers: known });
  return groups;
}

/** FXSAVE keeps a bit for each register that is in use; the x87 itself says in two what is in it. */
function tagWord(state: X86State): number {
  const used = state.word(4, 1);
  const top = (state.word(2, 2) >> 11) & 7;
  let tags = 0;
  for (let physical = 7; physical >= 0; physical--) {
    const isUsed = ((used >> physical) & 1) === 1;
    tags = (tags << 2) | (isUsed ? kindOf(state.x87((physical + 8 - top) % 8)) : 3);
  }
  return tags;
}

/** 0 for a number, 1 for zero, 2 for what is neither: infinities, denormals, what is not a number. */
function kindOf(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const exponent = view.getUint16(8, true) & 0x7fff;
  const fraction = view.getBigUint64(0, true);
  if (exponent === 0) return fraction === 0n ? 1 : 2;
  return exponent === 0x7fff || fraction >> 63n === 0n ? 2 : 0;
}

const wideParts = ["ax", "bx", "cx", "dx"];

/** The lower part of a general register that a name means, as in `eax`, `ax`, `al`, `ah`, `r8d`. */
export function x86PartOf(
  name: string,
): { readonly whole: string; readonly offset: number; readonly bytes: number } | undefined {
  const numbered = /^(r(?:8|9|1[0-5]))([dwlb])$/.exec(name);
  if (numbered !== null)
    return { whole: numbered[1]!, offset: 0, bytes: { d: 4, w: 2, l: 1, b: 1 }[numbered[2]!] ?? 1 };
  const letter = /^([abcd])([lh])$/.exec(name);
  if (letter !== null) return { whole: `r${letter[1]}x`, offset: letter[2] === "h" ? 1 : 0, bytes: 1 };
  const narrow = /^(e)?([a-z]{2})(l)?$/.exec(name);
  if (narrow === null || (narrow[1] !== undefined && narrow[3] !== undefined)) return undefined;
  const base = narrow[2]!;
  if (![...wideParts, "si", "di", "bp", "sp"].includes(base)) return undefined;
  if (narrow[3] !== undefined && wideParts.includes(base)) return undefined;
  if (narrow[1] === undefined && narrow[3] === undefined && base === "sp") return undefined;
  return {
    whole: `r${base}`,
    offset: 0,
    bytes: narrow[3] !== undefined ? 1 : narrow[1] !== undefined ? 4 : 2,
  };
}
