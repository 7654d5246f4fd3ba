import { dominatorOf, isDominatedBy } from "../../graph/paths/dominatorChain";
import type { Holding } from "../../graph/paths/holding";
import { accumulations } from "../../graph/suspects/accumulations";
import type { Heap, ObjectIndex } from "../../heap";
import { shapeOf } from "../collections/collection";
import { entriesOf } from "../collections/entries";
import { applicationHoldingOf, enclosingCollectionOf } from "../paths/holders";
import type { CollectionProfile } from "./collectionProfile";
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
 * What several collections of one owner hold, as the maps of a registry by name and by id, none of them keeps alone: the
 * one with most elements then speaks for all, with the bytes of the owner.
 */
export function speakerOf(context: LeakContext, pile: ObjectIndex): CollectionProfile | undefined {
  const { heap } = context;
  if (shapeOf(heap, pile) !== undefined || heap.elementTypeOf(pile) !== undefined) return undefined;
  if (heap.classOfClassObject(pile) !== undefined) return undefined;
  const retainedBytes = heap.retainedSizeOf(pile);
  const inside = context.collections
    .filter(({ object }) => isDominatedBy(heap, object, pile))
    .sort((a, b) => b.things - a.things);
  const speaker = inside.find(
    (each) => bytesWith(heap, each.object, each.elements, pile) >= speaksForShare * retainedBytes,
  );
  if (speaker === undefined) return undefined;
  return { ...speaker, retainedBytes, share: retainedBytes / context.totalBytes, speaksFor: pile };
}

/** Bytes of a collection and of its elements, those included that others below the pile hold too. */
export function bytesWith(heap: Heap, object: ObjectIndex, elements: number, pile: ObjectIndex): number {
  let looked = 0;
  let shared = 0;
  for (const { value, key } of entriesOf(heap, object)) {
    if (looked >= sampled) break;
    looked++;
    for (const id of [value, key]) {
      const held = id === undefined ? undefined : heap.indexOf(id);
      if (held === undefined || isDominatedBy(heap, held, object) || !isDominatedBy(heap, held, pile))
        continue;
      shared += heap.retainedSizeOf(held);
    }
  }
  return heap.retainedSizeOf(object) + (shared / Math.max(1, looked)) * elements;
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
