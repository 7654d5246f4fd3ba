import { ExhumeError } from "../../base/errors";
import type { ProblemList } from "../../base/problems";
import { DwarfFile, type DwarfFileOptions } from "../../formats/dwarf/dwarfFile";
import { type SectionSource, Sections } from "../../formats/dwarf/sections";
import { machine } from "../../formats/elf/constants";
import { type ElfFile, sectionNamed } from "../../formats/elf/elfFile";
import { type SectionReading, sectionContents } from "../../formats/elf/sections";

/** The sections of an ELF file by name, unpacked; one that is damaged is reported and counts as missing. */
export function sectionSourceOf(elf: ElfFile, reading: SectionReading, problems: ProblemList): SectionSource {
  return reporting((name) => sectionContents(elf, name, reading), problems);
}

/** Makes a source that throws for damaged sections report them instead. */
function reporting(source: SectionSource, problems: ProblemList): SectionSource {
  return (name) => {
    try {
      return source(name);
    } catch (thrown) {
      if (!(thrown instanceof ExhumeError) || thrown.fault.code !== "damaged") throw thrown;
      problems.add({ code: "dwarf-damaged", message: thrown.message, losesData: false });
      return undefined;
    }
  };
}

/** True when a file has debug information, or the skeleton of it. */
export function hasDebugInfo(elf: ElfFile): boolean {
  return sectionNamed(elf, ".debug_info") !== undefined || sectionNamed(elf, ".zdebug_info") !== undefined;
}

/** `long double` is x87's number on Intel machines, IEEE's of 16 bytes on 64-bit Arm. */
export function hasQuadFloats({ header }: ElfFile): boolean {
  return header.machine === machine.aarch64;
}

/** Opens the debug information of a file; reading starts with the first question. */
export function openDebugInfo(
  elf: ElfFile,
  reading: SectionReading,
  options: DwarfFileOptions = {},
): DwarfFile {
  const file = new DwarfFile(new Sections((name) => source(name)), {
    ...options,
    quadFloats: hasQuadFloats(elf),
  });
  const source = sectionSourceOf(elf, reading, file.problems);
  return file;
}
