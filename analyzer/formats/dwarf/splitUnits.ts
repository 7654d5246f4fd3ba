import { ProblemList } from "../../base/problems";
import { Attr, PackageSection } from "./constants";
import { DataReader } from "./dataReader";
import type { LongFloats, Unit } from "./dies";
import { DwarfFile, type SplitUnitFinder } from "./dwarfFile";
import { type SectionSource, Sections } from "./sections";
import { readUnitHeaders, type UnitHeader } from "./unitHeaders";
import { OpenUnit } from "./units";

/** Where split-off debug information is: a package beside the program, and single `.dwo` files. */
export interface SplitSources {
  /** The `.dwp` file of the program. */
  readonly package?: SectionSource;
  /** The `.dwo` file a unit names, relative to the folder it was compiled in. */
  readonly file?: (name: string, compDir: string) => SectionSource | undefined;
  /** See `DwarfFileOptions`. */
  readonly longFloats?: LongFloats;
  /** As the program's. */
  readonly littleEndian?: boolean;
}

/** Finds the parts of units that were split off into `.dwo` files or a `.dwp` package. DWARF 5, section 7.3. */
export class SplitUnits implements SplitUnitFinder {
  private readonly files = new Map<string, DwarfFile | undefined>();
  private readonly packaged: Package | undefined;

  constructor(
    readonly sources: SplitSources,
    private readonly problems: ProblemList = new ProblemList(),
  ) {
    this.packaged =
      sources.package && new Package(new Sections(sources.package, ".dwo", sources.littleEndian), this);
  }

  /**
   * The split-off part of a skeleton unit, undefined when the unit is not a skeleton or its part is not found (which
   * is reported). @throws DwarfDamage
   */
  find(skeleton: Unit): Unit | undefined {
    const { root, header } = skeleton;
    const name = root.string(Attr.dwoName) ?? root.string(Attr.gnuDwoName);
    if (name === undefined || skeleton.isSplit) return undefined;
    const id = header.signature ?? root.constant(Attr.gnuDwoId);
    const compDir = root.string(Attr.compDir) ?? "";
    const inPackage = id === undefined ? undefined : this.packaged?.unitById(id, skeleton);
    if (inPackage !== undefined) return inPackage;
    const file = this.openFile(name, compDir);
    const unit = file?.units.find((candidate) => idOf(candidate) === id);
    if (unit !== undefined) return new OpenUnit(unit.file, unit.header, skeleton);
    this.problems.add({
      code: "dwarf-split-missing",
      message:
        file === undefined
          ? `The split debug file ${name} (compiled in ${compDir}) is missing: no locals and inlined frames there.`
          : `The split debug file ${name} belongs to another build: no locals and inlined frames there.`,
      losesData: false,
    });
    return undefined;
  }

  findType(signature: bigint): Unit | undefined {
    return this.packaged?.typeUnit(signature);
  }

  private openFile(name: string, compDir: string): DwarfFile | undefined {
    const key = `${compDir}\n${name}`;
    if (!this.files.has(key)) {
      const source = this.sources.file?.(name, compDir);
      const { longFloats = "x87" } = this.sources;
      const options = { problems: this.problems, longFloats };
      this.files.set(
        key,
        source && new DwarfFile(new Sections(source, ".dwo", this.sources.littleEndian), options),
      );
    }
    return this.files.get(key);
  }
}

function idOf(unit: Unit): bigint | undefined {
  return unit.header.signature ?? unit.root.constant(Attr.gnuDwoId);
}

/** Where a unit's part of each section is, by section name. */
type Contribution = ReadonlyMap<string, { readonly offset: number; readonly size: number }>;

/** A `.dwp`: every section is a concatenation, and an index says which part belongs to which unit. */
class Package {
  private readonly units: ReadonlyMap<bigint, Contribution>;
  private readonly types: ReadonlyMap<bigint, Contribution>;
  private readonly typeUnits = new Map<bigint, Unit | undefined>();

  constructor(
    private readonly sections: Sections,
    private readonly owner: SplitUnits,
  ) {
    this.units = readIndex(sections, ".debug_cu_index");
    this.types = readIndex(sections, ".debug_tu_index");
  }

  unitById(id: bigint, skeleton: Unit): Unit | undefined {
    return this.open(this.units.get(id), ".debug_info", undefined, skeleton);
  }

  typeUnit(signature: bigint): Unit | undefined {
    if (!this.typeUnits.has(signature)) {
      const contribution = this.types.get(signature);
      const section = contribution?.has(".debug_types") ? ".debug_types" : ".debug_info";
      this.typeUnits.set(signature, this.open(contribution, section, signature, undefined));
    }
    return this.typeUnits.get(signature);
  }

  /** Opens one contribution as if it were a file of its own. */
  private open(
    contribution: Contribution | undefined,
    section: ".debug_info" | ".debug_types",
    signature: bigint | undefined,
    skeleton: Unit | undefined,
  ): Unit | undefined {
    if (contribution === undefined) return undefined;
    const source: SectionSource = (suffixed) => {
      const name = suffixed.slice(0, -".dwo".length);
      const bytes = this.sections.find(name);
      const part = contribution.get(name);
      if (bytes === undefined || part === undefined) return name === ".debug_str" ? bytes : undefined;
      return bytes.subarray(part.offset, part.offset + part.size);
    };
    const file = new DwarfFile(new Sections(source, ".dwo", this.sections.littleEndian), {
      splitUnits: this.owner,
      longFloats: this.owner.sources.longFloats ?? "x87",
    });
    const headers: UnitHeader[] = readUnitHeaders(file.sections, section, () => undefined);
    const header = headers.find((one) => signature === undefined || one.signature === signature);
    return header && new OpenUnit(file, header, skeleton);
  }
}

/** Reads `.debug_cu_index` or `.debug_tu_index`; DWARF 5, section 7.3.5.3. */
function readIndex(sections: Sections, name: string): Map<bigint, Contribution> {
  const byId = new Map<bigint, Contribution>();
  // The index is in no unit's own part: its name has no suffix.
  const bytes = sections.findUnsuffixed(name);
  if (bytes === undefined) return byId;
  const reader = new DataReader(bytes, name, sections.littleEndian);
  const version = reader.u16() === 5 ? 5 : 2;
  reader.u16();
  const columns = reader.u32();
  const units = reader.u32();
  const slots = reader.u32();
  const cells = columns * units * 4;
  if (slots * 12 + columns * 4 + 2 * cells > bytes.byteLength - reader.position)
    reader.fail(`claims ${units} units in ${slots} slots`);
  const hashes = reader.position;
  const rows = hashes + slots * 8;
  const ids = rows + slots * 4;
  const cell = (at: number) => reader.slice(at, at + 4).u32();
  for (let slot = 0; slot < slots; slot++) {
    const row = cell(rows + slot * 4);
    if (row === 0 || row > units) continue;
    const parts = new Map<string, { offset: number; size: number }>();
    for (let column = 0; column < columns; column++) {
      const section = PackageSection[version][cell(ids + column * 4)];
      if (section === undefined) continue;
      const offset = ids + columns * 4 + ((row - 1) * columns + column) * 4;
      parts.set(section, { offset: cell(offset), size: cell(offset + cells) });
    }
    byId.set(reader.slice(hashes + slot * 8, hashes + slot * 8 + 8).u64(), parts);
  }
  return byId;
}
