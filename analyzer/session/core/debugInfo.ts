import { dirname, isAbsolute, join } from "node:path";
import { lastPartOf } from "../../base/pathNames";
import type { ProblemList } from "../../base/problems";
import type { LoadedModule } from "../../core/modules/loadedModule";
import type { SearchPlaces } from "../../core/modules/moduleFiles";
import { hasDebugInfo, type ObjectFile } from "../../core/objectFile";
import { openDebugInfo, sectionSourceOf } from "../../core/symbols/debugSections";
import type { DwarfFile } from "../../formats/dwarf/dwarfFile";
import type { SectionSource } from "../../formats/dwarf/sections";
import { SplitUnits } from "../../formats/dwarf/splitUnits";
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
    const object = [debug, main].find((each) => each !== undefined && hasDebugInfo(each));
    if (object === undefined) return undefined;
    const { problems } = this;
    const splitUnits = new SplitUnits(this.splitSourcesOf(module, object), problems);
    const supplementary = this.supplementaryOf(object);
    return openDebugInfo(object, this.files.sections, {
      problems,
      splitUnits,
      ...(supplementary === undefined ? {} : { supplementary }),
    });
  }

  private sectionsOf(path: string): SectionSource | undefined {
    const object = this.files.openObjectFile(path);
    return object === undefined ? undefined : sectionSourceOf(object, this.files.sections, this.problems);
  }

  /** `.dwp` beside the program or its debug file; `.dwo` where the compiler put it, or beside the program. */
  private splitSourcesOf({ files: { main } }: LoadedModule, object: ObjectFile) {
    const { folders } = this.places;
    const paths = [object, main].flatMap((each) => (each === undefined ? [] : [each.source.name]));
    const packages = paths.flatMap((path) => [`${path}.dwp`, `${path.replace(/\.debug$/, "")}.dwp`]);
    const packaged = packages.map((path) => this.sectionsOf(path)).find((found) => found !== undefined);
    const file = (name: string, compilationFolder: string): SectionSource | undefined => {
      const base = lastPartOf(name);
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
    return {
      file,
      longFloats: object.longFloats,
      littleEndian: object.littleEndian,
      ...(packaged === undefined ? {} : { package: packaged }),
    };
  }

  /** The file that several debug files share. */
  private supplementaryOf(object: ObjectFile): DwarfFile | undefined {
    const link = object.supplementaryLink();
    if (link === undefined) return undefined;
    const { path: name, buildId: id } = link;
    const base = lastPartOf(name);
    const roots = [...this.places.debugRoots, ...this.places.folders];
    const paths = [
      isAbsolute(name) ? name : join(dirname(object.source.name), name),
      ...roots.flatMap((root) => [
        join(root, ".build-id", id.slice(0, 2), `${id.slice(2)}.debug`),
        join(root, ".dwz", base),
      ]),
    ];
    for (const path of paths) {
      if (this.supplementary.has(path)) return this.supplementary.get(path);
      const file = this.files.openObjectFile(path);
      if (file === undefined || !hasDebugInfo(file)) continue;
      const opened = openDebugInfo(file, this.files.sections, { problems: this.problems });
      this.supplementary.set(path, opened);
      return opened;
    }
    this.problems.add({
      code: "dwz-missing",
      message: `${object.source.name} needs the shared debug file ${name} (build id ${id}), which was not found.`,
      losesData: false,
    });
    return undefined;
  }
}
