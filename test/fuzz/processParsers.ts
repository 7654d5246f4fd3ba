import { ProblemList } from "../../analyzer/base/problems";
import { unwatched } from "../../analyzer/base/work";
import { readHeapContents } from "../../analyzer/core/hotspot/heapContents";
import { readJavaVirtualMachine } from "../../analyzer/core/hotspot/javaVirtualMachine";
import { referrersOf } from "../../analyzer/core/malloc/blockReferrers";
import { scanForLeaks } from "../../analyzer/core/malloc/leakScan";
import { walkMallocHeap } from "../../analyzer/core/malloc/mallocHeap";
import { moduleAt } from "../build/processMemory";
import type { FuzzedParser } from "./fuzzedParser";
import { withOtherWords } from "./mutations";
import { collectorFlags, javaMemory } from "./seeds/javaMemory";
import { mallocMemory, mallocModules, mallocStack } from "./seeds/mallocMemory";

/** As the JVM's reader calls them, in the order of {@link collectorFlags}. */
export const collectorNames = ["G1", "Serial", "Parallel", "ZGC", "Shenandoah"] as const;

const machines = collectorFlags.map(javaMemory);

/** The first byte chooses the collector, whose structures stand elsewhere; the rest is memory. */
function withCollector(index: number): Uint8Array {
  return Uint8Array.of(index, ...machines[index]!.memory.bytes());
}

/** What a JVM says of itself, and what is in its heap. */
export function readJvm(bytes: Uint8Array): unknown {
  const { memory, libjvm } = machines[(bytes[0] ?? 0) % machines.length]!;
  const process = memory.process(
    bytes.subarray(1),
    [moduleAt(0, "/bin/java", [0x40_0000, 0x40_1000]), libjvm],
    0,
  );
  const vm = readJavaVirtualMachine(process);
  if (vm === undefined || "needsFile" in vm) return vm;
  const { structs: _, flags: __, module: ___, ...facts } = vm;
  return { ...facts, contents: readHeapContents(process.memory, vm, unwatched) };
}

/** The account of a heap, and what of it nothing points at. */
export function readMalloc(bytes: Uint8Array): unknown {
  const problems = new ProblemList();
  const process = mallocMemory.process(bytes, mallocModules, mallocStack);
  const never = () => false;
  const heap = walkMallocHeap(process, never, never, problems, unwatched);
  const { blocks, state: _, ...account } = heap;
  const start = blocks.count === 0 ? 0 : blocks.startOf(0);
  const referrers = referrersOf(process, start, start + 4096, unwatched).length;
  return {
    ...account,
    blocks: blocks.count,
    referrers,
    leaks: scanForLeaks(process, heap, () => undefined, unwatched),
  };
}

/** Readers of structures in the memory of a process. */
export const processParsers: Readonly<Record<string, FuzzedParser>> = {
  jvm: { seeds: machines.map((_, index) => withCollector(index)), mutate: withOtherWords, read: readJvm },
  malloc: { seeds: [mallocMemory.bytes()], mutate: withOtherWords, read: readMalloc },
};
