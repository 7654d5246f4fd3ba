import { Attr, Tag } from "./constants";
import { type Die, readDie } from "./dies";
import { entryAt } from "./unitIndex";

/** Entries that only point at another one: a chain longer than this is a cycle. */
const longestChain = 16;
const deepestScope = 64;

/**
 * The entry itself, then the declarations it continues (DW_AT_specification) or is a copy of
 * (DW_AT_abstract_origin): attributes missing in one are found in the next.
 */
export function* originsOf(die: Die): Generator<Die> {
  let at: Die | undefined = die;
  for (let hop = 0; at !== undefined && hop < longestChain; hop++) {
    yield at;
    at = at.reference(Attr.abstractOrigin) ?? at.reference(Attr.specification);
  }
}

/** The first answer along {@link originsOf}. */
export function inherited<T>(die: Die, find: (origin: Die) => T | undefined): T | undefined {
  for (const origin of originsOf(die)) {
    const found = find(origin);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function entryNameOf(die: Die): string | undefined {
  return inherited(die, (origin) => origin.string(Attr.name));
}

export function linkageNameOf(die: Die): string | undefined {
  return inherited(die, (origin) => origin.string(Attr.linkageName) ?? origin.string(Attr.mipsLinkageName));
}

/** The name with the namespaces and classes around the declaration, `ns::Class::name`. */
export function qualifiedNameOf(die: Die): string | undefined {
  const name = entryNameOf(die);
  if (name === undefined) return undefined;
  let declared = die;
  for (const origin of originsOf(die)) declared = origin;
  return [...scopesOf(declared), name].join("::");
}

function scopesOf(die: Die): string[] {
  const { unit } = die;
  const index = unit.file.indexOf(unit);
  const names: string[] = [];
  let at = index.parents[entryAt(index, die.offset)] ?? -1;
  for (let depth = 0; at >= 0 && depth < deepestScope; depth++) {
    const scope = readDie(unit, index.offsets[at]!);
    const name = scope && entryNameOf(scope);
    if (name !== undefined) names.push(scope!.tag === Tag.subprogram ? `${name}()` : name);
    else if (scope?.tag === Tag.namespace) names.push("(anonymous namespace)");
    at = index.parents[at]!;
  }
  return names.reverse();
}
