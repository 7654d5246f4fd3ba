import { type CombinedEvidence, nativeCommittedBytes } from "./combinedEvidence";
import type { ResidentPart } from "./residency";

/** Groups of the account, each a colour in the treemap. */
export type AccountGroup = "heap" | "native" | "malloc" | "stacks" | "files" | "other" | "unexplained";

export interface AccountPart {
  readonly name: string;
  readonly group: AccountGroup;
  readonly bytes: number;
  /** The input it comes from. */
  readonly source: string;
  /** False for estimates: a mapping split by length, committed bytes that need not be resident. */
  readonly exact: boolean;
}

/** One table of what RSS consists of. */
export interface Account {
  readonly parts: readonly AccountPart[];
  /** RSS, when an input has it. */
  readonly rssBytes?: number;
  readonly rssSource?: string;
  /** RSS minus the parts; negative when committed memory that is not resident was counted. */
  readonly unexplainedBytes?: number;
  readonly limitBytes?: number;
  /** True when parts are resident bytes, false when some are committed bytes. */
  readonly resident: boolean;
}

/**
 * The account of a process's memory from whatever inputs there are. With a memory map it is an account of resident
 * pages; without one the parts are what the JVM committed, and pages never touched show as a negative remainder.
 */
export function accountOf(combined: CombinedEvidence): Account {
  const parts = combined.residency === undefined ? committedParts(combined) : residentParts(combined);
  const sum = parts.reduce((total, part) => total + part.bytes, 0);
  const rss = combined.rss;
  return {
    parts: parts.filter((part) => part.bytes > 0).sort((a, b) => b.bytes - a.bytes),
    ...(rss === undefined
      ? {}
      : { rssBytes: rss.value.bytes, rssSource: rss.source, unexplainedBytes: rss.value.bytes - sum }),
    ...(combined.limitBytes === undefined ? {} : { limitBytes: combined.limitBytes }),
    resident: combined.residency !== undefined || combined.isTouched,
  };
}

const heapName = "Java Heap";

function residentParts(combined: CombinedEvidence): AccountPart[] {
  const { value: residency, source } = combined.residency!;
  const parts: AccountPart[] = [];
  // JVM categories that malloc live inside the malloc'ed mappings: they are told apart by NMT's counters.
  let mallocBytes = 0;
  let mallocExact = true;
  for (const part of residency) {
    if (part.group === "category" && part.name === heapName)
      for (const ofHeap of heapParts(combined, part, source)) parts.push(ofHeap);
    else if (part.group === "category")
      parts.push({
        name: part.name,
        group: part.name === "Thread" ? "stacks" : "native",
        bytes: part.bytes,
        source,
        exact: part.exact,
      });
    else if (isMalloc(part)) {
      mallocBytes += part.bytes;
      mallocExact &&= part.exact;
    } else
      parts.push({ name: part.name, group: groupOf(part), bytes: part.bytes, source, exact: part.exact });
  }
  for (const part of mallocParts(combined, mallocBytes, mallocExact, source)) parts.push(part);
  return mergeByName(parts);
}

function isMalloc(part: ResidentPart): boolean {
  return part.group === "main heap" || part.group === "arenas" || part.group === "anonymous";
}

function groupOf(part: ResidentPart): AccountGroup {
  return part.group === "stack" ? "stacks" : part.group === "files" ? "files" : "other";
}

/** Only a heap dump tells the two apart. */
const heapUsed = "Java heap: used, live or garbage";

const softlyReachable = "Java heap: softly reachable";

