import { countAtMost } from "../../base/halving";
import { type Abbrev, isFunctionWithCode } from "./abbrev";
import { Attr, Tag } from "./constants";
import { abbrevOf, type Die, readDie, readerOf, skipAttributes, type Unit } from "./dies";
import { rangesOf } from "./ranges";
import type { UnitIndex } from "./unitIndex";

const scopes: ReadonlySet<number> = new Set([
  Tag.namespace,
  Tag.module,
  Tag.structureType,
  Tag.classType,
  Tag.unionType,
  Tag.interfaceType,
  Tag.enumerationType,
  Tag.subprogram,
]);

const named: ReadonlySet<number> = new Set([
  ...scopes,
  Tag.variable,
  Tag.enumerator,
  Tag.typedef,
  Tag.baseType,
  Tag.unspecifiedType,
]);

/** Passes every entry of a unit once, decoding only functions with code. @throws DwarfDamage */
export function indexUnit(unit: Unit): UnitIndex {
  const reader = readerOf(unit, unit.header.firstDie);
  const offsets: number[] = [];
  const tags: number[] = [];
  const parents: number[] = [];
  const functions: { start: number; end: number; die: number }[] = [];
  // One element a level: the entry of interest in force there.
  const levels: number[] = [];
  let parent = -1;
  while (!reader.isAtEnd) {
    const offset = reader.position;
    const code = reader.uleb();
    if (code === 0) {
      if (levels.length === 0) break;
      parent = levels.pop()!;
      continue;
    }
    const abbrev = abbrevOf(unit, code, reader);
    const { tag } = abbrev;
    let entry = -1;
    // Variables of functions are found through their function.
    const isLocal = tag === Tag.variable && parent >= 0 && tags[parent] === Tag.subprogram;
    if ((named.has(tag) && !isLocal) || isStaticMember(abbrev)) {
      entry = offsets.length;
      offsets.push(offset);
      tags.push(tag);
      parents.push(parent);
    }
    if (isFunctionWithCode(abbrev)) {
      for (const range of rangesOf(readDie(unit, offset)!)) functions.push({ ...range, die: offset });
    }
    skipAttributes(unit, reader, abbrev);
    if (!abbrev.hasChildren) continue;
    levels.push(parent);
    if (entry >= 0 && scopes.has(tag)) parent = entry;
  }
  functions.sort((a, b) => a.start - b.start || b.end - a.end);
  return {
    functionStarts: Float64Array.from(functions, ({ start }) => start),
    functionEnds: Float64Array.from(functions, (found) => found.end),
    functionDies: Float64Array.from(functions, ({ die }) => die),
    offsets: Float64Array.from(offsets),
    tags: Uint16Array.from(tags),
    parents: Int32Array.from(parents),
  };
}

/** Before version 5 the members that all objects share were declared among the others. */
function isStaticMember({ tag, attributes }: Abbrev): boolean {
  return tag === Tag.member && attributes.includes(Attr.declaration);
}

/** The innermost function of a unit with code at `address`. */
export function functionAt(unit: Unit, index: UnitIndex, address: number): Die | undefined {
  const { functionStarts, functionEnds, functionDies } = index;
  const after = countAtMost(functionStarts, address);
  // Functions hardly ever overlap: looking at a few neighbours finds one that holds another.
  for (let at = after - 1; at >= 0 && at >= after - 64; at--) {
    if (functionEnds[at]! > address) return readDie(unit, functionDies[at]!);
  }
  return undefined;
}
