import { dirname, isAbsolute, join } from "node:path";
import type { ProblemList } from "../../base/problems";
import type { LoadedModule } from "../../core/modules/loadedModule";
import type { SearchPlaces } from "../../core/modules/moduleFiles";
import {
  hasDebugInfo,
  hasQuadFloats,
  openDebugInfo,
  sectionSourceOf,
} from "../../core/symbols/debugSections";
import type { DwarfFile } from "../../formats/dwarf/dwarfFile";
import type { SectionSource } from "../../formats/dwarf/sections";
import { SplitUnits } from "../../formats/dwarf/splitUnits";
import { type ElfFile, rawSection, sectionNamed, textAt } from "../../formats/elf/elfFile";
import type { ModuleFileStore } from "./moduleFiles";

/** The debug information of a core's modules, opened when first asked for. */
export class DebugInfoStore {
  private readonly opened = new Map<LoadedModule, DwarfFile | undefined>();
  private readonly supplementary = new Map<string, DwarfFile | undefined>();

  constructor(
    private readonly files: ModuleFileStore,
    private readonly places: SearchPlaces,
    private readonly problems: ProblemList,
  ) {}

  /** @returns undefined when no file of the module has debug information */
  of(module: LoadedModule): DwarfFile | undefined {
    if (!this.opened.has(module)) this.opened.set(module, this.open(module));
    return this.opened.get(module);
  }

  private open(module: LoadedModule): DwarfFile | undefined {
    const { main, debug } = module.files;
    const elf = [debug, main].find((each) => each !== undefined && hasDebugInfo(each));
    if (elf === undefined) return undefined;
    const { problems } = this;
    const splitUnits = new SplitUnits(this.splitSourcesOf(module, elf), problems);
    const supplementary = this.supplementaryOf(elf);
    return openDebugInfo(elf, this.files.sections, {
      problems,
      splitUnits,
      ...(supplementary === undefined ? {} : { supplementary }),
    });
  }

  private sectionsOf(path: string): SectionSource | undefined {
    const elf = this.files.openElf(path);
    return elf === undefined ? undefined : sectionSourceOf(elf, this.files.sections, this.problems);
  }

  /** `.dwp` beside the program or its debug file; `.dwo` where the compiler put it, or beside the program. */
  private splitSourcesOf({ files: { main } }: LoadedModule, elf: ElfFile) {
    const { folders } = this.places;
    const paths = [elf, main].flatMap((each) => (each === undefined ? [] : [each.source.name]));
    const packages = paths.flatMap((path) => [`${path}.dwp`, `${path.replace(/\.debug$/, "")}.dwp`]);
    const packaged = packages.map((path) => this.sectionsOf(path)).find((found) => found !== undefined);
    const file = (name: string, compilationFolder: string): SectionSource | undefined => {
      const base = name.slice(name.lastIndexOf("/") + 1);
      const candidates = [
        isAbsolute(name) ? name : join(compilationFolder, name),
        ...paths.flatMap((path) => [join(dirname(path), name), join(dirname(path), base)]),
        ...folders.flatMap((folder) => [join(folder, name), join(folder, base)]),
      ];
      for (const candidate of candidates) {
        const found = this.sectionsOf(candidate);
        if (found !== undefined) return found;
      }
      return undefined;
    };
    return { file, quadFloats: hasQuadFloats(elf), ...(packaged === undefined ? {} : { package: packaged }) };
  }

  /** `.gnu_debugaltlink` (dwz): a path, then the build id of the file several debug files share. */
  private supplementaryOf(elf: ElfFile): DwarfFile | undefined {
    const section = sectionNamed(elf, ".gnu_debugaltlink");
    if (section === undefined || section.bytes > 4096) return undefined;
    const bytes = rawSection(elf, section);
    const name = textAt(bytes, 0);
    const id = Buffer.from(bytes.subarray(bytes.indexOf(0) + 1)).toString("hex");
    const base = name.slice(name.lastIndexOf("/") + 1);
    const roots = [...this.places.debugRoots, ...this.places.folders];
    const paths = [
      isAbsolute(name) ? name : join(dirname(elf.source.name), name),
      ...roots.flatMap((root) => [
        join(root, ".build-id", id.slice(0, 2), `${id.slice(2)}.debug`),
        join(root, ".dwz", base),
      ]),
    ];
    for (const path of paths) {
      if (this.supplementary.has(path)) return this.supplementary.get(path);
      const file = this.files.openElf(path);
      if (file === undefined || !hasDebugInfo(file)) continue;
      const opened = openDebugInfo(file, this.files.sections, { problems: this.problems });
      this.supplementary.set(path, opened);
      return opened;
    }
    this.problems.add({
      code: "dwz-missing",
      message: `${elf.source.name} needs the shared debug file ${name} (build id ${id}), which was not found.`,
      losesData: false,
    });
    return undefined;
  }
}
