import type { MemorySegment } from "../memorySegment";
import { protection } from "../memorySegment";
import { moduleNameOf, type ProcessModule } from "../modules/processModule";
import type { ProcessSnapshot } from "../processSnapshot";

/** No pointer of a program is larger: what is damaged may be, and beyond 2^53 the next word would be the same one. */
export const mostAddress = 2 ** 48;

/** Of memory no module tells of. */
const largestUntold = 64 << 20;
const mostUntold = 512 << 20;
/** The zero-filled part of a module's data stands behind what its file has, and may be of several segments. */
const mostBetween = 0x40000n;
const mostZeroFilled = 16n << 20n;

/**
 * Writable memory where a library keeps its variables, [start, end): the library's own, then that of the executable it
 * may be linked into and of the other modules, then any.
 */
export function moduleData(image: ProcessSnapshot, isLibrary: (name: string) => boolean): [number, number][] {
  const modules = image.modules
    .map((module) => {
      const order = isLibrary(moduleNameOf(module)) ? 0 : module.kind === "executable" ? 1 : 2;
      return { module, order };
    })
    .sort((a, b) => a.order - b.order);
  const writable = image.memory.segments.filter(
    (segment) =>
      (segment.protection & protection.write) !== 0 && segment.dumpedBytes > 0 && segment.end <= 1n << 53n,
  );
  const found = new Set<MemorySegment>();
  for (const { module } of modules) for (const segment of inModule(module, writable)) found.add(segment);
  let rest = mostUntold;
  for (const segment of writable) {
    if (found.has(segment) || segment.dumpedBytes > largestUntold) continue;
    rest -= segment.dumpedBytes;
    if (rest < 0) break;
    found.add(segment);
  }
  return [...found].map(({ start, dumpedBytes }) => [Number(start), Number(start) + dumpedBytes]);
}

function* inModule(
  { start, end }: ProcessModule,
  writable: readonly MemorySegment[],
): Generator<MemorySegment> {
  let behind = end + mostBetween;
  for (const segment of writable) {
    if (segment.start < start || segment.start > behind) continue;
    yield segment;
    if (segment.end > behind && segment.end < end + mostZeroFilled) behind = segment.end;
  }
}
