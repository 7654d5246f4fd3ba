import { ExhumeError } from "../../base/errors";
import { lastPartOf } from "../../base/pathNames";
import { ProblemList } from "../../base/problems";
import { formatHex, parseHexOrUndefined } from "../../base/units";
import type { Work } from "../../base/work";
import { readGoHeap } from "../../core/go/goHeap";
import { findGoRuntime } from "../../core/go/goRuntime";
import type { JavaVirtualMachine } from "../../core/hotspot/javaVirtualMachine";
import { type BlockMarks, markBlocks } from "../../core/malloc/blockMarks";
import type { BlockNames } from "../../core/malloc/blockNames";
import { referrersOf } from "../../core/malloc/blockReferrers";
import { type LeakScan, scanForLeaks } from "../../core/malloc/leakScan";
import { type ClassifiedMemory, classifyRegions } from "../../core/regions/classify";
import { type CoreEvidenceInputs, evidenceOfCore } from "../../core/regions/coreEvidence";
import type { Region } from "../../core/regions/region";
import { residentEstimate } from "../../core/regions/residentPages";
import type {
  BlockHolders,
  BlockKindRow,
  BlockRow,
  BlockSample,
  MallocSummary,
  mallocRequests,
} from "../../protocol/core/malloc";
import type {
  JvmFacts,
  RegionPlace,
  RegionQuery,
  RegionRow,
  RegionSummary,
  regionRequests,
} from "../../protocol/core/regions";
import type { CoreFrame } from "../../protocol/core/stacks";
import type { evidenceRequests } from "../../protocol/triage/verdict";
import type { Page } from "../../protocol/wire";
import type { AnswerTable } from "../room";
import { wireProblemOf } from "../wireFaults";
import { blockHolders, blockRow, type HolderInputs, placeOfWord } from "./blockHolders";
import { blockName, blockNamesOf, firstWordTypes } from "./blockNames";
import type { CoreContext } from "./coreContext";
import { goFacts } from "./goFacts";
import { regionHolding } from "./regionAt";
import { threadGroups } from "./threadGroups";

/** What is computed once for a core and asked again and again; lives as long as the core is open in this thread. */
const maps = new WeakMap<CoreContext, ClassifiedMemory>();
const blockMarks = new WeakMap<CoreContext, BlockMarks>();
const blockNames = new WeakMap<CoreContext, BlockNames>();
const leakScans = new WeakMap<CoreContext, LeakScan>();

const mostSizeClasses = 300;
const sampleBytes = 128;
const mostReferrersShown = 5;

/** All in the long lane: the first question walks the whole core, and what it found is kept there. */
export const regionAnswers: AnswerTable<
  CoreContext,
  keyof typeof regionRequests | keyof typeof mallocRequests | keyof typeof evidenceRequests
> = {
  "core/regionSummary": {
    lane: "long",
    answer: (context, _params, work) => ({
      ...summaryOf(memoryMapOf(context, work)),
      problems: context.problems.toArray().map(wireProblemOf),
    }),
  },
  "core/regions": {
    lane: "long",
    answer: (context, query, work) => pageOf(memoryMapOf(context, work).regions, query),
  },
  "core/regionAt": {
    lane: "long",
    answer: (context, { address }, work) => placeOf(context, addressIn(address), work),
  },
  "core/malloc": {
    lane: "long",
    answer: (context, _params, work) => ({
      ...mallocOf(memoryMapOf(context, work)),
      problems: context.problems.toArray().map(wireProblemOf),
    }),
  },
  "core/leaks": {
    lane: "long",
    answer: (context, _params, work) => {
      const { leakedBlocks, leakedBytes, groups, kinds, rest, totals } = leaksOf(context, work);
      return {
        leakedBlocks,
        leakedBytes,
        kinds: kinds.map(kindRow),
        blockBytes: totals.bytes,
        namedBytes: totals.namedBytes,
        rest: rest.map(kindRow),
        leaks: groups.map(({ samples, ...group }) => ({ ...group, samples: samples.map(formatHex) })),
      };
    },
  },
  "core/holders": {
    lane: "long",
    answer: (context, { address, all }, work) => holdersOf(context, addressIn(address), all === true, work),
  },
  "core/blocksNamed": {
    lane: "long",
    answer: (context, { name, count }, work) => ({ blocks: blocksNamed(context, name, count, work) }),
  },
  "core/sizeClass": {
    lane: "long",
    answer: (context, { size, count }, work) => ({
      samples: samplesOf(context, size, Math.min(count, 20), work),
    }),
  },
  "triage/evidence": {
    lane: "long",
    answer: (context, _params, work) => {
      const map = memoryMapOf(context, work);
      return evidenceOfCore({
        source: context.path,
        map,
        leaks: leaksOf(context, work),
        resident: residentEstimate(context.image, map.regions, work),
        ...threadEvidenceOf(context),
      });
    },
  },
};

