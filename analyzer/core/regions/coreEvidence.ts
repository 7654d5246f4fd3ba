import type { LeakScan } from "../malloc/leakScan";
import type { ClassifiedMemory } from "./classify";
import type { CategoryEvidence, Evidence, ThreadEvidence } from "./evidence";
import { heapMappedAgain, unexplained } from "./region";

const mostRanges = 100_000;
const mostSizeClasses = 500;

export interface CoreEvidenceInputs {
  readonly source: string;
  readonly map: ClassifiedMemory;
  readonly leaks: LeakScan;
  /** Touched bytes by category; undefined when they were not counted. */
  readonly resident: ReadonlyMap<string, number> | undefined;
  readonly threads: ThreadEvidence;
  /** The largest groups of threads with one stack. */
  readonly threadGroups: readonly { readonly name: string; readonly count: number }[];
}

/** What a core contributes. */
export function evidenceOfCore({
  source,
  map,
  leaks,
  resident,
  threads,
  threadGroups,
}: CoreEvidenceInputs): Evidence {
  const { malloc, jvm, byCategory } = map;
  const touched = (category: string) =>
    resident?.get(category) ?? (resident === undefined ? (byCategory.get(category)?.dumpedBytes ?? 0) : 0);
  // Pages of mapped files are dumped whether they were resident or not.
  const counted = [...byCategory.keys()].filter(
    (name) => name !== "Mapped files" && name !== heapMappedAgain,
  );
  const rssBytes = counted.reduce((sum, name) => sum + touched(name), 0);
  const libraries = touched("Libraries");
  const heap = jvm?.heap;
  const categories =
    jvm?.nativeMemory === undefined
      ? withDirectMemory(
          byMallocOrder(counted).map((name) => plainCategory(map, name, touched(name))),
          jvm?.directMemory?.reservedBytes ?? 0,
        )
      : trackedCategories(map, counted, touched);
  const owned = map.regions.filter(
    (region) =>
      region.category !== unexplained &&
      !/^(malloc|Libraries|Mapped files|Reserved)/.test(region.category) &&
      region.end < 1n << 53n,
  );
  return {
    source,
    kind: "core",
    rss: { bytes: rssBytes, anonymousBytes: rssBytes - libraries, fileBytes: libraries, exact: false },
    categories,
    threads,
    threadGroups,
    owners: ownersOf(map),
    ...(heap === undefined
      ? {}
      : {
          heap: {
            usedBytes: heap.usedBytes,
            committedBytes: touched("Java Heap"),
            maxBytes: heap.reservedBytes,
          },
        }),
    ...(jvm === undefined ? {} : { isJvm: true, loadedClasses: jvm.metaspace.classes }),
    ...(owned.length > mostRanges
      ? {}
      : {
          reservations: owned.map((region) => ({
            start: Number(region.start),
            end: Number(region.end),
            category: region.category,
          })),
        }),
    ...(malloc.arenas.length === 0
      ? {}
      : {
          malloc: {
            allocator: malloc.allocator.name,
            usedBytes: malloc.usedBytes,
            freeBytes: malloc.freeBytes - malloc.topBytes,
            topBytes: malloc.topBytes,
            mmappedBytes: malloc.mapped.bytes,
            leakedBytes: leaks.leakedBytes,
            leakedBlocks: leaks.leakedBlocks,
            arenas: malloc.arenas.length,
          },
          arenas: malloc.arenas.map((arena) => ({
            name: arena.isMain ? "main arena" : `arena ${arena.index}`,
            usedBytes: arena.usedBytes,
            freeBytes: arena.freeBytes,
          })),
          sizeClasses: malloc.usedClasses
            .slice(0, mostSizeClasses)
            .map(({ size, bytes }) => ({ size, bytes })),
        }),
  };
}

function plainCategory(map: ClassifiedMemory, name: string, bytes: number): CategoryEvidence {
  const totals = map.byCategory.get(name);
  return {
    name,
    committedBytes: bytes,
    reservedBytes: totals?.reservedBytes ?? 0,
    mallocBytes: 0,
    exact: (totals?.guessedBytes ?? 0) === 0,
  };
}

/** Mapped blocks before arenas: that is where large ones are. */
function byMallocOrder(names: readonly string[]): string[] {
  return [...names].sort((a, b) => Number(b === "malloc mmapped") - Number(a === "malloc mmapped"));
}

const mostOwners = 1000;

/** Dumped bytes by label, so that two cores can be compared; threads are compared by their groups. */
function ownersOf({ regions }: ClassifiedMemory): { readonly name: string; readonly bytes: number }[] {
  const sums = new Map<string, number>();
  for (const { label, kind, dumpedBytes } of regions)
    if (kind !== "thread-stack" && kind !== "guard" && dumpedBytes > 0)
      sums.set(label, (sums.get(label) ?? 0) + dumpedBytes);
  return [...sums]
    .map(([name, bytes]) => ({ name, bytes }))
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, mostOwners);
}

/** Malloc'ed memory of which the JVM's own count says that direct buffers have it stands under NMT's name for it. */
function withDirectMemory(categories: readonly CategoryEvidence[], reserved: number): CategoryEvidence[] {
  let rest = reserved;
  const others = categories.map((category) => {
    // Blocks of this size are mapped apart; small ones come from arenas.
    if (!category.name.startsWith("malloc")) return category;
    const taken = Math.min(rest, category.committedBytes);
    rest -= taken;
    return { ...category, committedBytes: category.committedBytes - taken };
  });
  const taken = reserved - rest;
  if (taken === 0) return others;
  const direct = {
    name: "Other",
    committedBytes: taken,
    reservedBytes: reserved,
    mallocBytes: 0,
    exact: true,
  };
  return [...others, direct];
}

/** With NMT: its categories, the malloc'ed part from its counters; what malloc holds beyond them stands apart. */
function trackedCategories(
  map: ClassifiedMemory,
  counted: readonly string[],
  touched: (category: string) => number,
): CategoryEvidence[] {
  const tracked = map.jvm!.nativeMemory!.categories;
  const rows = new Map<string, CategoryEvidence>();
  for (const name of counted)
    if (!name.startsWith("malloc")) rows.set(name, plainCategory(map, name, touched(name)));
  let mallocBytes = 0;
  for (const each of tracked) {
    const own = each.mallocBytes + each.arenaBytes;
    if (own === 0) continue;
    mallocBytes += own;
    const name = each.name === "Thread Stack" ? "Thread" : each.name;
    const row = rows.get(name) ?? { name, committedBytes: 0, reservedBytes: 0, mallocBytes: 0, exact: true };
    rows.set(name, {
      ...row,
      committedBytes: row.committedBytes + own,
      reservedBytes: row.reservedBytes + own,
      mallocBytes: row.mallocBytes + own,
    });
  }
  const malloced = counted.reduce((sum, name) => sum + (name.startsWith("malloc") ? touched(name) : 0), 0);
  rows.set("malloc beyond the JVM", {
    name: "malloc beyond the JVM",
    committedBytes: Math.max(0, malloced - mallocBytes),
    reservedBytes: 0,
    mallocBytes: 0,
    exact: false,
  });
  return [...rows.values()];
}
