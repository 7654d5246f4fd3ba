import { dominatorOf, isDominatedBy } from "../../graph/paths/dominatorChain";
import type { Holding } from "../../graph/paths/holding";
import { accumulations } from "../../graph/suspects/accumulations";
import type { Heap, ObjectIndex } from "../../heap";
import { collectionSizeOf, shapeOf } from "../collections/collection";
import { entriesOf } from "../collections/entries";
import { applicationHoldingOf, enclosingCollectionOf } from "../paths/holders";
import { type CollectionProfile, profileCollection } from "./collectionProfile";
import type { LeakContext } from "./leakContext";

/** An object in which much of the heap is: what a heap in good health consists of. */
export interface BigHolder {
  readonly object: ObjectIndex;
  readonly className: string;
  readonly retainedBytes: number;
  readonly share: number;
  readonly field: Holding | undefined;
}

/** Where memory piles up: the whole collection, not its table. Biggest first. */
export function memoryPiles({ heap, totalBytes, work }: LeakContext): ObjectIndex[] {
  const found = accumulations(heap, totalBytes, (object) => isPassThrough(heap, object), work);
  const piles = [...new Set(found.map((object) => enclosingCollectionOf(heap, object) ?? object))];
  return piles.sort((a, b) => heap.retainedSizeOf(b) - heap.retainedSizeOf(a));
}

/** A collection speaks for its owner when so much of the owner's memory is its own and its elements'. */
const speaksForShare = 0.5;
const sampled = 100;

/**
 * What several collections of one owner hold, as the maps of a registry by name and by id, none of them keeps alone: those
 * that lead to most of it may speak for all, with the bytes of the owner. Most elements first.
 */
export function speakersOf(context: LeakContext, pile: ObjectIndex): CollectionProfile[] {
  const { heap, totalBytes } = context;
  if (shapeOf(heap, pile) !== undefined || heap.elementTypeOf(pile) !== undefined) return [];
  if (heap.classOfClassObject(pile) !== undefined) return [];
  const retainedBytes = heap.retainedSizeOf(pile);
  const big = context.collections.filter(({ object }) => isDominatedBy(heap, object, pile));
  return [...big, ...smallCollectionsBelow(context, pile, big)]
    .filter((each) => bytesWith(heap, each.object, each.elements, pile) >= speaksForShare * retainedBytes)
    .sort((a, b) => b.things - a.things)
    .slice(0, mostSpeakers)
    .map((speaker) => ({
      ...speaker,
      retainedBytes,
      share: retainedBytes / Math.max(1, totalBytes),
      speaksFor: pile,
    }));
}

const mostSpeakers = 3;
/** A collection in which hardly anything is alone its own is found from the owner: so far, among so many objects. */
const searchedDepth = 5;
const searchedObjects = 300;
const leastSpeaking = 100;

function smallCollectionsBelow(
  { heap, totalBytes }: LeakContext,
  pile: ObjectIndex,
  known: readonly CollectionProfile[],
): CollectionProfile[] {
  const seen = new Set<ObjectIndex>([pile, ...known.map(({ object }) => object)]);
  const found: CollectionProfile[] = [];
  let level = [pile];
  for (let depth = 0; depth < searchedDepth; depth++) {
    const next: ObjectIndex[] = [];
    for (const object of level) {
      if (heap.lengthOf(object) > searchedObjects) continue;
      for (const { target, strong } of heap.referencesOf(object)) {
        if (!strong || seen.has(target) || seen.size > searchedObjects) continue;
        if (heap.classOfClassObject(target) !== undefined || !isDominatedBy(heap, target, pile)) continue;
        seen.add(target);
        const elements =
          shapeOf(heap, target) === undefined ? 0 : (collectionSizeOf(heap, target)?.size ?? 0);
        const profile = elements >= leastSpeaking ? profileCollection(heap, target, totalBytes) : undefined;
        if (profile === undefined) next.push(target);
        else found.push(profile);
      }
    }
    level = next;
  }
  return found;
}

/** Bytes of a collection and of its elements, those included that others below the pile hold too. */
export function bytesWith(heap: Heap, object: ObjectIndex, elements: number, pile: ObjectIndex): number {
  let looked = 0;
  let shared = 0;
  /** What elements lead to and the pile alone keeps; 0 bytes for what several of them lead to. */
  const behind = new Map<ObjectIndex, number>();
  for (const { value, key } of entriesOf(heap, object)) {
    if (looked >= sampled) break;
    looked++;
    for (const id of [value, key]) {
      const held = id === undefined ? undefined : heap.indexOf(id);
      if (held === undefined || !isDominatedBy(heap, held, pile)) continue;
      if (!isDominatedBy(heap, held, object)) shared += heap.retainedSizeOf(held);
      for (const target of ownedByPile(heap, held, pile))
        behind.set(target, behind.has(target) ? 0 : heap.retainedSizeOf(target));
    }
  }
  for (const bytes of behind.values()) shared += bytes;
  return heap.retainedSizeOf(object) + (shared / Math.max(1, looked)) * elements;
}

const mostReferences = 32;

/** What an element refers to and nobody but the pile keeps: it is known to others of its collections too. */
function ownedByPile(heap: Heap, element: ObjectIndex, pile: ObjectIndex): ObjectIndex[] {
  if (heap.lengthOf(element) > mostReferences) return [];
  return heap
    .referencesOf(element)
    .filter(({ strong, target }) => strong && dominatorOf(heap, target) === pile)
    .slice(0, mostReferences)
    .map(({ target }) => target);
}

/** Piles in words: what they are and which field holds them. */
export function bigHolders({ heap, totalBytes }: LeakContext, piles: readonly ObjectIndex[]): BigHolder[] {
  return piles.map((object) => {
    const type = heap.classOfClassObject(object);
    const retainedBytes = heap.retainedSizeOf(object);
    return {
      object,
      className: type === undefined ? heap.classNameOf(object) : `class ${heap.classes.nameOf(type)}`,
      retainedBytes,
      share: retainedBytes / Math.max(1, totalBytes),
      field: type === undefined ? applicationHoldingOf(heap, object) : undefined,
    };
  });
}

/** Loaders, modules and groups of threads pass on what they hold. */
function isPassThrough(heap: Heap, object: ObjectIndex): boolean {
  if (heap.classOfClassObject(object) !== undefined) return false;
  const name = heap.classNameOf(object);
  if (/ClassLoader$|ClassLoaders\$|^java\.lang\.(Module|ThreadGroup)/.test(name)) return true;
  // The books a loader keeps of its classes.
  const dominator = dominatorOf(heap, object);
  return (
    dominator !== undefined &&
    /^(java\.util\.(ArrayList|Vector|concurrent\.ConcurrentHashMap)|java\.lang\.Object\[\])/.test(name) &&
    [dominator, dominatorOf(heap, dominator)].some(
      (above) => above !== undefined && /ClassLoader/.test(heap.classNameOf(above)),
    )
  );
}
