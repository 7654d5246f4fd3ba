import { fieldOffset } from "./klassFields";
import { type Klass, KlassTable } from "./klassTable";
import { readObjectLayout } from "./objectLayout";
import { type ObjectReferences, readObjectReferences } from "./objectReferences";
import type { VmFlags } from "./vmFlags";
import type { VmStructs } from "./vmStructs";

/** What `java.nio` had allocated outside the heap, by its own count: what the JVM holds against -XX:MaxDirectMemorySize. */
export interface DirectMemory {
  readonly buffers: number;
  readonly capacityBytes: number;
  /** With what page alignment adds. */
  readonly reservedBytes: number;
}

/** A `java.nio.DirectByteBuffer` that owns its memory. */
export interface DirectMemoryBuffer {
  /** Of the object. */
  readonly object: number;
  /** Of the memory. */
  readonly address: number;
  readonly capacity: number;
}

const bits = "java/nio/Bits";
const atomicLong = "java/util/concurrent/atomic/AtomicLong";
export const directBufferClass = "java/nio/DirectByteBuffer";

/**
 * Reads the counters of `java.nio.Bits`; no walk of the heap is needed for that.
 * @returns undefined when the class was never loaded, or its counters cannot be followed in this JVM
 */
export function directMemoryOf(structs: VmStructs, flags: VmFlags): DirectMemory | undefined {
  const layout = readObjectLayout(structs, flags);
  if (layout === undefined) return undefined;
  const klasses = new KlassTable(structs);
  const references = readObjectReferences(structs, layout);
  const owner = klasses.byNameOrUndefined(bits);
  const counter = klasses.byNameOrUndefined(atomicLong);
  if (owner === undefined || counter === undefined) return undefined;
  const handle = structs.word(owner.address, ["Klass", "_java_mirror"]);
  const mirror = handle === undefined ? undefined : references.handleAt(handle);
  const valueAt = fieldOffset(structs, counter, "value");
  if (!mirror || valueAt === undefined) return undefined;
  const countOf = (...names: readonly string[]) => {
    for (const name of names) {
      const at = fieldOffset(structs, owner, name, true);
      if (at === undefined) continue;
      const object = references.fieldAt(mirror + at);
      return object ? structs.wordAt(object + valueAt) : undefined;
    }
    return undefined;
  };
  // Names to JDK 10 were in lower case.
  const reserved = countOf("RESERVED_MEMORY", "reservedMemory");
  const capacity = countOf("TOTAL_CAPACITY", "totalCapacity");
  const buffers = countOf("COUNT", "count");
  if (reserved === undefined || capacity === undefined || buffers === undefined) return undefined;
  // A stale reference leads to something else: figures that cannot be are none.
  if (capacity > reserved || buffers > reserved + 1 || reserved > 2 ** 46) return undefined;
  return { buffers, capacityBytes: capacity, reservedBytes: reserved };
}

/** Reads buffers by their fields; slices and views of others, and those freed already, are left out. */
export function directBufferReader(
  structs: VmStructs,
  klass: Klass,
  references: ObjectReferences,
): (object: number) => DirectMemoryBuffer | undefined {
  const addressAt = fieldOffset(structs, klass, "address");
  const capacityAt = fieldOffset(structs, klass, "capacity");
  const cleanerAt = fieldOffset(structs, klass, "cleaner");
  if (addressAt === undefined || capacityAt === undefined || cleanerAt === undefined) return () => undefined;
  return (object) => {
    const address = structs.wordAt(object + addressAt);
    const capacity = structs.words.i32(object + capacityAt);
    if (!address || capacity === undefined || capacity <= 0 || !references.fieldAt(object + cleanerAt))
      return undefined;
    return { object, address, capacity };
  };
}
