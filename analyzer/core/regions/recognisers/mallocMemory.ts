import { heapAlignment } from "../../malloc/glibcLayout";
import type { MallocHeap } from "../../malloc/mallocHeap";
import type { Claim } from "../region";

/** Memory of glibc's malloc: the main heap, 64 MiB arenas with their reserved rest, mmapped blocks. */
export function recogniseMallocMemory(heap: MallocHeap): Claim[] {
  const claims: Claim[] = [];
  for (const arena of heap.state?.arenas ?? [])
    for (const part of arena.heaps) {
      const start = part.firstChunk - part.headerBytes;
      if (arena.isMain) {
        claims.push({
          start: start - (start % 4096),
          end: Math.ceil(part.end / 4096) * 4096,
          kind: "malloc-heap",
          category: "malloc main heap",
          label: "malloc main heap",
          exact: true,
        });
        continue;
      }
      const label = `malloc arena ${arena.index}`;
      const from = start - (start % heapAlignment);
      const common = { category: "malloc arenas", exact: true } as const;
      claims.push(
        { ...common, start: from, end: part.end, kind: "malloc-arena", label },
        {
          ...common,
          start: part.end,
          end: from + heapAlignment,
          kind: "malloc-arena",
          label: `${label}, reserved`,
        },
      );
    }
  const { counted, chunks, bytes } = heap.mapped;
  // Blocks are recognised by their pattern; malloc's own counters prove that none is missing or too many.
  const exact = counted !== undefined && counted.bytes === bytes && counted.chunks === chunks.length;
  for (const chunk of chunks)
    claims.push({
      start: chunk.start,
      end: chunk.start + chunk.size,
      kind: "malloc-mmapped",
      category: "malloc mmapped",
      label: "mmapped malloc block",
      exact,
    });
  return claims;
}
