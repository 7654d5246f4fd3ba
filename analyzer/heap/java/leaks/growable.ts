import { dominatorOf } from "../../graph/paths/dominatorChain";
import { linksOf } from "../../graph/suspects/chains";
import { type ScorePart, shapePart } from "../../graph/suspects/scoring";
import type { Heap, ObjectIndex } from "../../heap";
import { shapeOf } from "../collections/collection";
import { numberIn } from "../objects/fieldReads";
import { isApplicationClass } from "../paths/applicationClasses";
import { isDataClass } from "../paths/libraryPackages";
import { isOwnCode } from "../paths/ownCode";
import { boundAround } from "./bounds";
import { type CollectionProfile, elementClassesOf, isListOfLibrary } from "./collectionProfile";
import type { LeakContext } from "./leakContext";
import { speakersOf } from "./memoryPiles";
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
  if (isDataClass(heap.classNameOf(object)) || isDataClass(ownerClassOf(heap, object))) return undefined;
  const profile = context.collections.find((each) => each.object === object);
  if (profile !== undefined) return canGrow(profile) ? ofCollection(heap, profile) : undefined;
  if (shapeOf(heap, object) !== undefined) return undefined;
  const className = heap.classNameOf(object);
  if (isTextBuilder(className)) return ofText(heap, object);
  if (heap.elementTypeOf(object) !== undefined) return ofArray(heap, object) ?? ofChain(context, object);
  const [speaker] = speakersOf(context, object);
  if (speaker === undefined) return ofChain(context, object);
  return canGrow(speaker) ? ofCollection(heap, speaker) : undefined;
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

const leastLinks = 100;

/** Nodes of a list, or arrays that each hold the next, whoever made them. */
function ofChain({ heap, work }: LeakContext, object: ObjectIndex): Growable | undefined {
  let links = 0;
  for (const _ of linksOf(heap, object)) if (links++ % 1024 === 0) work.throwIfCancelled();
  if (links < leastLinks || boundAround(heap, object) !== undefined) return undefined;
  const elements = links * elementsInLink(heap, object);
  return { object, elements, noun: "element", elementClasses: [], keeper: keeperOf(heap, object) };
}

/** Slots of an array that is a link, or that it has; the last one leads to the next link. */
function elementsInLink(heap: Heap, link: ObjectIndex): number {
  const [child] = heap.dominatedBy(link, 0, 1);
  const array = [link, child].find((each) => each !== undefined && heap.elementTypeOf(each) === "object");
  return array === undefined ? 1 : Math.max(1, heap.lengthOf(array) - 1);
}

function ofText(heap: Heap, object: ObjectIndex): Growable {
  const elements = numberIn(heap, object, "count") ?? 0;
  return { object, elements, noun: "character", elementClasses: [], keeper: undefined };
}

export const isTextBuilder = (className: string): boolean =>
  /^java\.(lang\.String(Builder|Buffer)|io\.(ByteArrayOutputStream|CharArrayWriter|StringWriter))$/.test(
    className,
  );

/** Class of the nearest object above that is more than a container: empty for a root's own. */
function ownerClassOf(heap: Heap, object: ObjectIndex): string {
  return nearestAbove(heap, object, (name) => !/^java\.|\[\]$/.test(name));
}

/** A library that keeps so much, of so many, for a field was given it piece by piece and never told to let go. */
const keeperPoints = 20;
const keeperShare = 0.5;
const keeperElements = 5_000;

/** What it means that a library's object keeps most of the heap for the program, when it does. */
export function keptForProgram(
  keeper: string | undefined,
  share: number,
  elements: number,
): { readonly parts: readonly ScorePart[]; readonly evidence: readonly string[] } {
  if (keeper === undefined || isDataClass(keeper) || share < keeperShare || elements < keeperElements)
    return { parts: [], evidence: [] };
  return {
    parts: [shapePart(keeperPoints, `${keeper} keeps what it was given`)],
    evidence: [`${keeper} keeps them until it is told to let go`],
  };
}

/** Class of the library's object that keeps a container; undefined when the application's own does, or none. */
export function keeperOf(heap: Heap, object: ObjectIndex): string | undefined {
  const className = nearestAbove(heap, object, isApplicationClass);
  return className === "" || isOwnCode(heap, className) ? undefined : className;
}

const mostSteps = 8;

/** Name of the class of the nearest dominator of a kind; empty where a class object comes first. */
function nearestAbove(heap: Heap, object: ObjectIndex, isWanted: (className: string) => boolean): string {
  let at = dominatorOf(heap, object);
  for (let step = 0; step < mostSteps && at !== undefined; step++, at = dominatorOf(heap, at)) {
    if (heap.classOfClassObject(at) !== undefined) return "";
    const name = heap.classNameOf(at);
    if (isWanted(name)) return name;
  }
  return "";
}