function addressIn(text: string): bigint {
  const at = parseHexOrUndefined(text);
  if (at === undefined) throw new ExhumeError({ code: "invalid", what: `${text} is not an address` });
  return at;
}

export function memoryMapOf(context: CoreContext, work: Work): ClassifiedMemory {
  let map = maps.get(context);
  if (map === undefined) {
    const program = context.core.modules.find(({ kind }) => kind === "executable");
    const hasSymbol = (name: string) => program?.symbols.named(name) !== undefined;
    map = classifyRegions(context.image, context.problems, work, {
      hasSymbol,
      readGoHeap: (problems, during) => {
        const runtime = findGoRuntime(context.core, new ProblemList());
        return runtime && readGoHeap(runtime, context.image, problems, during);
      },
    });
    maps.set(context, map);
  }
  return map;
}

export function marksOf(context: CoreContext, work: Work): BlockMarks {
  let marks = blockMarks.get(context);
  if (marks === undefined) {
    marks = markBlocks(context.image, memoryMapOf(context, work).malloc, work);
    blockMarks.set(context, marks);
  }
  return marks;
}

function namesOf(context: CoreContext, work: Work): BlockNames {
  let names = blockNames.get(context);
  if (names === undefined) {
    names = blockNamesOf(context, memoryMapOf(context, work), work);
    blockNames.set(context, names);
  }
  return names;
}

function kindRow({ largest, ...kind }: LeakScan["kinds"][number]): BlockKindRow {
  return { ...kind, largest: formatHex(largest) };
}

function blocksNamed(context: CoreContext, name: string, count: number, work: Work): BlockRow[] {
  const map = memoryMapOf(context, work);
  const names = namesOf(context, work);
  const { blocks } = map.malloc;
  const found: number[] = [];
  for (let block = 0; block < blocks.count; block++) if (blockName(names, block) === name) found.push(block);
  return found
    .sort((a, b) => blocks.sizeOf(b) - blocks.sizeOf(a))
    .slice(0, count)
    .map((block) => blockRow({ map, names }, block));
}

function leaksOf(context: CoreContext, work: Work): LeakScan {
  let scan = leakScans.get(context);
  if (scan === undefined) {
    const { malloc } = memoryMapOf(context, work);
    const evidence = { marks: marksOf(context, work), names: namesOf(context, work) };
    scan = scanForLeaks(malloc, evidence, work);
    leakScans.set(context, scan);
  }
  return scan;
}

function holdersOf(context: CoreContext, address: bigint, all: boolean, work: Work): BlockHolders {
  const referrers = (start: number, end: number) => referrersOf(context.image, start, end, work);
  return blockHolders(holderInputsOf(context, work), address, all ? referrers : undefined);
}

function holderInputsOf(context: CoreContext, work: Work): HolderInputs {
  return {
    context,
    map: memoryMapOf(context, work),
    marks: marksOf(context, work),
    names: namesOf(context, work),
  };
}

function summaryOf(map: ClassifiedMemory): Omit<RegionSummary, "problems"> {
  const counts = new Map<string, number>();
  for (const region of map.regions) counts.set(region.category, (counts.get(region.category) ?? 0) + 1);
  const categories = [...map.byCategory]
    .map(([name, totals]) => ({ name, regions: counts.get(name) ?? 0, ...totals }))
    .sort((a, b) => b.dumpedBytes - a.dumpedBytes);
  return {
    categories,
    regions: map.regions.length,
    dumpedBytes: map.dumpedBytes,
    reservedBytes: categories.reduce((sum, each) => sum + each.reservedBytes, 0),
    unexplainedBytes: map.unexplainedBytes,
    ...(map.jvm === undefined ? {} : { jvm: jvmFacts(map.jvm) }),
    ...(map.go === undefined ? {} : { go: goFacts(map.go) }),
  };
}

