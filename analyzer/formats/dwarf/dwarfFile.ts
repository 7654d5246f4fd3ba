import { formatCount } from "../../base/figures";
import { countBefore } from "../../base/halving";
import { ProblemList } from "../../base/problems";
import { type AbbrevTable, abbrevTableAt, isFunctionWithCode } from "./abbrev";
import { Attr, Tag, UnitType } from "./constants";
import { type DebugFile, type Die, type LongFloats, readDie, type Unit } from "./dies";
import { indexUnit } from "./indexUnit";
import { type LineTable, readLineTable } from "./lines";
import { type AddressRange, rangesOf, readAddressRanges } from "./ranges";
import { orReport, type Sections } from "./sections";
import { readUnitHeaders, type UnitHeader } from "./unitHeaders";
import type { UnitIndex } from "./unitIndex";
import { UnitRanges } from "./unitRanges";
import { OpenUnit } from "./units";

/** Units whose line tables and indexes stay in memory; the oldest go first. */
const unitsKept = 96;
/** At some 50 bytes each; the largest programs have one or two million. */
const mostRanges = 1 << 22;

/** Finds the split-off parts of units. */
export interface SplitUnitFinder {
  /** The split-off part of a skeleton unit, if it is one and the part is found. @throws DwarfDamage */
  find(skeleton: Unit): Unit | undefined;
  findType(signature: bigint): Unit | undefined;
}

export interface DwarfFileOptions {
  readonly problems?: ProblemList;
  /** The file `.gnu_debugaltlink` names, which several files share (made by dwz). */
  readonly supplementary?: DebugFile;
  readonly splitUnits?: SplitUnitFinder;
  readonly longFloats?: LongFloats;
  /** Ranges of code kept to find units by address; beyond it a unit counts from its first to its last one. */
  readonly maximumRanges?: number;
}

/**
 * The debug information of one object file. Everything is read when asked for: opening costs nothing, the first
 * address costs the unit headers and `.debug_aranges`, and each unit costs only when an address falls into it.
 */
export class DwarfFile implements DebugFile {
  readonly problems: ProblemList;
  readonly supplementary: DebugFile | undefined;
  readonly longFloats: LongFloats;
  private readonly splitUnits: SplitUnitFinder | undefined;
  private readonly maximumRanges: number;
  private readonly abbrevTables = new Map<string, AbbrevTable>();
  private readonly lineTables = new Map<Unit, LineTable | undefined>();
  private readonly indexes = new Map<Unit, UnitIndex>();
  private readonly fullUnits = new Map<Unit, Unit>();
  private knownUnits: readonly OpenUnit[] | undefined;
  private knownTypeUnits: ReadonlyMap<bigint, Unit> | undefined;
  private listedUnits: ListedUnits | undefined;
  private unlistedRanges: UnitRanges | undefined;

  constructor(
    readonly sections: Sections,
    options: DwarfFileOptions = {},
  ) {
    this.problems = options.problems ?? new ProblemList();
    this.supplementary = options.supplementary;
    this.splitUnits = options.splitUnits;
    this.longFloats = options.longFloats ?? "x87";
    this.maximumRanges = options.maximumRanges ?? mostRanges;
  }

  /** All units of `.debug_info`, in order of offset. */
  get units(): readonly OpenUnit[] {
    this.knownUnits ??= this.readUnits(".debug_info");
    return this.knownUnits;
  }

  /** The units whose code may include an address; nearly always one. */
  unitsAt(address: number): readonly Unit[] {
    this.listedUnits ??= this.readListedUnits();
    const listed = this.listedUnits.ranges.at(address);
    if (listed.length > 0) return listed;
    this.unlistedRanges ??= this.rangesOfOthers(this.listedUnits.offsets);
    return this.unlistedRanges.at(address);
  }

  /** The unit that holds the entries of `unit`: itself, or its split-off part when that is found. */
  fullUnitOf(unit: Unit): Unit {
    let full = this.fullUnits.get(unit);
    if (full === undefined) {
      full = orReport(this.problems, unit, () => this.splitUnits?.find(unit) ?? unit);
      this.fullUnits.set(unit, full);
    }
    return full;
  }

  /** The entry at an offset of `.debug_info`, in whatever unit it is. */
  dieAt(offset: number): Die | undefined {
    const { units } = this;
    const unit = units[countBefore(units, (each) => each.header.offset <= offset) - 1];
    if (unit === undefined || offset < unit.header.firstDie || offset >= unit.header.end) return undefined;
    return readDie(unit, offset);
  }

  get hasTypeUnits(): boolean {
    this.knownTypeUnits ??= this.readTypeUnits();
    return this.knownTypeUnits.size > 0;
  }

  get typeUnits(): Iterable<Unit> {
    this.knownTypeUnits ??= this.readTypeUnits();
    return this.knownTypeUnits.values();
  }

  /** The type with a signature, from a type unit of this file or of its package. */
  typeBySignature(signature: bigint): Die | undefined {
    this.knownTypeUnits ??= this.readTypeUnits();
    const unit = this.knownTypeUnits.get(signature) ?? this.splitUnits?.findType(signature);
    const offset = unit?.header.typeOffset;
    return unit === undefined || offset === undefined ? undefined : readDie(unit, offset);
  }

