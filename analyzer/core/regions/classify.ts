import { capitalised } from "../../base/figures";
import type { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import type { GoHeap } from "../go/goMemory";
import {
  type JavaVirtualMachine,
  missingTables,
  readJavaVirtualMachine,
} from "../hotspot/javaVirtualMachine";
import type { HasSymbol } from "../malloc/allocators";
import { type MallocHeap, walkMallocHeap } from "../malloc/mallocHeap";
import { MemoryWords } from "../memoryWords";
import type { ProcessSnapshot } from "../processSnapshot";
import { cutSegments } from "./cutSegments";
import { recogniseFiles, recogniseKernelPages } from "./recognisers/files";
import { recogniseGoMemory } from "./recognisers/goMemory";
import { guessJavaMemory, recogniseHeapViews, recogniseJavaMemory } from "./recognisers/javaMemory";
import { recogniseMallocMemory } from "./recognisers/mallocMemory";
import { guessMetaspace } from "./recognisers/metaspace";
import { recogniseRemaining } from "./recognisers/remaining";
import { recogniseThreadStacks } from "./recognisers/threadStacks";
import { type Claim, ClaimIndex, type Region, unexplained } from "./region";

/** The address space of a core with an owner for every byte. */
export interface ClassifiedMemory {
  /** In order of addresses. */
  readonly regions: readonly Region[];
  readonly byCategory: ReadonlyMap<string, CategoryTotals>;
  /** Dumped bytes no rule explains. */
  readonly unexplainedBytes: number;
  readonly dumpedBytes: number;
  readonly jvm?: JavaVirtualMachine;
  readonly go?: GoHeap;
  readonly malloc: MallocHeap;
}

export interface CategoryTotals {
  readonly reservedBytes: number;
  readonly dumpedBytes: number;
  /** Part of the dumped bytes that heuristics gave to it. */
  readonly guessedBytes: number;
}

export interface ClassifyOptions {
  /** Leaves out what native memory tracking knows: to measure what the rules for JVMs without it are worth. */
  readonly withoutTracking?: boolean;
  /** Whether the executable's symbols have a name: tells an allocator that is linked into it. */
  readonly hasSymbol?: HasSymbol;
  /** Reads the heap of a Go program. */
  readonly readGoHeap?: (problems: ProblemList, work: Work) => GoHeap | undefined;
}

/**
 * Gives every mapped byte an owner: exact rules first, heuristics for what they leave, the rest stays unexplained.
 * @throws ExhumeError `cancelled`
 */
export function classifyRegions(
  image: ProcessSnapshot,
  problems: ProblemList,
  work: Work,
  { withoutTracking = false, hasSymbol = () => false, readGoHeap = () => undefined }: ClassifyOptions = {},
): ClassifiedMemory {
  work.report("Reading the JVM's own tables", 0);
  const jvm = jvmOf(image, problems, withoutTracking);
  const words = new MemoryWords(image.memory, 4096);
  const isJvm = jvm !== undefined;
  const go = readGoHeap(problems, work);
  const certain: Claim[] = [
    ...recogniseGoMemory(go?.stretches ?? []),
    ...(jvm === undefined ? [] : [...recogniseHeapViews(image, jvm), ...recogniseJavaMemory(jvm)]),
    ...recogniseThreadStacks(image, words, (isMain) => (isJvm && !isMain ? "Thread" : "Thread stacks")),
    ...recogniseKernelPages(image),
  ];
  const exact = new ClaimIndex(certain);
  const metaspace =
    jvm === undefined
      ? []
      : guessMetaspace(
          (address) => image.memory.segmentOf(address),
          jvm.metaspace.samples,
          (address) => exact.at(address) === undefined,
        );
  const known = new ClaimIndex([...certain, ...metaspace]);
  const malloc = walkMallocHeap(
    image,
    (address) => known.at(address) !== undefined,
    hasSymbol,
    problems,
    work,
    go?.account,
  );
  const ofMalloc = go === undefined ? recogniseMallocMemory(malloc) : [];
  const claims = [...certain, ...ofMalloc, ...recogniseFiles(image), ...metaspace];
  work.report("Giving ranges to their owners", 0.8);
  const taken = new ClaimIndex(claims);
  const guesses =
    jvm === undefined ? [] : guessJavaMemory(image, jvm, (address) => taken.at(address) === undefined);
  const regions = cutSegments(image.memory.segments, [...claims, ...guesses, ...recogniseRemaining(image)]);
  return { ...totalsOf(regions), regions, malloc, ...(jvm && { jvm }), ...(go && { go }) };
}

function jvmOf(
  image: ProcessSnapshot,
  problems: ProblemList,
  withoutTracking: boolean,
): JavaVirtualMachine | undefined {
  const jvm = readJavaVirtualMachine(image);
  if (jvm !== undefined && "lost" in jvm) {
    problems.add({
      code: "jvm-file-needed",
      message: `${capitalised(missingTables(jvm))}.`,
      losesData: true,
    });
    return undefined;
  }
  if (jvm === undefined || !withoutTracking) return jvm;
  const { nativeMemory: _, ...rest } = jvm;
  return rest;
}

function totalsOf(
  regions: readonly Region[],
): Pick<ClassifiedMemory, "byCategory" | "unexplainedBytes" | "dumpedBytes"> {
  const byCategory = new Map<string, { reservedBytes: number; dumpedBytes: number; guessedBytes: number }>();
  let dumpedBytes = 0;
  for (const region of regions) {
    let totals = byCategory.get(region.category);
    if (totals === undefined) {
      totals = { reservedBytes: 0, dumpedBytes: 0, guessedBytes: 0 };
      byCategory.set(region.category, totals);
    }
    totals.reservedBytes += Number(region.end - region.start);
    totals.dumpedBytes += region.dumpedBytes;
    if (!region.exact) totals.guessedBytes += region.dumpedBytes;
    dumpedBytes += region.dumpedBytes;
  }
  return { byCategory, dumpedBytes, unexplainedBytes: byCategory.get(unexplained)?.dumpedBytes ?? 0 };
}
