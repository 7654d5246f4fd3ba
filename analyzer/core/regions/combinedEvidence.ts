import type {
  CategoryEvidence,
  Evidence,
  EvidenceKind,
  HeapEvidence,
  MallocEvidence,
  ResidentEvidence,
  ThreadEvidence,
} from "./evidence";
import type { GcTrend } from "./gcTrend";
import { type ResidentPart, residencyOf } from "./residency";

/** The evidence about one process brought together: the newest figure of each sort, and growth where a series has it. */
export interface CombinedEvidence {
  readonly kinds: ReadonlySet<EvidenceKind>;
  readonly limitBytes?: number;
  readonly rss?: Sourced<ResidentEvidence>;
  readonly rssGrowthBytes?: number;
  readonly heap: HeapEvidence & { readonly sources: readonly string[] };
  readonly categories?: Sourced<readonly CategoryEvidence[]>;
  /** Whether their committed bytes are those a core has of them: what was touched. */
  readonly isTouched: boolean;
  /** Growth of each category between the first and the last report, or since the NMT baseline. */
  readonly categoryGrowth: ReadonlyMap<string, number>;
  /** Resident bytes by owner, when mappings are known. */
  readonly residency?: Sourced<readonly ResidentPart[]>;
  readonly malloc?: Sourced<MallocEvidence>;
  readonly mallocFirst?: MallocEvidence;
  /** The dump with the most to say: goroutines and Java threads before plain counts. */
  readonly threads?: Sourced<ThreadEvidence>;
  readonly threadGrowth?: { readonly from: number; readonly to: number };
  readonly collections?: Sourced<GcTrend>;
  readonly classes?: number;
  readonly classGrowth?: number;
  readonly isJvm: boolean;
}

export interface Sourced<T> {
  readonly value: T;
  readonly source: string;
}

/**
 * Brings evidence together.
 * @param evidence in the order of time: of two inputs of one kind the later one is the state, the first the start
 */
export function combineEvidence(evidence: readonly Evidence[], limitBytes?: number): CombinedEvidence {
  const all = <T>(pick: (each: Evidence) => T | undefined): Sourced<T>[] =>
    evidence.flatMap((each) => {
      const value = pick(each);
      return value === undefined ? [] : [{ value, source: each.source }];
    });
  const rss = bestResident(evidence);
  const categories = bestCategories(evidence);
  const malloc = all((each) => each.malloc);
  const detailed = all((each) => (each.threads?.what === "native" ? undefined : each.threads));
  const counted = all((each) => each.threads);
  const mappings = all((each) => each.mappings);
  const ranges = all((each) => each.reservations).at(-1);
  const collections = all((each) => each.collections).at(-1);
  const classes = all((each) => each.loadedClasses);
  const heap = heapOf(evidence);
  const threads = detailed.at(-1) ?? counted.at(-1);
  const threadGrowth = growthOfThreads(evidence);
  const residency = mappings.at(-1);
  return {
    kinds: new Set(evidence.map((each) => each.kind)),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(rss === undefined ? {} : rss),
    heap,
    ...(categories === undefined
      ? {}
      : { categories: { value: categories.value, source: categories.source } }),
    isTouched: categories?.kind === "core",
    categoryGrowth: growthOfCategories(evidence),
    ...(residency === undefined
      ? {}
      : {
          residency: {
            value: residencyOf(residency.value, ranges?.value ?? []),
            source: ranges === undefined ? residency.source : `${residency.source}, ${ranges.source}`,
          },
        }),
    ...(malloc.length === 0 ? {} : { malloc: malloc.at(-1)! }),
    ...(malloc.length < 2 ? {} : { mallocFirst: malloc[0]!.value }),
    ...(threads === undefined ? {} : { threads }),
    ...(threadGrowth === undefined ? {} : { threadGrowth }),
    ...(collections === undefined ? {} : { collections }),
    ...(classes.length === 0 ? {} : { classes: classes.at(-1)!.value }),
    ...(classes.length < 2 ? {} : { classGrowth: classes.at(-1)!.value - classes[0]!.value }),
    isJvm:
      collections !== undefined ||
      heap.maxBytes !== undefined ||
      evidence.some(
        (each) =>
          each.isJvm === true ||
          each.kind === "heap dump" ||
          each.kind === "NMT" ||
          each.threads?.what === "java",
      ),
  };
}

