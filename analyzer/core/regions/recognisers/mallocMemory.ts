import type { MallocHeap } from "../../malloc/mallocHeap";
import type { Claim } from "../region";

const pageBytes = 4096;

/** Memory of malloc: the main heap, arenas with their reserved rest, mmapped blocks. */
export function recogniseMallocMemory({ spans, mapped }: MallocHeap): Claim[] {
  const claims: Claim[] = [];
  for (const { start, end, index, isMain, isReserved } of spans) {
    if (isMain) {
      claims.push({
        start: start - (start % pageBytes),
        end: Math.ceil(end / pageBytes) * pageBytes,
        kind: "malloc-heap",
        category: "malloc main heap",
        label: "malloc main heap",
        exact: true,
      });
      continue;
    }
    const label = `malloc arena ${index}`;
    const common = { category: "malloc arenas", exact: true, kind: "malloc-arena" } as const;
    claims.push({
      ...common,
      start: start - (start % pageBytes),
      end,
      label: isReserved ? `${label}, reserved` : label,
    });
  }
  for (const block of mapped.blocks)
    claims.push({
      start: block.start,
      end: block.start + block.size,
      kind: "malloc-mmapped",
      category: "malloc mmapped",
      label: "mmapped malloc block",
      exact: mapped.isComplete,
    });
  return claims;
}
