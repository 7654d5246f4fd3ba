import type { ProblemList } from "../../base/problems";
import { decompressSection, decompressZdebug, type Inflate } from "../../formats/dwarf/compressedSection";
import { DwarfFile, type DwarfFileOptions } from "../../formats/dwarf/dwarfFile";
import { orReport, type SectionSource, Sections } from "../../formats/dwarf/sections";
import { type ElfFile, rawSection, sectionNamed } from "../../formats/elf/elfFile";

/** SHF_COMPRESSED of the ELF gABI. */
const compressedFlag = 0x800;

/** The sections of an ELF file by name, unpacked; one that is damaged is reported and counts as missing. */
export function sectionSourceOf(elf: ElfFile, inflate: Inflate, problems: ProblemList): SectionSource {
  return (name) =>
    orReport(problems, undefined, () => {
      const section = sectionNamed(elf, name);
      if (section !== undefined) {
        const bytes = rawSection(elf, section);
        if ((section.flags & compressedFlag) === 0) return bytes;
        return decompressSection(name, bytes, { inflate, is64: elf.header.bits === 64 });
      }
      if (!name.startsWith(".debug_")) return undefined;
      const packed = sectionNamed(elf, name.replace(".debug_", ".zdebug_"));
      return packed && decompressZdebug(name, rawSection(elf, packed), inflate);
    });
}

/** True when a file has debug information, or the skeleton of it. */
export function hasDebugInfo(elf: ElfFile): boolean {
  return sectionNamed(elf, ".debug_info") !== undefined || sectionNamed(elf, ".zdebug_info") !== undefined;
}

/** Opens the debug information of a file; reading starts with the first question. */
export function openDebugInfo(elf: ElfFile, inflate: Inflate, options: DwarfFileOptions = {}): DwarfFile {
  const file = new DwarfFile(new Sections((name) => source(name)), options);
  const source = sectionSourceOf(elf, inflate, file.problems);
  return file;
}
