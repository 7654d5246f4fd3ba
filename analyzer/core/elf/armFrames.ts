import type { RegisterRule, UnwindRow } from "../../formats/dwarf/cfi/unwindRow";
import { DwarfDamage } from "../../formats/dwarf/dataReader";
import { EhabiDamage, instructionsAt } from "../../formats/ehabi/exceptionIndex";
import { runUnwindInstructions } from "../../formats/ehabi/unwindInstructions";
import { machine, segmentType } from "../../formats/elf/constants";
import type { ElfFile } from "../../formats/elf/elfFile";
import type { MemoryImage } from "../memoryImage";
import type { UnwindTable } from "../objectFile";

const counter = 15;
const link = 14;
const mostRows = 65_536;

/** The unwind tables of 32-bit Arm, read where the process has them mapped. */
export function armFramesOf(elf: ElfFile, bias: bigint, memory: MemoryImage): UnwindTable | undefined {
  const segment = elf.segments.find(({ type }) => type === segmentType.armExceptionIndex);
  if (elf.header.machine !== machine.arm || segment === undefined) return undefined;
  const table = { address: Number(segment.address), bytes: segment.memoryBytes };
  const wordAt = (address: number) => memory.u32(BigInt.asUintN(32, BigInt(address) + bias));
  const rows = new Map<number, UnwindRow | undefined>();
  return {
    rowAt(address) {
      if (rows.has(address)) return rows.get(address);
      if (rows.size > mostRows) rows.clear();
      const row = rowOf(address, table, wordAt);
      rows.set(address, row);
      return row;
    },
  };
}

function rowOf(...[address, table, wordAt]: Parameters<typeof instructionsAt>): UnwindRow | undefined {
  try {
    const instructions = instructionsAt(address, table, wordAt);
    const frame = instructions && runUnwindInstructions(instructions);
    if (frame === undefined) return undefined;
    const { base, size, saved } = frame;
    const registers = new Map<number, RegisterRule>();
    for (const [register, at] of saved) registers.set(register, { kind: "offset", offset: at - size });
    return {
      frameAddress: { kind: "register", register: base, offset: size },
      registers,
      returnAddressRegister: saved.has(counter) ? counter : link,
      isSignalFrame: false,
      isReturnAddressSigned: false,
    };
  } catch (thrown) {
    if (!(thrown instanceof EhabiDamage)) throw thrown;
    throw new DwarfDamage(".ARM.exidx", thrown.address, thrown.what);
  }
}
