import { readUpTo } from "../../base/byteSource";
import { sectionType, segmentType } from "../../formats/elf/constants";
import type { ElfFile } from "../../formats/elf/elfFile";
import { type ElfSection, viewOf } from "../../formats/elf/elfTables";
import type { MemoryImage } from "../memoryImage";
import type { LoadedAt } from "../objectFile";
import { machineOf, type ThreadLocalLayout } from "./machines/elfMachine";

/** An element of the vector: the block's address and what to free. */
const vectorEntryBytes = 16n;
/** A block that was never used by the thread is not made. */
const notMade = 0xffff_ffff_ffff_ffffn;
const mostRelocations = 1 << 22;

/**
 * Address of a thread's block of a module's thread-local variables. An executable's lies at a fixed distance from the
 * thread pointer (ELF Handling for Thread-Local Storage, sections 3.4.1 and 3.4.2); a library's is where the loader put
 * it, which the library's own relocated words tell: its module number, or the distance of one of its variables.
 */
export function threadLocalBlock(
  elf: ElfFile,
  { bias, kind }: LoadedAt,
  threadPointer: bigint,
  memory: MemoryImage,
): bigint | undefined {
  const block = elf.segments.find(({ type }) => type === segmentType.tls);
  const layout = machineOf(elf.header)?.threadLocals;
  if (block === undefined || layout === undefined) return undefined;
  if (kind === "executable") {
    const alignment = BigInt(Math.max(1, block.alignment));
    const roundUp = (size: bigint) => ((size + alignment - 1n) / alignment) * alignment;
    return layout.executable === "below"
      ? threadPointer - roundUp(BigInt(block.memoryBytes))
      : threadPointer + roundUp(BigInt(layout.executable.above));
  }
  if (elf.header.bits !== 64) return undefined;
  const blockOfNumber = (number: bigint) => {
    const vector = memory.u64(BigInt.asUintN(64, threadPointer + BigInt(layout.vector)));
    const found = vector === undefined ? undefined : memory.u64(vector + vectorEntryBytes * number);
    return found === undefined || found === 0n || found === notMade ? undefined : found;
  };
  for (const { type, place, variable } of threadLocalRelocations(elf, layout)) {
    const at = BigInt.asUintN(64, bias + place);
    const word = memory.u64(at);
    if (word === undefined) continue;
    if (type === layout.module) return blockOfNumber(word);
    if (type === layout.offset) return BigInt.asUintN(64, threadPointer + word - variable);
    // A descriptor's second word is the distance, or points to the module's number and the variable's offset.
    const argument = memory.u64(at + 8n);
    if (argument === undefined) continue;
    if (memory.u64(argument + 8n) === variable) return blockOfNumber(memory.u64(argument) ?? 0n);
    const distance = BigInt.asIntN(64, argument);
    if (distance > -(1n << 31n) && distance < 1n << 31n)
      return BigInt.asUintN(64, threadPointer + distance - variable);
  }
  return undefined;
}

interface ThreadLocalRelocation {
  readonly type: number;
  /** Link-time address of the relocated word. */
  readonly place: bigint;
  /** Offset in the block of the variable it is about. */
  readonly variable: bigint;
}

/** Relocations about the file's own thread-local variables, by `Elf64_Rela`. */
function* threadLocalRelocations(elf: ElfFile, layout: ThreadLocalLayout): Generator<ThreadLocalRelocation> {
  const { littleEndian } = elf.header;
  for (const section of elf.sections) {
    if (section.type !== sectionType.relocations) continue;
    const bytes = readUpTo(elf.source, section.offset, Math.min(section.bytes, mostRelocations * 24));
    const view = viewOf(bytes);
    for (let at = 0; at + 24 <= bytes.length; at += 24) {
      // The word of symbol and type, r_info, as its halves.
      const [typeAt, symbolAt] = littleEndian ? [at + 8, at + 12] : [at + 12, at + 8];
      const type = view.getUint32(typeAt, littleEndian);
      if (type !== layout.module && type !== layout.offset && type !== layout.descriptor) continue;
      const symbol = symbolOffset(elf, section, view.getUint32(symbolAt, littleEndian));
      if (symbol === undefined) continue;
      const variable = BigInt.asUintN(64, symbol + view.getBigInt64(at + 16, littleEndian));
      yield { type, place: view.getBigUint64(at, littleEndian), variable };
    }
  }
}

/** Value of the symbol a relocation names; undefined when another module defines it, 0 when it names none. */
function symbolOffset(elf: ElfFile, { link }: ElfSection, index: number): bigint | undefined {
  if (index === 0) return 0n;
  const table = elf.sections[link];
  const entry = table === undefined ? undefined : readUpTo(elf.source, table.offset + 24 * index, 24);
  if (entry === undefined || entry.length < 24) return undefined;
  const view = viewOf(entry);
  const { littleEndian } = elf.header;
  return view.getUint16(6, littleEndian) === 0 ? undefined : view.getBigUint64(8, littleEndian);
}
