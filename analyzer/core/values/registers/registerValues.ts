import { dictionary } from "../../../base/dictionary";
import type { DebugType } from "../../../formats/dwarf/types";
import type { Architecture } from "../../architecture";
import type { ThreadSnapshot } from "../../processSnapshot";
import type { MachineFrame } from "../machineFrame";
import { floatType, integerType, pointerType, unionType } from "../madeTypes";
import { computedValue } from "../partValues";
import { isMissing, missingStorage, partOf } from "../storage";
import type { TypedValue } from "../typedValue";
import { arm64Groups, arm64PartOf } from "./arm64Registers";
import type { RegisterGroup } from "./registerGroup";
import { signalInfoOf } from "./signalInfo";
import { x86Groups, x86PartOf } from "./x86Registers";

/** What a thread has beside its general registers, in groups. */
export function registerGroupsOf(architecture: Architecture, thread: ThreadSnapshot): RegisterGroup[] {
  switch (architecture.name) {
    case "x86_64":
      return x86Groups(thread, true);
    case "i386":
      return x86Groups(thread, false);
    case "aarch64":
      return arm64Groups(thread);
    default:
      return [];
  }
}

/** A register, a part of one, or `$_siginfo`, by its name without the dollar; undefined when the machine has none. */
export function registerNamed(
  architecture: Architecture,
  frame: MachineFrame | undefined,
  name: string,
): TypedValue | undefined {
  if (name === "_siginfo") return frame?.thread && signalInfoOf(frame.thread, architecture);
  const whole = wholeRegister(architecture, frame, name);
  if (whole !== undefined) return whole;
  const part =
    architecture.name === "aarch64"
      ? arm64PartOf(name)
      : architecture.name === "x86_64"
        ? x86PartOf(name)
        : undefined;
  const holder = part && wholeRegister(architecture, frame, part.whole);
  if (part === undefined || holder === undefined) return undefined;
  return { type: partType(name, part.bytes), storage: partOf(holder.storage, part.offset) };
}

function partType(name: string, bytes: number): DebugType {
  const integer = integerType(`int${bytes * 8}_t`, bytes, bytes < 16);
  if (!/^[dsqhb]\d/.test(name)) return integer;
  const float = bytes === 8 ? floatType("double", 8) : bytes === 4 ? floatType("float", 4) : undefined;
  return unionType("", bytes, {
    ...(float && { f: float }),
    u: integerType(`uint${bytes * 8}_t`, bytes, false),
    s: integer,
  });
}

function wholeRegister(
  architecture: Architecture,
  frame: MachineFrame | undefined,
  name: string,
): TypedValue | undefined {
  return generalRegister(architecture, frame, name) ?? otherRegister(architecture, frame, name);
}

function generalRegister(
  architecture: Architecture,
  frame: MachineFrame | undefined,
  name: string,
): TypedValue | undefined {
  const aliases: Readonly<Record<string, number>> = dictionary({
    pc: architecture.programCounter,
    sp: architecture.stackPointer,
    fp: architecture.framePointer,
  });
  const own = architecture.registerNames.indexOf(name);
  const number = own >= 0 ? own : aliases[name];
  if (number === undefined) return undefined;
  const value = number === architecture.programCounter ? frame?.pc : frame?.registers[number];
  const isPointer = number === architecture.programCounter || number === architecture.stackPointer;
  const type = isPointer
    ? pointerType(architecture.pointerBytes)
    : integerType("unsigned long", architecture.pointerBytes, false);
  if (value !== undefined) return computedValue(type, value);
  return {
    type,
    storage: missingStorage({ missing: "optimizedOut", why: `register ${name} was not saved` }),
  };
}

function otherRegister(
  architecture: Architecture,
  frame: MachineFrame | undefined,
  name: string,
): TypedValue | undefined {
  if (frame?.thread === undefined) return undefined;
  for (const group of registerGroupsOf(architecture, frame.thread)) {
    const found = group.registers.find((each) => each.name === name);
    if (found === undefined) continue;
    if (frame.isInnermost || group.isOfThread) return found.value;
    const why = `register ${name} is known only where the thread stopped`;
    return { type: found.value.type, storage: missingStorage({ missing: "optimizedOut", why }) };
  }
  return undefined;
}

/** Where the psABIs number registers that are wider than a word, by the name of the first and how many there are. */
const wideNumbers: Readonly<
  Record<string, readonly (readonly [first: number, count: number, prefix: string, from: number])[]>
> = dictionary({
  x86_64: [
    [17, 16, "xmm", 0],
    [33, 8, "st", 0],
    [67, 16, "xmm", 16],
    [118, 8, "k", 0],
  ],
  i386: [
    [11, 8, "st", 0],
    [21, 8, "xmm", 0],
  ],
  aarch64: [
    [64, 32, "v", 0],
    [96, 32, "z", 0],
  ],
});

/** The bytes of a register by its DWARF number, in the widest form the dump has. */
export function wideRegisterBytes(
  architecture: Architecture,
  thread: ThreadSnapshot,
  register: number,
): Uint8Array | undefined {
  const ranges = wideNumbers[architecture.name] ?? [];
  const range = ranges.find(([first, count]) => register >= first && register < first + count);
  if (range === undefined) return undefined;
  const [first, , prefix, from] = range;
  const index = register - first + from;
  const names = prefix === "xmm" ? ["zmm", "ymm", "xmm"] : [prefix];
  const groups = registerGroupsOf(architecture, thread);
  for (const each of names) {
    for (const { registers } of groups) {
      const found = registers.find(({ name }) => name === `${each}${index}`);
      const length = found === undefined ? 0 : widthOf(each, found.value);
      const bytes = found?.value.storage.read(0, length);
      if (bytes !== undefined && !isMissing(bytes)) return bytes;
    }
  }
  return undefined;
}

function widthOf(prefix: string, { type }: TypedValue): number {
  if (prefix === "st") return 10;
  return type.kind === "record" || type.kind === "base" ? type.byteSize : 0;
}
