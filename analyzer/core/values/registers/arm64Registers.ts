import type { DebugType } from "../../../formats/dwarf/types";
import type { ThreadSnapshot } from "../../processSnapshot";
import { arrayType, flagsType, floatType, integerType, recordType, unionType } from "../madeTypes";
import { bytesOf, bytesStorage } from "../storage";
import type { RegisterGroup } from "./registerGroup";

const state = flagsType("cpsr", 8, {
  SS: 21,
  PAN: 22,
  UAO: 23,
  DIT: 24,
  TCO: 25,
  V: 28,
  C: 29,
  Z: 30,
  N: 31,
});
const word = integerType("int", 4);

/** A vector of some bytes by the letters the machine's instructions have for elements: d, s, h, b, q. */
function vectorType(name: string, bytes: number): DebugType {
  const kinds = (["d", "s", "h", "b", "q"] as const).map((letter) => {
    const size = { d: 8, s: 4, h: 2, b: 1, q: 16 }[letter];
    const of = (element: DebugType) => arrayType(element, Math.max(1, Math.floor(bytes / size)));
    const views = {
      ...(size === 8 && { f: of(floatType("double", 8)) }),
      ...(size === 4 && { f: of(floatType("float", 4)) }),
      u: of(integerType(`uint${size * 8}_t`, size, false)),
      s: of(integerType(`int${size * 8}_t`, size)),
    };
    return { name: letter, type: unionType("", bytes, views), offset: 0 };
  });
  return recordType("union", name, bytes, kinds);
}

const neon = vectorType("vnv", 16);

/** What aarch64 has beside the general registers: `user_fpsimd_state` and `user_sve_header` of the kernel's ptrace.h. */
export function arm64Groups(thread: ThreadSnapshot): RegisterGroup[] {
  const groups: RegisterGroup[] = [];
  const system = [...(thread.otherRegisters ?? [])].map(([name, value]) => ({
    name,
    value:
      name === "cpsr"
        ? { type: state, storage: bytesStorage(bytesOf(value, 8)) }
        : { type: integerType("long", 8), storage: bytesStorage(bytesOf(value, 8)) },
  }));
  if (thread.threadPointer !== undefined)
    system.push({
      name: "tpidr",
      value: { type: integerType("long", 8), storage: bytesStorage(bytesOf(thread.threadPointer, 8)) },
    });
  if (system.length > 0) groups.push({ name: "State", isOfThread: true, registers: system });
  const bytes = thread.floatingPoint?.();
  if (bytes !== undefined && bytes.length >= 520) {
    groups.push({
      name: "NEON",
      registers: [
        ...Array.from({ length: 32 }, (_, index) => ({
          name: `v${index}`,
          value: { type: neon, storage: bytesStorage(bytes.slice(index * 16, index * 16 + 16)) },
        })),
        ...["fpsr", "fpcr"].map((name, index) => ({
          name,
          value: { type: word, storage: bytesStorage(bytes.slice(512 + index * 4, 516 + index * 4)) },
        })),
      ],
    });
  }
  const sve = sveGroup(thread.registerBlock?.("sve"));
  return sve === undefined ? groups : [...groups, sve];
}

const sveHeaderBytes = 16;
const longestVector = 256;

function sveGroup(block: Uint8Array | undefined): RegisterGroup | undefined {
  if (block === undefined || block.length < sveHeaderBytes) return undefined;
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const length = view.getUint16(8, true);
  const isInUse = (view.getUint16(12, true) & 1) === 1;
  const isLength = length >= 16 && length <= longestVector && length % 16 === 0;
  const predicate = length / 8;
  if (!isInUse || !isLength || block.length < sveHeaderBytes + 32 * length + 17 * predicate) return undefined;
  const vector = vectorType("svev", length);
  const bits = arrayType(integerType("uint8_t", 1, false), predicate);
  const at = (start: number, bytes: number) => bytesStorage(block.slice(start, start + bytes));
  const predicates = sveHeaderBytes + 32 * length;
  return {
    name: "SVE",
    registers: [
      ...Array.from({ length: 32 }, (_, index) => ({
        name: `z${index}`,
        value: { type: vector, storage: at(sveHeaderBytes + index * length, length) },
      })),
      ...[...Array.from({ length: 16 }, (_, index) => `p${index}`), "ffr"].map((name, index) => ({
        name,
        value: { type: bits, storage: at(predicates + index * predicate, predicate) },
      })),
      { name: "vg", value: { type: word, storage: bytesStorage(bytesOf(BigInt(length / 8), 4)) } },
    ],
  };
}

/** `w3` of `x3`, `q4`, `d4`, `s4`, `h4` and `b4` of `v4`. */
export function arm64PartOf(
  name: string,
): { readonly whole: string; readonly offset: 0; readonly bytes: number } | undefined {
  const [, letter, number] = /^([wqdshb])(\d|[12]\d|3[01])$/.exec(name) ?? [];
  if (letter === undefined) return undefined;
  const bytes = { w: 4, q: 16, d: 8, s: 4, h: 2, b: 1 }[letter]!;
  return { whole: `${letter === "w" ? "x" : "v"}${number}`, offset: 0, bytes };
}
