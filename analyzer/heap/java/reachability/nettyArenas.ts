import type { Work } from "../../../base/work";
import { forEachInstanceOf } from "../../graph/opened/instances";
import type { Heap, ObjectIndex } from "../../heap";
import { numberIn, referenceIn, subclassesOf } from "../objects/fieldReads";

/** A buffer of Netty's pool that has not been released. */
export interface LeasedBuffer {
  readonly object: ObjectIndex;
  /** Bytes of its chunk that are its own. */
  readonly bytes: number;
}

/** Netty's pooled memory outside the heap, and who has it. */
export interface NettyArenas {
  /** Direct buffers that are the memory of chunks. */
  readonly memory: ReadonlySet<ObjectIndex>;
  readonly chunks: number;
  /** Bytes of all direct chunks, and how many of them nobody has leased. */
  readonly sizeBytes: number;
  readonly freeBytes: number;
  /** Leased buffers that are reachable; memory in use beyond theirs is cached by threads, or was never released. */
  readonly leased: readonly LeasedBuffer[];
}

/** undefined when the dump has no direct chunk of Netty's pool. */
export function nettyArenas(heap: Heap, work: Work): NettyArenas | undefined {
  const memory = new Set<ObjectIndex>();
  const ofChunk = new Set<ObjectIndex>();
  let sizeBytes = 0;
  let freeBytes = 0;
  const chunks = subclassesOf(heap, ["io.netty.buffer.PoolChunk"]);
  if (!chunks.includes(1)) return undefined;
  forEachInstanceOf(heap, chunks, work, "Adding up Netty's arenas", (object) => {
    const buffer = referenceIn(heap, object, "memory");
    // Chunks of the heap's own byte arrays are not direct memory; dead ones are not held.
    if (heap.isKnownGarbage(object) || buffer === undefined) return;
    if (heap.elementTypeOf(buffer) !== undefined) return;
    ofChunk.add(object);
    memory.add(buffer);
    // With an alignment the memory is a slice of its base.
    const base = referenceIn(heap, object, "base");
    if (base !== undefined) memory.add(base);
    sizeBytes += numberIn(heap, object, "chunkSize") ?? 0;
    freeBytes += numberIn(heap, object, "freeBytes") ?? 0;
  });
  if (ofChunk.size === 0) return undefined;
  const leased: LeasedBuffer[] = [];
  const buffers = subclassesOf(heap, ["io.netty.buffer.PooledByteBuf"]);
  forEachInstanceOf(heap, buffers, work, "Looking for leased buffers", (object) => {
    // A released one waits for its next use, without a chunk.
    const chunk = heap.isKnownGarbage(object) ? undefined : referenceIn(heap, object, "chunk");
    if (chunk === undefined || !ofChunk.has(chunk)) return;
    leased.push({ object, bytes: numberIn(heap, object, "maxLength") ?? 0 });
  });
  return { memory, chunks: ofChunk.size, sizeBytes, freeBytes, leased };
}