/** Resident bytes from the source that measures them best; the kernel's own figures before estimates. */
function bestResident(
  evidence: readonly Evidence[],
): { readonly rss: Sourced<ResidentEvidence>; readonly rssGrowthBytes?: number } | undefined {
  for (const kind of ["memory map", "status", "core"] as const) {
    const found = evidence.filter((each) => each.kind === kind && each.rss !== undefined);
    const last = found.at(-1);
    if (last === undefined) continue;
    return {
      rss: { value: last.rss!, source: last.source },
      ...(found.length < 2 ? {} : { rssGrowthBytes: last.rss!.bytes - found[0]!.rss!.bytes }),
    };
  }
  return undefined;
}

/** Later figures win, but a log's guess of what is used never hides what a dump or NMT measured. */
function heapOf(evidence: readonly Evidence[]): CombinedEvidence["heap"] {
  const rank: Readonly<Partial<Record<EvidenceKind, number>>> = {
    "GC log": 0,
    NMT: 1,
    core: 2,
    "heap dump": 3,
  };
  const parts = evidence
    .filter((each) => each.heap !== undefined)
    .sort((a, b) => (rank[a.kind] ?? 0) - (rank[b.kind] ?? 0));
  // biome-ignore lint/plugin: one part for each file given
  return Object.assign({}, ...parts.map((part) => part.heap), { sources: parts.map((part) => part.source) });
}

/**
 * A core knows what was touched, a report what was committed: the core's figures are nearer to RSS. But a core whose
 * JVM kept no counters, or whose counters were not found, cannot tell whose malloc is: then the report is better.
 */
function bestCategories(
  evidence: readonly Evidence[],
): (Sourced<readonly CategoryEvidence[]> & { readonly kind: EvidenceKind }) | undefined {
  const last = (kind: EvidenceKind) =>
    evidence.findLast((each) => each.kind === kind && each.categories !== undefined);
  const [core, report] = [last("core"), last("NMT")];
  const isTracked = core?.categories?.some((each) => each.mallocBytes > 0) ?? false;
  const best = report === undefined || isTracked ? core : report;
  return best === undefined ? undefined : { value: best.categories!, source: best.source, kind: best.kind };
}

/** Of what a core and a report count, only like is compared with like. */
function growthOfCategories(evidence: readonly Evidence[]): Map<string, number> {
  const growth = new Map<string, number>();
  for (const kind of ["core", "NMT"] as const) {
    const reports = evidence.filter((each) => each.kind === kind && each.categories !== undefined);
    const [first, last] = [reports[0]?.categories, reports.at(-1)?.categories];
    if (first === undefined || last === undefined) continue;
    if (reports.length >= 2) {
      const before = new Map(first.map((each) => [each.name, each.committedBytes]));
      for (const each of last) growth.set(each.name, each.committedBytes - (before.get(each.name) ?? 0));
    } else
      for (const each of last) if (each.changeBytes !== undefined) growth.set(each.name, each.changeBytes);
  }
  return growth;
}

function growthOfThreads(
  evidence: readonly Evidence[],
): { readonly from: number; readonly to: number } | undefined {
  // Kinds count differently (JVM threads, all threads, goroutines): only like with like.
  let best: { from: number; to: number } | undefined;
  for (const kind of new Set(evidence.map((each) => each.kind))) {
    const counts = evidence.filter((each) => each.kind === kind && each.threads !== undefined);
    if (counts.length < 2) continue;
    const growth = { from: counts[0]!.threads!.count, to: counts.at(-1)!.threads!.count };
    if (best === undefined || growth.to - growth.from > best.to - best.from) best = growth;
  }
  return best;
}

/** Committed bytes of all native categories except the Java heap; undefined without NMT or a core. */
export function nativeCommittedBytes(combined: CombinedEvidence): number | undefined {
  if (combined.categories === undefined) return undefined;
  return combined.categories.value.reduce(
    (sum, each) => sum + (each.name === "Java Heap" ? 0 : each.committedBytes),
    0,
  );
}

/**
 * What the causes measure against: RSS when it is known, else what the inputs know to be committed.
 * @returns 0 when nothing is known
 */
export function footprintBytes(combined: CombinedEvidence): number {
  if (combined.rss !== undefined) return combined.rss.value.bytes;
  const native = nativeCommittedBytes(combined);
  if (native !== undefined) return native + (combined.heap.committedBytes ?? 0);
  return combined.heap.committedBytes ?? combined.heap.usedBytes ?? combined.heap.liveBytes ?? 0;
}
