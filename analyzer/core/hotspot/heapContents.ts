import { javaClassName } from "../../base/javaClassName";
import type { Work } from "../../base/work";
import type { MemoryImage } from "../memoryImage";
import { type DirectMemoryBuffer, directBufferClass, directBufferReader } from "./directMemory";
import { walkHeap } from "./heapWalk";
import type { JavaVirtualMachine } from "./javaVirtualMachine";
import { type KlassIndex, KlassTable } from "./klassTable";
import { followerOf, type Move, mostMoves, movesMade } from "./movedObjects";
import { readObjectLayout } from "./objectLayout";
import { readObjectReferences } from "./objectReferences";

/** What the Java heap of a core holds: every object, live or not yet collected. */
export interface HeapContents {
  readonly objects: number;
  readonly bytes: number;
  /** Parts of the heap in which no objects could be told. */
  readonly unwalkedBytes: number;
  /** Objects a collector was moving, and that are not led to where they are now: they may be there twice. */
  readonly movedObjects: number;
  /** By class name, most bytes first. */
  readonly classes: readonly HeapClass[];
  /** Direct buffers that own their memory, largest first, capped; those not yet collected included. */
  readonly directBuffers: readonly DirectMemoryBuffer[];
}

export interface HeapClass {
  readonly name: string;
  readonly objects: number;
  readonly bytes: number;
  /** Loaded classes of that name. */
  readonly loaded: number;
}

const mostBuffers = 1_000_000;

/**
 * Counts the objects of a core's heap by class.
 * @returns undefined when the JVM does not say how its objects are laid out, or where they are
 * @throws ExhumeError `cancelled`
 */
export function readHeapContents(
  memory: MemoryImage,
  vm: JavaVirtualMachine,
  work: Work,
): HeapContents | undefined {
  const { structs, flags, heap, threads } = vm;
  const layout = readObjectLayout(structs, flags);
  if (layout === undefined || heap === undefined || heap.spaces.length === 0) return undefined;
  const klasses = new KlassTable(structs);
  let counts = new Float64Array(4096);
  let sizes = new Float64Array(4096);
  const buffers: number[] = [];
  const moves: (Move & { readonly klass: KlassIndex; readonly bytes: number })[] = [];
  const bufferKlass = klasses.byNameOrUndefined(directBufferClass);
  const bufferIndex = bufferKlass === undefined ? -1 : klasses.indexAt(bufferKlass.address);
  const walk = walkHeap(
    { memory, structs, flags, layout, klasses, spaces: heap.spaces, threads },
    (address, klass, bytes) => {
      if (klass >= counts.length) {
        counts = longer(counts, klasses.knownClasses);
        sizes = longer(sizes, klasses.knownClasses);
      }
      counts[klass]!++;
      sizes[klass]! += bytes;
      if (klass === bufferIndex && buffers.length < mostBuffers) buffers.push(address);
    },
    work,
    (from, to, klass, size) => {
      if (from !== to && moves.length <= mostMoves) moves.push({ from, to, klass, bytes: size });
    },
  );
  // Of what a collection had copied the copy counts.
  const made = movesMade(memory, layout, moves);
  const follow = followerOf(made);
  let twice = 0;
  for (const { from, klass, bytes } of moves) {
    if (follow(from) === from) continue;
    counts[klass]!--;
    sizes[klass]! -= bytes;
    twice += bytes;
  }
  const moved = made?.count ?? 0;
  const readBuffer =
    bufferKlass === undefined
      ? () => undefined
      : directBufferReader(structs, bufferKlass, readObjectReferences(structs, layout));
  return {
    ...walk,
    objects: walk.objects - moved,
    bytes: walk.bytes - twice,
    movedObjects: walk.movedObjects - moved,
    classes: byName(klasses, counts, sizes),
    directBuffers: buffers
      .filter((address) => follow(address) === address)
      .map(readBuffer)
      .filter((buffer) => buffer !== undefined)
      .sort((a, b) => b.capacity - a.capacity),
  };
}

function longer(column: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(Math.max(length + 1, 2 * column.length));
  grown.set(column);
  return grown;
}

function byName(
  { klasses }: KlassTable,
  counts: Float64Array<ArrayBuffer>,
  sizes: Float64Array<ArrayBuffer>,
): HeapClass[] {
  const rows = new Map<string, { name: string; objects: number; bytes: number; loaded: number }>();
  klasses.forEach((klass, index) => {
    if ((counts[index] ?? 0) === 0) return;
    const name = javaClassName(klass.name);
    const row = rows.get(name) ?? { name, objects: 0, bytes: 0, loaded: 0 };
    row.objects += counts[index]!;
    row.bytes += sizes[index]!;
    row.loaded++;
    rows.set(name, row);
  });
  return [...rows.values()].sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
}
