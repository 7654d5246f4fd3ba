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
  return name === undefined ? undefined : [...scopesOf(die), name].join("::");
}

/** The names of the scopes around the declaration, from the outside in. */
export function scopesOf(die: Die): string[] {
  const names: string[] = [];
  for (const scope of enclosingEntriesOf(die)) {
    const name = entryNameOf(scope);
    if (name !== undefined) names.push(scope.tag === Tag.subprogram ? `${name}()` : name);
    else if (scope.tag === Tag.namespace) names.push("(anonymous namespace)");
  }
  return names.reverse();
}

/**
 * The names by which a source reaches an entry besides its own: namespaces without a name and inline ones need not be
 * written, nor the type of an enumerator that is not of an `enum class`.
 */
export function shorterNamesOf(die: Die): string[] {
  const name = entryNameOf(die);
  if (name === undefined) return [];
  const parts: { readonly name: string; readonly isOptional: boolean }[] = [];
  for (const scope of enclosingEntriesOf(die)) {
    const own = entryNameOf(scope);
    const isOpenEnum = scope.tag === Tag.enumerationType && !scope.flag(Attr.enumClass);
    if (own !== undefined)
      parts.push({ name: own, isOptional: isOpenEnum || scope.flag(Attr.exportSymbols) });
  }
  parts.reverse();
  const join = (kept: typeof parts) => [...kept.map((part) => part.name), name].join("::");
  return [join(parts), join(parts.filter(({ isOptional }) => !isOptional))];
}

/** The scopes around the declaration of an entry, from the inside out. */
function* enclosingEntriesOf(die: Die): Generator<Die> {
  let at = die;
  for (let depth = 0; depth < deepestScope; depth++) {
    // In a unit of one type the scopes are around a declaration of the type.
    for (const origin of originsOf(at)) at = origin;
    const { unit } = at;
    const index = unit.file.indexOf(unit);
    const parent = index.parents[entryAt(index, at.offset)] ?? -1;
    const scope = parent < 0 ? undefined : readDie(unit, index.offsets[parent]!);
    if (scope === undefined) return;
    yield scope;
    at = scope;
  }
}

/** The scope right around the declaration of an entry. */
export function enclosingEntryOf(die: Die): Die | undefined {
  const { value } = enclosingEntriesOf(die).next();
  return value ?? undefined;
}

/** The type an enumerator belongs to. */
export function enumerationOf(enumerator: Die): Die | undefined {
  const scope = enclosingEntryOf(enumerator);
  return scope?.tag === Tag.enumerationType ? scope : undefined;
}
