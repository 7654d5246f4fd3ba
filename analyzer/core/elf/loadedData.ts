import { readUpTo } from "../../base/byteSource";
import { dynamicTag, segmentType } from "../../formats/elf/constants";
import { type ElfFile, rawSection, sectionNamed, wordAt } from "../../formats/elf/elfFile";
import type { MemoryImage } from "../memoryImage";
import type { FileEvidence } from "../objectFile";
import { machineOf } from "./machines/elfMachine";

const longestDynamic = 64 << 10;
const mostRelocations = 4096;

/**
 * Compares what a loader leaves alone or changes in a known way with the file it read it from: the dynamic section,
 * whose entries tell sizes and places of most other tables, and the words of PT_GNU_RELRO that only got the bias.
 * @param dynamic where the loader says the dynamic section is
 */
export function loadedDataMatches(
  elf: ElfFile,
  bias: bigint,
  dynamic: bigint | undefined,
  memory: MemoryImage,
): FileEvidence {
  const own = elf.segments.find(({ type }) => type === segmentType.dynamic);
  const at = own === undefined ? undefined : BigInt.asUintN(64, own.address + bias);
  if (dynamic !== undefined && at !== dynamic) return "differs";
  if (own === undefined || at === undefined) return "none";
  const section = readUpTo(elf.source, own.offset, Math.min(own.fileBytes, longestDynamic));
  const evidence = compareDynamic(elf, section, at, bias, memory);
  return evidence === "differs" || relocatedWordsDiffer(elf, bias, memory) ? "differs" : evidence;
}

function compareDynamic(
  { header }: ElfFile,
  section: Uint8Array,
  start: bigint,
  bias: bigint,
  memory: MemoryImage,
): FileEvidence {
  const { bits } = header;
  const word = bits / 8;
  let evidence: FileEvidence = "none";
  for (let at = 0; at + 2 * word <= section.length; at += 2 * word) {
    const tag = wordAt(section, at, header);
    const value = wordAt(section, at + word, header);
    const loadedTag = memory.pointer(start + BigInt(at));
    const loadedValue = memory.pointer(start + BigInt(at + word));
    if (loadedTag === undefined || loadedValue === undefined) break;
    if (loadedTag !== tag) return "differs";
    if (tag === BigInt(dynamicTag.end)) break;
    // The loader of glibc adds the bias to addresses in place, others do not.
    const isAsLoaded = loadedValue === value || loadedValue === BigInt.asUintN(bits, value + bias);
    if (tag !== BigInt(dynamicTag.debug) && !isOfMachine(tag) && !isAsLoaded) return "differs";
    evidence = "same";
  }
  return evidence;
}

/** DT_LOPROC to DT_HIPROC: the loader of 64-bit Power adds its own bias to one of them twice. */
function isOfMachine(tag: bigint): boolean {
  return tag >= 0x7000_0000n && tag < 0x8000_0000n;
}

function relocatedWordsDiffer(elf: ElfFile, bias: bigint, memory: MemoryImage): boolean {
  const { header } = elf;
  const { bits } = header;
  const relative = machineOf(header)?.relativeRelocation;
  const relro = elf.segments.find(({ type }) => type === segmentType.relocatedReadOnly);
  const withAddends = sectionNamed(elf, ".rela.dyn");
  const table = withAddends ?? sectionNamed(elf, ".rel.dyn");
  if (relro === undefined || table === undefined) return false;
  const word = bits / 8;
  const entryBytes = (withAddends === undefined ? 2 : 3) * word;
  const bytes = rawSection(elf, { ...table, bytes: Math.min(table.bytes, mostRelocations * entryBytes) });
  const end = relro.address + BigInt(relro.memoryBytes);
  for (let at = 0; at + entryBytes <= bytes.length; at += entryBytes) {
    const address = wordAt(bytes, at, header);
    const info = wordAt(bytes, at + word, header);
    const type = Number(bits === 64 ? info & 0xffff_ffffn : info & 0xffn);
    if (type !== relative || address < relro.address || address >= end) continue;
    const addend =
      withAddends === undefined
        ? fileWordAt(elf, relro.offset + Number(address - relro.address))
        : wordAt(bytes, at + 2 * word, header);
    const loaded = memory.pointer(BigInt.asUintN(64, address + bias));
    if (addend === undefined || loaded === undefined) continue;
    if (loaded !== BigInt.asUintN(bits, addend + bias)) return true;
  }
  return false;
}

function fileWordAt({ source, header }: ElfFile, offset: number): bigint | undefined {
  const bytes = readUpTo(source, offset, header.bits / 8);
  return bytes.length < header.bits / 8 ? undefined : wordAt(bytes, 0, header);
}
