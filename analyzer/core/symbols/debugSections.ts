import { ExhumeError } from "../../base/errors";
import type { ProblemList } from "../../base/problems";
import type { SectionReading } from "../../base/sectionReading";
import { DwarfFile, type DwarfFileOptions } from "../../formats/dwarf/dwarfFile";
import { type SectionSource, Sections } from "../../formats/dwarf/sections";
import type { ObjectFile } from "../objectFile";

/** The sections of an object file by name, unpacked; one that is damaged is reported and counts as missing. */
export function sectionSourceOf(
  file: ObjectFile,
  reading: SectionReading,
  problems: ProblemList,
): SectionSource {
  return reporting((name) => file.sectionContents(name, reading), problems);
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

/** Opens the debug information of a file; reading starts with the first question. */
export function openDebugInfo(
  file: ObjectFile,
  reading: SectionReading,
  options: DwarfFileOptions = {},
): DwarfFile {
  const debug = new DwarfFile(new Sections((name) => source(name), "", file.littleEndian), {
    ...options,
    longFloats: file.longFloats,
  });
  const source = sectionSourceOf(file, reading, debug.problems);
  return debug;
}
