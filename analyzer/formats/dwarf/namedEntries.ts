import { Attr, Tag, UnitType } from "./constants";
import { type DebugFile, type Die, readDie, type Unit } from "./dies";
import { NameMentions } from "./nameMentions";
import { entryNameOf, qualifiedNameOf } from "./names";
import { orReport } from "./sections";

/** What a search by name may look at: units beyond this much `.debug_info` are not read for a name. */
const searchedBytes = 4 * 2 ** 30;
const unitsKept = 64;

/** Finds entries by their names. Names of a unit are read once; the latest units stay. */
export class NamedEntries {
  /** For each unit, offsets by last part of the name. */
  private readonly byUnit = new Map<Unit, ReadonlyMap<string, readonly number[]>>();

  private readonly mentions = new NameMentions();

  constructor(private readonly file: DebugFile) {}

  /**
   * The first entry of one of the tags that has the name, qualified or not, and is not a mere declaration.
   * @param near the unit to look into first
   */
  find(name: string, tags: readonly number[], near?: Unit): Die | undefined {
    let left = searchedBytes;
    for (const unit of this.unitsFrom(near)) {
      left -= unit.header.end - unit.header.offset;
      if (left < 0) return undefined;
      const found = orReport(this.file.problems, undefined, () => this.findIn(unit, name, tags));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Variables of a unit that are in no function, in order. */
  variablesOf(unit: Unit): Die[] {
    const index = unit.file.indexOf(unit);
    const found: Die[] = [];
    for (let at = 0; at < index.offsets.length; at++) {
      if (index.tags[at] !== Tag.variable) continue;
      const die = orReport(this.file.problems, undefined, () => readDie(unit, index.offsets[at]!));
      if (die !== undefined && (die.has(Attr.location) || die.has(Attr.constValue))) found.push(die);
    }
    return found;
  }

  private *unitsFrom(near: Unit | undefined): Generator<Unit> {
    if (near !== undefined) yield near;
    for (const unit of this.file.units) {
      const { type } = unit.header;
      if (type === UnitType.type || type === UnitType.splitType) continue;
      const full = this.file.fullUnitOf(unit);
      if (full !== near) yield full;
    }
  }

  private findIn(unit: Unit, name: string, tags: readonly number[]): Die | undefined {
    const last = lastPart(name);
    if (!this.mentions.mayMention(unit, last)) return undefined;
    for (const offset of this.namesOf(unit).get(last) ?? []) {
      const die = readDie(unit, offset);
      if (die === undefined || !tags.includes(die.tag) || die.flag(Attr.declaration)) continue;
      if (qualifiedNameOf(die) === name || (last === name && entryNameOf(die) === name)) return die;
    }
    return undefined;
  }

  private namesOf(unit: Unit): ReadonlyMap<string, readonly number[]> {
    const known = this.byUnit.get(unit);
    if (known !== undefined) return known;
    const names = new Map<string, number[]>();
    const index = unit.file.indexOf(unit);
    for (let at = 0; at < index.offsets.length; at++) {
      const offset = index.offsets[at]!;
      const die = readDie(unit, offset);
      const name = die && entryNameOf(die);
      if (name === undefined) continue;
      const key = lastPart(name);
      const offsets = names.get(key);
      if (offsets === undefined) names.set(key, [offset]);
      else offsets.push(offset);
    }
    this.byUnit.set(unit, names);
    if (this.byUnit.size > unitsKept) this.byUnit.delete(this.byUnit.keys().next().value as Unit);
    return names;
  }
}

/** `a::b<c::d>` → `b<c::d>`: the last `::` that is not inside template arguments. */
function lastPart(name: string): string {
  let depth = 0;
  let start = 0;
  for (let at = 0; at < name.length; at++) {
    const letter = name[at];
    if (letter === "<" || letter === "(") depth++;
    else if (letter === ">" || letter === ")") depth--;
    else if (letter === ":" && depth === 0 && name[at + 1] === ":") start = at + 2;
  }
  return name.slice(start);
}