/** The resident heap: live, soft and garbage as far as a dump knows them, the rest committed but unused. */
function heapParts(
  { heap }: CombinedEvidence,
  {
    bytes,
    exact,
    resident = true,
  }: { readonly bytes: number; readonly exact: boolean; readonly resident?: boolean },
  source: string,
): AccountPart[] {
  const from = heap.sources.at(-1) ?? source;
  const live = Math.min(bytes, heap.liveBytes ?? 0);
  const soft = Math.min(bytes - live, heap.softBytes ?? 0);
  const garbage = Math.min(bytes - live - soft, heap.garbageBytes ?? 0);
  const used = heap.liveBytes === undefined ? Math.min(bytes, heap.usedBytes ?? 0) : 0;
  const parts: AccountPart[] = [
    { name: "Java heap: live", group: "heap", bytes: live, source: from, exact: true },
    { name: softlyReachable, group: "heap", bytes: soft, source: from, exact: true },
    { name: "Java heap: garbage", group: "heap", bytes: garbage, source: from, exact: true },
    { name: heapUsed, group: "heap", bytes: used, source: from, exact: true },
  ];
  const rest = bytes - live - soft - garbage - used;
  const known = heap.liveBytes !== undefined || heap.usedBytes !== undefined;
  parts.push({
    name: !known ? "Java heap" : `Java heap: ${resident ? "resident" : "committed"}, not used`,
    group: "heap",
    bytes: rest,
    source,
    exact,
  });
  return parts;
}

/** The resident malloc'ed memory: what NMT counted, what a core's walk found free, the rest. */
function mallocParts(
  combined: CombinedEvidence,
  bytes: number,
  exact: boolean,
  source: string,
): AccountPart[] {
  if (bytes === 0) return [];
  const parts: AccountPart[] = [];
  let rest = bytes;
  const take = (name: string, group: AccountGroup, wanted: number, from: string) => {
    const taken = Math.min(rest, wanted);
    rest -= taken;
    // What was malloc'ed need not have been touched.
    parts.push({ name, group, bytes: taken, source: from, exact: false });
  };
  if (combined.malloc !== undefined) {
    const { value, source: from } = combined.malloc;
    take("malloc: free inside arenas", "malloc", value.freeBytes, from);
    take("malloc: free at the top of arenas", "malloc", value.topBytes, from);
  }
  // Without ranges the JVM's own mappings are among the anonymous ones: the heap is the one part that is known.
  const hasRanges = combined.residency?.value.some((part) => part.group === "category") ?? false;
  if (!hasRanges && combined.heap.committedBytes !== undefined) {
    const used = combined.heap.liveBytes ?? combined.heap.usedBytes ?? 0;
    take(
      combined.heap.liveBytes === undefined ? heapUsed : "Java heap: live",
      "heap",
      used,
      combined.heap.sources.at(-1) ?? source,
    );
    take(softlyReachable, "heap", combined.heap.softBytes ?? 0, combined.heap.sources.at(-1) ?? source);
    take(
      "Java heap: garbage",
      "heap",
      combined.heap.garbageBytes ?? 0,
      combined.heap.sources.at(-1) ?? source,
    );
  }
  if (combined.categories !== undefined)
    for (const each of [...combined.categories.value].sort((a, b) => b.mallocBytes - a.mallocBytes))
      if (each.mallocBytes > 0)
        take(
          `malloc: ${describeCategory(each.name)}`,
          "native",
          each.mallocBytes,
          combined.categories.source,
        );
  parts.push({
    name:
      combined.categories !== undefined && !hasRanges
        ? "Rest of the JVM's mappings, and malloc beyond NMT"
        : combined.categories !== undefined
          ? "malloc outside the JVM, or free"
          : combined.malloc !== undefined
            ? "malloc: used"
            : "Anonymous memory (malloc and others)",
    group: "malloc",
    bytes: rest,
    source,
    exact: exact && combined.categories === undefined && combined.malloc === undefined,
  });
  return parts;
}

