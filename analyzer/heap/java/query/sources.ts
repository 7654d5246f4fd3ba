import { ExhumeError } from "../../../base/errors";
import { type TextPattern, wildcardPattern } from "../../../base/patterns";
import { formatHex } from "../../../base/units";
import type { Work } from "../../../base/work";
import { forEachInstanceOf, typeFlags } from "../../graph/opened/instances";
import type { ClassIndex, Heap, ObjectIndex } from "../../heap";
import { ancestryOf } from "../objects/fieldReads";
import type { Query, Source } from "./ast";
import { patternAt, queryFault } from "./faults";
import { javaName } from "./names";

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
  const name = javaName(source.name);
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

/** Visits the objects of a source that is not a sub-query, in index order for classes. */
export function forEachObjectOf(
  heap: Heap,
  query: Query,
  work: Work,
  visit: (object: ObjectIndex) => boolean,
): void {
  const { from } = query;
  if (from.source === "query") return;
  if (from.source === "objects") {
    const objects = from.ids.map(({ address, number }) => {
      const object = address === undefined ? objectNumbered(heap, number) : heap.indexOf(address);
      if (object !== undefined) return object;
      const shown = address === undefined ? String(number) : formatHex(address);
      throw queryFault(
        `This dump has no object ${shown}; ids hold for one dump only, it may be of another`,
        from.at,
      );
    });
    forEachMeant(heap, query, objects, work, visit);
    return;
  }
  const named = classesOfSource(heap, from);
  const types = query.instanceOf ? withSubclasses(heap, named) : new Set(named);
  if (query.classObjects) visitClassObjects(heap, types, visit);
  else objectsOfClasses(heap, types, work, visit);
}

function visitClassObjects(
  heap: Heap,
  types: ReadonlySet<ClassIndex>,
  visit: (object: ObjectIndex) => boolean,
): void {
  for (const type of types) {
    if (heap.classes.idOf(type) !== 0n && !visit(heap.classObjectOf(type))) return;
  }
}

export function objectNumbered(heap: Heap, number: number): ObjectIndex | undefined {
  return number < heap.nodeCount ? (number as ObjectIndex) : undefined;
}

/**
 * Visits what objects behind FROM stand for: class objects for their instances, as in MAT, unless OBJECTS stands before
 * them; all others for themselves.
 */
export function forEachMeant(
  heap: Heap,
  { classObjects, instanceOf }: Query,
  objects: readonly ObjectIndex[],
  work: Work,
  visit: (object: ObjectIndex) => boolean,
): void {
  const named: ClassIndex[] = [];
  for (const object of objects) {
    const type = classObjects && !instanceOf ? undefined : heap.classOfClassObject(object);
    if (type !== undefined) named.push(type);
    else if (!visit(object)) return;
  }
  if (named.length === 0) return;
  const types = instanceOf ? withSubclasses(heap, named) : new Set(named);
  if (classObjects) visitClassObjects(heap, types, visit);
  else objectsOfClasses(heap, types, work, visit);
}

/** Visits the objects of some classes in index order, class objects too where java.lang.Class is among them. */
export function objectsOfClasses(
  heap: Heap,
  types: ReadonlySet<ClassIndex>,
  work: Work,
  visit: (object: ObjectIndex) => boolean,
): void {
  let goesOn = true;
  const wanted = typeFlags(heap, (type) => types.has(type));
  forEachInstanceOf(heap, wanted, work, "Running the query", (object) => {
    if (goesOn) goesOn = visit(object);
  });
  for (const type of heap.classes.findByName("java.lang.Class")) {
    if (!goesOn || !types.has(type)) continue;
    heap.forEachInstance(type, (object) => {
      if (heap.classOfClassObject(object) !== undefined) goesOn = visit(object);
      return goesOn;
    });
  }
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
