import { Attr, Tag, UnitType } from "./constants";
import { type DebugFile, type Die, readDie, type Unit } from "./dies";
import { NameMentions } from "./nameMentions";
import { entryNameOf, qualifiedNameOf, scopesOf, shorterNamesOf } from "./names";
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
   */
  find(
    name: string,
    tags: readonly number[],
    { near, within = [], accepts = isDefinition }: Search = {},
  ): Die | undefined {
    const names = [...within.map((scope) => `${scope}::${name}`), name];
    const inTypeUnits = tags.some((tag) => typeUnitTags.has(tag));
    let left = searchedBytes;
    for (const unit of this.unitsFrom(near, inTypeUnits)) {
      left -= unit.header.end - unit.header.offset;
      if (left < 0) return undefined;
      const found = orReport(this.file.problems, undefined, () => this.findIn(unit, names, tags, accepts));
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

  private *unitsFrom(near: Unit | undefined, inTypeUnits: boolean): Generator<Unit> {
    if (near !== undefined) yield near;
    if (inTypeUnits && this.file.hasTypeUnits) yield* this.file.typeUnits;
    for (const unit of this.file.units) {
      const { type } = unit.header;
      if (type === UnitType.type || type === UnitType.splitType) continue;
      const full = this.file.fullUnitOf(unit);
      if (full !== near) yield full;
    }
  }

  /** The entry with the first of the names that one has; one in any scope when the name is not qualified. */
  private findIn(
    unit: Unit,
    names: readonly string[],
    tags: readonly number[],
    accepts: (die: Die) => boolean,
  ): Die | undefined {
    const name = names.at(-1)!;
    const last = lastPart(name);
    if (!this.mentions.mayMention(unit, last)) return undefined;
    let best: { readonly die: Die; readonly rank: number } | undefined;
    for (const offset of this.namesOf(unit).get(last) ?? []) {
      const die = readDie(unit, offset);
      if (die === undefined || !tags.includes(die.tag) || !accepts(die)) continue;
      const rank = rankOf(die, names);
      if (rank === 0) return die;
      if (rank !== undefined && (best === undefined || rank < best.rank)) best = { die, rank };
    }
    return best?.die;
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

/** The scopes that hold types, and what lies in them. */
const typeUnitTags: ReadonlySet<number> = new Set([
  ...[Tag.structureType, Tag.classType, Tag.unionType, Tag.enumerationType, Tag.enumerator],
]);

export interface Search {
  /** The unit to look into first. */
  readonly near?: Unit | undefined;
  /** Scopes in which a name means their own first, from the inside out. */
  readonly within?: readonly string[];
  readonly accepts?: (die: Die) => boolean;
}

/** A constant member of a class is declared only, with its value. */
function isDefinition(die: Die): boolean {
  return !die.flag(Attr.declaration) || die.has(Attr.constValue);
}

/** Which of the names an entry has; the lowest rank is the nearest scope. */
function rankOf(die: Die, names: readonly string[]): number | undefined {
  const exact = names.indexOf(qualifiedNameOf(die)!);
  if (exact >= 0) return exact;
  const shorter = shorterNamesOf(die);
  const rank = names.findIndex((name) => shorter.includes(name));
  if (rank >= 0) return rank;
  return isAmong(partsOf(names.at(-1)!), [...scopesOf(die), entryNameOf(die)!]) ? names.length : undefined;
}

/** True when the parts are those of a name from which scopes were left out, as after `using namespace`. */
function isAmong(parts: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const part of whole) if (part === parts[at]) at++;
  return at === parts.length && parts.at(-1) === whole.at(-1);
}

/** `a::b<c::d>` → `b<c::d>`: the last `::` that is not inside template arguments. */
function lastPart(name: string): string {
  return partsOf(name).at(-1)!;
}

function partsOf(name: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < name.length; at++) {
    const letter = name[at];
    if (letter === "<" || letter === "(") depth++;
    else if (letter === ">" || letter === ")") depth--;
    else if (letter === ":" && depth === 0 && name[at + 1] === ":") {
      parts.push(name.slice(start, at));
      start = at + 2;
    }
  }
  parts.push(name.slice(start));
  return parts;
}
