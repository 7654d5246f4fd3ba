import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { BytesSource } from "../../analyzer/base/byteSource";
import { ProblemList } from "../../analyzer/base/problems";
import { ElfObjectFile } from "../../analyzer/core/elf/elfObjectFile";
import { openDebugInfo, sectionSourceOf } from "../../analyzer/core/symbols/debugSections";
import type { DwarfFile } from "../../analyzer/formats/dwarf/dwarfFile";
import { SplitUnits } from "../../analyzer/formats/dwarf/splitUnits";
import { readElfFile } from "../../analyzer/formats/elf/elfFile";
import { SectionStore } from "../../analyzer/session/core/unpackSection";

export function openElf(path: string): ElfObjectFile {
  return new ElfObjectFile(readElfFile(new BytesSource(path, readFileSync(path)), new ProblemList()));
}

/** Opens the debug information of a program with its `.dwo` files or its `.dwp` beside it. */
export function openDebugFile(path: string): DwarfFile {
  const problems = new ProblemList();
  const reading = new SectionStore();
  const sections = (file: string) => sectionSourceOf(openElf(file), reading, problems);
  const packagePath = `${path}.dwp`;
  const splitUnits = new SplitUnits(
    {
      ...(existsSync(packagePath) && { package: sections(packagePath) }),
      file: (name, folder) => {
        const file = resolve(folder, name);
        return existsSync(file) ? sections(file) : undefined;
      },
    },
    problems,
  );
  return openDebugInfo(openElf(path), reading, { problems, splitUnits });
}
