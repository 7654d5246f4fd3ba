import type { Heap, ObjectIndex } from "../../heap";
import { shapeOf } from "../collections/collection";
import { numberIn } from "../objects/fieldReads";
import { isApplicationClass } from "../paths/applicationClasses";
import { isDataClass } from "../paths/libraryPackages";
import { isOwnCode } from "../paths/ownCode";
import { boundAround } from "./bounds";
import { type CollectionProfile, elementClassesOf, isListOfLibrary } from "./collectionProfile";
import type { LeakContext } from "./leakContext";
import { speakerOf } from "./memoryPiles";
import type { ClassTally } from "./suspect";

/** Something to which more is added as the program runs: a collection, a library's list of its own, a text being built. */
export interface Growable {
  readonly object: ObjectIndex;
  readonly elements: number;
  readonly noun: "element" | "character";
  readonly elementClasses: readonly ClassTally[];
  /** Class of the library's object that keeps it for the application. */
  readonly keeper: string | undefined;
}

/** Fewer are not the trace of requests, messages or events that pile up. */
export const leastPiled = 2_000;

/** What grows in an object that keeps much: itself, or the biggest collection below it; undefined where nothing can. */
export function growableIn(context: LeakContext, object: ObjectIndex): Growable | undefined {
  const { heap } = context;
  if (isDataClass(ownerClassOf(heap, object))) return undefined;
  const profile = context.collections.find((each) => each.object === object);
  if (profile !== undefined) return canGrow(profile) ? ofCollection(heap, profile) : undefined;
  if (shapeOf(heap, object) !== undefined) return undefined;
  const className = heap.classNameOf(object);
  if (isTextBuilder(className)) return ofText(heap, object);
  if (heap.elementTypeOf(object) !== undefined) return ofArray(heap, object);
  const speaker = speakerOf(context, object);
  return speaker !== undefined && canGrow(speaker) ? ofCollection(heap, speaker) : undefined;
}

/** False for what has a limit, never changes, or is emptied by somebody: as much was taken out of it as is in it. */
export function canGrow({ immutable, bound, removals, elements }: CollectionProfile): boolean {
  return !immutable && bound === undefined && (removals === undefined || removals < elements);
}

function ofCollection(heap: Heap, { object, things, valueClasses }: CollectionProfile): Growable {
  return {
    object,
    elements: things,
    noun: "element",
    elementClasses: valueClasses,
    keeper: keeperOf(heap, object),
  };
}

/** An array of the application has the length somebody gave it; one of a library is copied into a longer one. */
function ofArray(heap: Heap, object: ObjectIndex): Growable | undefined {
  const keeper = keeperOf(heap, object);
  if (!isListOfLibrary(heap, object) || boundAround(heap, object) !== undefined) return undefined;
  const elementClasses = elementClassesOf(heap, object);
  return { object, elements: heap.lengthOf(object), noun: "element", elementClasses, keeper };
}

function ofText(heap: Heap, object: ObjectIndex): Growable {
  const elements = numberIn(heap, object, "count") ?? 0;
  return { object, elements, noun: "character", elementClasses: [], keeper: undefined };
}

export const isTextBuilder = (className: string): boolean =>
  /^java\.(lang\.String(Builder|Buffer)|io\.(ByteArrayOutputStream|CharArrayWriter|StringWriter))$/.test(
    className,
  );

/** Class of the nearest object above that is more than a container: undefined for a root's own. */
function ownerClassOf(heap: Heap, object: ObjectIndex): string {
  const owner = ownerOf(heap, object);
  return owner === undefined ? "" : heap.classNameOf(owner);
}

/** Class of the library's object that keeps a container; undefined when the application's own does, or none. */
function keeperOf(heap: Heap, object: ObjectIndex): string | undefined {
  const className = ownerClassOf(heap, object);
  if (className === "" || !isApplicationClass(className) || isOwnCode(heap, className)) return undefined;
  return className;
}

const mostSteps = 8;

function ownerOf(heap: Heap, object: ObjectIndex): ObjectIndex | undefined {
  let at = heap.immediateDominatorOf(object);
  for (let step = 0; step < mostSteps && at >= 0; step++) {
    const owner = at as ObjectIndex;
    if (heap.classOfClassObject(owner) !== undefined) return undefined;
    if (!/^java\.|\[\]$/.test(heap.classNameOf(owner))) return owner;
    at = heap.immediateDominatorOf(owner);
  }
  return undefined;
}
