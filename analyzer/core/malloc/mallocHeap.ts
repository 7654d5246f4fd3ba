import { formatBytes } from "../../base/figures";
import type { ProblemList } from "../../base/problems";
import { formatHex } from "../../base/units";
import type { Work } from "../../base/work";
import type { ProcessSnapshot } from "../processSnapshot";
import { type Allocator, type AllocatorName, allocatorOf, type HasSymbol } from "./allocators";
import { ChunkTable } from "./chunkTable";
import { walkGlibc } from "./glibc/walk";
import { walkGoogleTcmalloc } from "./googleTcmalloc/walk";
import type { HeapAccount } from "./heapAccount";
import { walkJemalloc } from "./jemalloc/walk";
import { walkMimalloc } from "./mimalloc/walk";
import { moduleData } from "./moduleData";
import { walkMusl } from "./musl/walk";
import { walkOldMusl } from "./oldMusl/walk";
import { walkTcmalloc } from "./tcmalloc/walk";

export interface MallocHeap extends HeapAccount {
  readonly allocator: Allocator;
}

/**
 * Walks the heap of a process.
 * @param isElsewhere says which addresses certainly hold no malloc memory (a Java heap, thread stacks)
 * @param hasSymbol asked of the executable, for an allocator that is linked into it
 * @param goHeap of a Go program, where it was read
 * @returns a heap without arenas when its allocator, which is named, could not be walked; a problem then says what was looked for
 * @throws ExhumeError `cancelled`
 */
export function walkMallocHeap(
  image: ProcessSnapshot,
  isElsewhere: (address: number) => boolean,
  hasSymbol: HasSymbol,
  problems: ProblemList,
  work: Work,
  goHeap?: HeapAccount,
): MallocHeap {
  const allocator = allocatorOf(image, hasSymbol);
  if (goHeap !== undefined) {
    const evidence =
      allocator.name === "go" ? allocator.evidence : "the program has Go's runtime; C's malloc is not walked";
    return { allocator: { name: "go", evidence, isWalked: true }, ...goHeap };
  }
  const walk = walks[allocator.name];
  const own = walk?.walk(image, problems, work);
  if (own !== undefined) return { allocator: { ...allocator, isWalked: true }, ...own };
  const glibc = walkGlibc(image, isElsewhere, problems, work);
  if (walk !== undefined) return notWalked(image, allocator, walk.lookedFor, glibc, problems);
  if (glibc === undefined) return notWalked(image, allocator, glibcArenas, undefined, problems);
  if (allocator.name !== "unknown") return { allocator, ...glibc };
  const evidence = `malloc's main arena is at ${formatHex(glibc.arenas[0]!.address)}; no module is named after a C library`;
  return { allocator: { name: "glibc", evidence, isWalked: true }, ...glibc };
}

const glibcArenas = "an arena of glibc (2.12 and later)";

/** What glibc has beside an allocator is a part, and its figures would be taken for the whole: only its memory is told. */
function notWalked(
  image: ProcessSnapshot,
  allocator: Allocator,
  lookedFor: string,
  glibc: HeapAccount | undefined,
  problems: ProblemList,
): MallocHeap {
  const bytes = moduleData(image, () => false).reduce((sum, [start, end]) => sum + end - start, 0);
  const beside =
    glibc === undefined
      ? ""
      : ` Beside it glibc's malloc has ${formatBytes(glibc.usedBytes)} in use, which is not all.`;
  const searched = `${lookedFor} not found in ${formatBytes(bytes)} of writable memory of the modules and beside them`;
  if (allocator.name === "unknown")
    return {
      allocator: { ...allocator, evidence: `${allocator.evidence}; ${searched}`, isWalked: false },
      ...emptyAccount,
    };
  problems.add({
    code: "malloc-not-found",
    message: `The heap of ${allocator.name} was not walked: ${searched}.${beside}`,
    losesData: true,
  });
  const named = glibc === undefined ? emptyAccount : { ...emptyAccount, spans: glibc.spans };
  return { allocator: { ...allocator, isWalked: false }, ...named };
}

/** Walks of the other allocators, and what they start from. */
const walks: Partial<
  Record<
    AllocatorName,
    {
      readonly walk: (image: ProcessSnapshot, problems: ProblemList, work: Work) => HeapAccount | undefined;
      readonly lookedFor: string;
    }
  >
> = {
  jemalloc: { walk: walkJemalloc, lookedFor: "the map from pages to extents (jemalloc 5)" },
  tcmalloc: {
    walk: (image, problems, work) =>
      walkGoogleTcmalloc(image, problems, work) ?? walkTcmalloc(image, problems, work),
    lookedFor:
      "the map from pages to spans, with the sizes of classes (of gperftools, and of github.com/google/tcmalloc)",
  },
  mimalloc: {
    walk: walkMimalloc,
    lookedFor: "segments (mimalloc 1 and 2) and the map of pages (mimalloc 3)",
  },
  musl: {
    walk: (image, problems, work) => walkMusl(image, problems, work) ?? walkOldMusl(image, problems, work),
    lookedFor: "malloc_context (mallocng, musl 1.2.1 and later) and the 64 bins of the malloc before it",
  },
};

const emptyAccount: HeapAccount = {
  arenas: [],
  usedBytes: 0,
  freeBytes: 0,
  topBytes: 0,
  fastBytes: 0,
  threadCacheBytes: 0,
  threadCacheBlocks: 0,
  overheadBytes: 0,
  foreignBytes: 0,
  mapped: { blocks: [], bytes: 0, isComplete: true },
  unwalkedBytes: 0,
  usedClasses: [],
  freeClasses: [],
  blocks: new ChunkTable({ block: 0, mapped: 0 }),
  spans: [],
  structures: [],
};
