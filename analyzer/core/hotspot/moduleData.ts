import { type MemorySegment, protection } from "../memorySegment";
import type { ProcessModule } from "../modules/processModule";
import type { ProcessSnapshot } from "../processSnapshot";

/** Parts of a module's memory that may be written to, whether they are in the core or not. */
export function writableSegmentsOf(image: ProcessSnapshot, module: ProcessModule): MemorySegment[] {
  return image.memory.segments.filter(
    (segment) =>
      (segment.protection & protection.write) !== 0 &&
      segment.start >= module.start &&
      segment.start <= module.end &&
      // Beyond that numbers have gaps, and a step of eight bytes is none.
      segment.end < 2n ** 53n,
  );
}

/** Writable memory of a module, with the zero-filled part behind its file mapping. */
export function moduleDataRanges(image: ProcessSnapshot, module: ProcessModule): [number, number][] {
  return writableSegmentsOf(image, module)
    .filter(({ dumpedBytes }) => dumpedBytes > 0)
    .map((segment) => [Number(segment.start), Number(segment.start) + segment.dumpedBytes]);
}