function jvmFacts({
  version,
  heap,
  threads,
  metaspace,
  nativeMemory,
  directMemory,
}: JavaVirtualMachine): JvmFacts {
  return {
    version,
    javaThreads: threads.length,
    ...(directMemory === undefined
      ? {}
      : { directMemoryBytes: directMemory.reservedBytes, directBuffers: directMemory.buffers }),
    classes: metaspace.classes,
    loaders: metaspace.loaders,
    ...(heap === undefined
      ? {}
      : {
          collector: heap.collector,
          heapUsedBytes: heap.usedBytes,
          heapCommittedBytes: heap.committedBytes,
          heapReservedBytes: heap.reservedBytes,
        }),
    ...(nativeMemory === undefined
      ? {}
      : { nativeMemory: trackedRows(nativeMemory.categories, heap?.committedBytes ?? 0) }),
  };
}

/** As jcmd prints them: thread stacks belong to `Thread`, categories of nothing are left out. */
function trackedRows(
  categories: NonNullable<JavaVirtualMachine["nativeMemory"]>["categories"],
  heapBytes: number,
): NonNullable<JvmFacts["nativeMemory"]> {
  const rows = new Map<
    string,
    { name: string; reservedBytes: number; committedBytes: number; mallocBytes: number }
  >();
  for (const each of categories) {
    const name = each.name === "Thread Stack" ? "Thread" : each.name;
    const row = rows.get(name) ?? { name, reservedBytes: 0, committedBytes: 0, mallocBytes: 0 };
    const malloc = each.mallocBytes + each.arenaBytes;
    row.mallocBytes += malloc;
    row.reservedBytes += malloc + each.mmapReservedBytes;
    // Generational ZGC commits its heap past the list of ranges: there it tells how much.
    const isUntold = name === "Java Heap" && each.mmapCommittedBytes === 0;
    row.committedBytes += malloc + (isUntold ? heapBytes : each.mmapCommittedBytes);
    rows.set(name, row);
  }
  return [...rows.values()].filter((row) => row.reservedBytes > 0);
}

function rowOf(region: Region): RegionRow {
  const { start, end, ...rest } = region;
  return { ...rest, start: formatHex(start), end: formatHex(end), bytes: Number(end - start) };
}

function placeOf(context: CoreContext, address: bigint, work: Work): RegionPlace {
  const map = memoryMapOf(context, work);
  const { regions, malloc } = map;
  const region = regionHolding(regions, address);
  const index = address < 1n << 53n ? malloc.blocks.indexAt(Number(address)) : -1;
  if (index < 0) return region === undefined ? {} : { region: rowOf(region) };
  const start = malloc.blocks.startOf(index);
  // Patterns of malloc's blocks take a pass over all of them.
  const type =
    map.go === undefined ? firstWordTypes(context).of(start) : namesOf(context, work).typeOf(index);
  const block = {
    address: formatHex(start),
    size: malloc.blocks.sizeOf(index),
    ...(type === undefined ? {} : { type }),
  };
  return region === undefined ? { block } : { region: rowOf(region), block };
}

function pageOf(regions: readonly Region[], query: Omit<RegionQuery, "dump">): Page<RegionRow> {
  const { category, filter, sort } = query;
  const wanted = filter?.toLowerCase();
  let found = regions;
  if (category !== undefined) found = found.filter((region) => region.category === category);
  if (wanted)
    found = found.filter(({ label, category: name, kind, path }) =>
      [label, name, kind, path ?? ""].some((text) => text.toLowerCase().includes(wanted)),
    );
  if (sort !== undefined) {
    const sign = sort.descending ? -1 : 1;
    found = [...found].sort((a, b) => sign * compareRegions(a, b, sort.column));
  }
  const part = found.slice(query.start, query.start + query.count);
  return { start: query.start, end: query.start + part.length, total: found.length, rows: part.map(rowOf) };
}

