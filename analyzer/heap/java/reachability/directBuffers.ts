import type { Work } from "../../../base/work";
import { forEachInstanceOf } from "../../graph/opened/instances";
import type { Heap, ObjectIndex } from "../../heap";
import { numberIn, referenceIn, subclassesOf } from "../objects/fieldReads";

/** A java.nio buffer that owns memory outside the heap. */
export interface DirectBuffer {
  readonly object: ObjectIndex;
  /** Bytes outside the heap. */
  readonly capacity: number;
}

/** At most so many are listed; the sums count all. */
const maximumListed = 200_000;

export interface DirectBuffers {
  readonly buffers: readonly DirectBuffer[];
  readonly count: number;
  readonly capacityBytes: number;
  /** Slices and duplicates: views of another buffer's memory, counted apart. */
  readonly views: number;
}

/**
 * Direct buffers that own their memory: those with a cleaner, and those that others free, as Netty and native code do.
 * Slices and duplicates have an `att`(achment), the buffer whose memory they show; mapped files are left out because
 * their pages belong to the file.
 */
export function directBuffers(heap: Heap, work: Work): DirectBuffers {
  const wanted = subclassesOf(heap, ["java.nio.DirectByteBuffer"]);
  const buffers: DirectBuffer[] = [];
  let count = 0;
  let capacityBytes = 0;
  let views = 0;
  forEachInstanceOf(heap, wanted, work, "Adding up direct buffers", (object) => {
    if (heap.isKnownGarbage(object)) return;
    if (referenceIn(heap, object, "fd") !== undefined) return;
    if (
      referenceIn(heap, object, "cleaner") === undefined &&
      referenceIn(heap, object, "att") !== undefined
    ) {
      views++;
      return;
    }
    const capacity = numberIn(heap, object, "capacity") ?? 0;
    count++;
    capacityBytes += capacity;
    if (buffers.length < maximumListed) buffers.push({ object, capacity });
  });
  return { buffers, count, capacityBytes, views };
}