  abbrevTable({ abbrevOffset, addressSize, is64, version }: UnitHeader): AbbrevTable {
    const key = `${abbrevOffset} ${addressSize} ${is64} ${version > 2}`;
    return remember(this.abbrevTables, key, () =>
      abbrevTableAt(this.sections.get(".debug_abbrev"), abbrevOffset, { addressSize, is64, version }),
    );
  }

  /** The line table of a unit; split units have theirs in the main file. Undefined when there is none. */
  lineTableOf(unit: Unit): LineTable | undefined {
    const owner = unit.skeleton ?? unit;
    return remember(this.lineTables, owner, () =>
      orReport(this.problems, undefined, () => {
        const { root, header } = owner;
        const offset = root.offsetOf(Attr.stmtList);
        if (offset === undefined || owner.file.sections.find(".debug_line") === undefined) return undefined;
        return readLineTable(owner.file.sections, {
          offset,
          addressSize: header.addressSize,
          compDir: root.string(Attr.compDir) ?? "",
          unitName: root.string(Attr.name) ?? "",
        });
      }),
    );
  }

  /** What one pass over the unit's entries found; an empty index when they are damaged. */
  indexOf(unit: Unit): UnitIndex {
    return remember(this.indexes, unit, () => orReport(this.problems, emptyIndex, () => indexUnit(unit)));
  }

  private readUnits(section: ".debug_info" | ".debug_types"): OpenUnit[] {
    const bytes = orReport(this.problems, undefined, () => this.sections.find(section));
    if (bytes === undefined) return [];
    return readUnitHeaders(this.sections, section, (offset, what) =>
      this.problems.add({
        code: "dwarf-unit",
        message: `Debug information is damaged: ${section} at offset ${offset} ${what}.`,
        losesData: false,
      }),
    ).map((header) => new OpenUnit(this, header));
  }

  private readTypeUnits(): Map<bigint, Unit> {
    const bySignature = new Map<bigint, Unit>();
    for (const unit of [...this.units, ...this.readUnits(".debug_types")]) {
      const { type, signature } = unit.header;
      if ((type === UnitType.type || type === UnitType.splitType) && signature !== undefined)
        bySignature.set(signature, unit);
    }
    return bySignature;
  }

  /** The units whose code `.debug_aranges` tells. */
  private readListedUnits(): ListedUnits {
    const ranges = new UnitRanges(this.maximumRanges);
    const offsets = new Set<number>();
    const { units } = this;
    orReport(this.problems, undefined, () => {
      if (this.sections.find(".debug_aranges") === undefined) return;
      let unit: Unit | undefined;
      readAddressRanges(
        this.sections,
        (offset, start, end) => {
          if (unit?.header.offset !== offset) {
            const before = units[countBefore(units, (each) => each.header.offset <= offset) - 1];
            unit = before?.header.offset === offset ? before : undefined;
          }
          if (unit !== undefined) ranges.add(unit, start, end);
        },
        (offset) => offsets.add(offset),
      );
    });
    this.finish(ranges);
    return { ranges, offsets };
  }

  /** The units that are not listed, by what their entries say; none of them is read while the others have the answers. */
  private rangesOfOthers(listed: ReadonlySet<number>): UnitRanges {
    const ranges = new UnitRanges(this.maximumRanges);
    for (const unit of this.units) {
      const { offset, type } = unit.header;
      if (type === UnitType.type || type === UnitType.partial || listed.has(offset)) continue;
      for (const { start, end } of orReport(this.problems, [], () => this.rangesOfUnit(unit)))
        ranges.add(unit, start, end);
      // There may be tens of thousands; nobody asked for any of them yet.
      unit.forget();
    }
    this.finish(ranges);
    return ranges;
  }

  private finish(ranges: UnitRanges): void {
    ranges.finish();
    if (ranges.left > 0)
      this.problems.add({
        code: "dwarf-ranges",
        message:
          `Debug information lists ${formatCount(this.maximumRanges + ranges.left)} ranges of code. The last ` +
          `${formatCount(ranges.left)} are not kept one by one: addresses may take longer to find.`,
        losesData: false,
      });
  }

  private rangesOfUnit(unit: Unit): AddressRange[] {
    const { root } = unit;
    if (root.tag === Tag.partialUnit) return [];
    const own = rangesOf(root);
    if (own.length > 0) return own;
    // Some producers give the unit no range: its functions tell.
    const full = this.fullUnitOf(unit);
    if (!full.abbrevs.some(isFunctionWithCode)) return [];
    const { functionStarts, functionEnds } = this.indexOf(full);
    return Array.from(functionStarts, (start, index) => ({ start, end: functionEnds[index]! }));
  }
}

interface ListedUnits {
  readonly ranges: UnitRanges;
  /** Where they begin. */
  readonly offsets: ReadonlySet<number>;
}

const emptyIndex: UnitIndex = {
  functionStarts: new Float64Array(),
  functionEnds: new Float64Array(),
  functionDies: new Float64Array(),
  offsets: new Float64Array(),
  tags: new Uint16Array(),
  parents: new Int32Array(),
};

/** Looks up or makes; only the latest {@link unitsKept} stay. */
function remember<K, V>(kept: Map<K, V>, key: K, make: () => V): V {
  if (kept.has(key)) {
    const value = kept.get(key) as V;
    kept.delete(key);
    kept.set(key, value);
    return value;
  }
  const value = make();
  kept.set(key, value);
  if (kept.size > unitsKept) kept.delete(kept.keys().next().value as K);
  return value;
}