function compareRegions(a: Region, b: Region, column: NonNullable<RegionQuery["sort"]>["column"]): number {
  switch (column) {
    case "start":
      return a.start < b.start ? -1 : a.start > b.start ? 1 : 0;
    case "bytes":
      return Number(a.end - a.start - (b.end - b.start));
    case "dumpedBytes":
      return a.dumpedBytes - b.dumpedBytes;
    case "category":
      return a.category < b.category ? -1 : a.category > b.category ? 1 : 0;
    case "label":
      return a.label < b.label ? -1 : a.label > b.label ? 1 : 0;
  }
}

function mallocOf({ malloc }: ClassifiedMemory): Omit<MallocSummary, "problems"> {
  const held = malloc.usedBytes + malloc.freeBytes;
  return {
    allocator: malloc.allocator.name,
    evidence: malloc.allocator.evidence,
    walked: malloc.arenas.length > 0,
    collected: malloc.allocator.name === "go",
    arenas: malloc.arenas.map(({ address, isMain, ...arena }) => ({
      ...arena,
      address: formatHex(address),
      main: isMain,
    })),
    usedBytes: malloc.usedBytes,
    freeBytes: malloc.freeBytes,
    topBytes: malloc.topBytes,
    threadCacheBytes: malloc.threadCacheBytes,
    overheadBytes: malloc.overheadBytes,
    foreignBytes: malloc.foreignBytes,
    mmappedBytes: malloc.mapped.bytes,
    mmappedBlocks: malloc.mapped.blocks.length,
    fragmentation: held === 0 ? 0 : (malloc.freeBytes - malloc.topBytes) / held,
    usedClasses: malloc.usedClasses.slice(0, mostSizeClasses),
    freeClasses: malloc.freeClasses.slice(0, mostSizeClasses),
  };
}

function samplesOf(context: CoreContext, size: number, count: number, work: Work): BlockSample[] {
  const inputs = holderInputsOf(context, work);
  const { blocks } = inputs.map.malloc;
  const samples: BlockSample[] = [];
  for (let index = 0; index < blocks.count && samples.length < count; index++) {
    if (blocks.sizeOf(index) !== size) continue;
    const start = blocks.startOf(index);
    const type = blockName(inputs.names, index);
    const bytes = context.image.memory.bytes(BigInt(start), Math.min(sampleBytes, size - 8));
    samples.push({
      address: formatHex(start),
      ...(type === undefined ? {} : { type }),
      data: Buffer.from(bytes).toString("base64"),
      referrers: referrersOf(context.image, start, blocks.endOf(index), work)
        .slice(0, mostReferrersShown)
        .map(({ at }) => placeOfWord(inputs, at)),
    });
  }
  return samples;
}

/** Below this nobody takes threads for a leak. */
const manyThreads = 100;
/** Unwinding more than these takes minutes. */
const mostUnwound = 20_000;
const groupFrames = 16;
const mostGroups = 50;
/** Innermost frames that name a group. */
const namingFrames = 3;

/** A name that is the same in another core of the program: addresses are not. */
function placeNameOf({ function: name, module }: CoreFrame): string {
  return name ?? (module === undefined ? "code without a name" : lastPartOf(module));
}

function threadEvidenceOf(context: CoreContext): Pick<CoreEvidenceInputs, "threads" | "threadGroups"> {
  const count = context.image.threads.length;
  if (count > mostUnwound) return { threads: { what: "native", count }, threadGroups: [] };
  const groups = [...threadGroups(context, groupFrames)].sort((a, b) => b.lwps.length - a.lwps.length);
  const largest = count < manyThreads ? undefined : groups[0];
  const nameOf = (frame: CoreFrame) => frame.function ?? frame.pc;
  return {
    threads: {
      what: "native",
      count,
      ...(largest === undefined
        ? {}
        : { largestGroup: { count: largest.lwps.length, frames: largest.frames.map(nameOf), states: [] } }),
    },
    threadGroups: groups.slice(0, mostGroups).map(({ lwps, frames }) => ({
      name: frames.slice(0, namingFrames).map(placeNameOf).join(" < "),
      count: lwps.length,
    })),
  };
}