function committedParts(combined: CombinedEvidence): AccountPart[] {
  const heapBytes = combined.heap.committedBytes ?? 0;
  const source = combined.categories?.source ?? combined.heap.sources[0] ?? "";
  let parts: AccountPart[] = [];
  if (heapBytes > 0)
    parts = heapParts(combined, { bytes: heapBytes, exact: false, resident: combined.isTouched }, source);
  else if (combined.heap.liveBytes !== undefined) {
    const total =
      combined.heap.liveBytes + (combined.heap.softBytes ?? 0) + (combined.heap.garbageBytes ?? 0);
    parts = heapParts(combined, { bytes: total, exact: true }, source);
  }
  // What nobody claims stays in the remainder, with what the inputs do not cover.
  for (const each of combined.categories?.value ?? [])
    if (each.name !== heapName && groupOfCategory(each.name) !== "unexplained")
      parts.push({
        name: describeCategory(each.name),
        group: groupOfCategory(each.name),
        bytes: each.committedBytes,
        source: combined.categories!.source,
        exact: each.exact,
      });
  if (combined.malloc !== undefined && !combined.categories?.value.some((each) => each.mallocBytes > 0)) {
    const { value, source: from } = combined.malloc;
    const alreadyCounted = combined.categories?.value.some((each) => each.name.startsWith("malloc")) ?? false;
    if (!alreadyCounted)
      parts.push(
        {
          name: "malloc: used",
          group: "malloc",
          bytes: value.usedBytes + value.mmappedBytes,
          source: from,
          exact: true,
        },
        {
          name: "malloc: free inside arenas",
          group: "malloc",
          bytes: value.freeBytes,
          source: from,
          exact: true,
        },
        {
          name: "malloc: free at the top of arenas",
          group: "malloc",
          bytes: value.topBytes,
          source: from,
          exact: true,
        },
      );
  }
  const hasFiles = combined.categories?.value.some((each) => groupOfCategory(each.name) === "files") ?? false;
  if (combined.rss?.value.fileBytes !== undefined && !hasFiles)
    parts.push({
      name: "Files (libraries and mapped files)",
      group: "files",
      bytes: combined.rss.value.fileBytes,
      source: combined.rss.source,
      exact: true,
    });
  return parts;
}

function groupOfCategory(name: string): AccountGroup {
  if (name === "Thread" || /stack/i.test(name)) return "stacks";
  if (/^malloc/i.test(name)) return "malloc";
  if (/^(Libraries|Mapped files|Files)/.test(name)) return "files";
  if (/^Unexplained/i.test(name)) return "unexplained";
  if (/^(Anonymous|Shared memory|Kernel)/.test(name)) return "other";
  return "native";
}

/** NMT's `Other` is what `Unsafe.allocateMemory` gave out: direct buffers, nearly always. */
export function describeCategory(name: string): string {
  if (name === "malloc") return "malloc (direct buffers, native libraries)";
  return name === "Other" ? "Other (direct buffers)" : name;
}

function mergeByName(parts: readonly AccountPart[]): AccountPart[] {
  const merged = new Map<string, AccountPart>();
  for (const part of parts) {
    const known = merged.get(part.name);
    merged.set(
      part.name,
      known === undefined
        ? part
        : { ...known, bytes: known.bytes + part.bytes, exact: known.exact && part.exact },
    );
  }
  return [...merged.values()];
}

/** Memory of the process that neither the Java heap nor the JVM's own categories explain, when that can be told. */
export function outsideJvmBytes(combined: CombinedEvidence): number | undefined {
  if (combined.malloc !== undefined && combined.categories?.value.some((each) => each.mallocBytes > 0)) {
    const tracked = combined.categories.value.reduce((sum, each) => sum + each.mallocBytes, 0);
    return Math.max(0, combined.malloc.value.usedBytes + combined.malloc.value.mmappedBytes - tracked);
  }
  if (combined.residency !== undefined && combined.categories !== undefined) {
    const hasRanges = combined.residency.value.some((part) => part.group === "category");
    const expected = combined.categories.value.reduce(
      (sum, each) => sum + (hasRanges ? each.mallocBytes : each.committedBytes),
      0,
    );
    const resident = combined.residency.value.reduce(
      (sum, part) => sum + (isMalloc(part) ? part.bytes : 0),
      0,
    );
    return Math.max(0, resident - expected);
  }
  const native = nativeCommittedBytes(combined);
  if (native === undefined || combined.rss === undefined || !combined.kinds.has("NMT")) return undefined;
  const { bytes, fileBytes } = combined.rss.value;
  return Math.max(0, bytes - (fileBytes ?? 0) - native - (combined.heap.committedBytes ?? 0));
}
