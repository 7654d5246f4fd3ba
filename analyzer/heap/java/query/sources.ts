import { ExhumeError } from "../../../base/errors";
import { type TextPattern, wildcardPattern } from "../../../base/patterns";
import { formatHex } from "../../../base/units";
import type { Work } from "../../../base/work";
import { forEachInstanceOf, typeFlags } from "../../graph/opened/instances";
import type { ClassIndex, Heap, ObjectIndex } from "../../heap";
import { ancestryOf } from "../objects/fieldReads";
import type { Query, Source } from "./ast";
import { patternAt, queryFault } from "./faults";

/** Candidates named in a fault. */
const maximumSuggestions = 5;

/**
 * Classes a source names: the class by its full name, by its simple name when only one has it, or by a pattern.
 * @throws ExhumeError `notFound` in words that name what comes near.
 */
export function classesOfSource(
  heap: Heap,
  source: Extract<Source, { source: "class" | "pattern" }>,
): ClassIndex[] {
  if (source.source === "pattern")
    return classesMatching(heap, patternAt(source.pattern, source.at), source.pattern);
  const { name } = source;
  const exact = heap.classes.findByName(name);
  if (exact.length > 0) return [...exact];
  if (name.includes("*")) return classesMatching(heap, wildcardPattern(name, "*"), name);
  const bySimpleName = allClasses(heap).filter((type) => simpleName(heap.classes.nameOf(type)) === name);
  const names = new Set(bySimpleName.map((type) => heap.classes.nameOf(type)));
  if (names.size === 1) return bySimpleName;
  throw queryFault(
    names.size > 1
      ? `Several classes are called ${name}: ${[...names].slice(0, maximumSuggestions).join(", ")}`
      : `The dump has no class ${name}${suggestions(heap, name)}`,
    source.at,
  );
}

function simpleName(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

function allClasses(heap: Heap): ClassIndex[] {
  return Array.from({ length: heap.classes.count }, (_, index) => index as ClassIndex);
}

function classesMatching(heap: Heap, pattern: TextPattern, text: string): ClassIndex[] {
  const found = allClasses(heap).filter((type) => pattern(heap.classes.nameOf(type)));
  if (found.length === 0)
    throw new ExhumeError({ code: "notFound", what: `no class of the dump matches ${text}` });
  return found;
}

function suggestions(heap: Heap, name: string): string {
  const simple = simpleName(name).toLowerCase();
  const near: string[] = [];
  for (const type of allClasses(heap)) {
    const candidate = heap.classes.nameOf(type);
    if (simple.length > 2 && simpleName(candidate).toLowerCase().includes(simple)) near.push(candidate);
    if (near.length >= maximumSuggestions) break;
  }
  return near.length === 0 ? "" : `; there are ${near.join(", ")}`;
}

/** Visits the objects of a source that is no sub-query, in index order for classes. */
export function forEachObjectOf(
  heap: Heap,
  query: Query,
  work: Work,
  visit: (object: ObjectIndex) => boolean,
): void {
  const { from } = query;
  if (from.source === "query") return;
  if (from.source === "objects") {
    for (const id of from.ids) {
      const object = heap.indexOf(id);
      if (object === undefined) {
        const what = `This dump has no object ${formatHex(id)}; ids hold for one dump only, it may be of another`;
        throw queryFault(what, from.at);
      }
      if (!visit(object)) return;
    }
    return;
  }
  const types = classesOfSource(heap, from);
  if (query.classObjects) {
    for (const type of types) if (!visit(heap.classObjectOf(type))) return;
    return;
  }
  if (types.length === 1 && !query.instanceOf) {
    let seen = 0;
    heap.forEachInstance(types[0]!, (object) => {
      if (seen++ % 4096 === 0) work.throwIfCancelled();
      return visit(object);
    });
    return;
  }
  let goesOn = true;
  const wanted = flagsOf(heap, types, query.instanceOf);
  forEachInstanceOf(heap, wanted, work, "Running the query", (object) => {
    if (goesOn) goesOn = visit(object);
  });
}

function flagsOf(heap: Heap, types: readonly ClassIndex[], subclasses: boolean): Uint8Array {
  const wanted = subclasses ? withSubclasses(heap, types) : new Set(types);
  return typeFlags(heap, (type) => wanted.has(type));
}

/** The classes and all that extend them. A pattern may name them all, so every class is asked once for its ancestors. */
export function withSubclasses(heap: Heap, types: readonly ClassIndex[]): Set<ClassIndex> {
  const found = new Set(types);
  for (const type of allClasses(heap)) {
    const ancestors = [...ancestryOf(heap, type)];
    if (ancestors.some((ancestor) => found.has(ancestor))) found.add(type);
  }
  return found;
}
