import type { JavaVirtualMachine } from "../../hotspot/javaVirtualMachine";
import type { MemorySegment } from "../../memorySegment";
import { protection } from "../../memorySegment";
import type { ProcessSnapshot } from "../../processSnapshot";
import { type Claim, heapMappedAgain, type RegionKind } from "../region";

/** What the JVM's own structures say exactly: heap, code cache, class archive, class space, stacks, NMT's ranges. */
export function recogniseJavaMemory(vm: JavaVirtualMachine): Claim[] {
  const claims: Claim[] = [];
  const { heap, metaspace } = vm;
  const add = (start: number, end: number, kind: RegionKind, category: string, label: string) =>
    claims.push({ start, end, kind, category, label, exact: true });
  if (heap?.reserved !== undefined)
    add(heap.reserved.start, heap.reserved.end, "java-heap", "Java Heap", `Java heap (${heap.collector})`);
  else
    for (const space of heap?.spaces ?? [])
      add(space.start, space.end, "java-heap", "Java Heap", `Java heap (${heap!.collector})`);
  for (const range of vm.codeCache) add(range.start, range.end, "code-cache", "Code", range.label);
  for (const thread of vm.threads)
    if (thread.stack !== undefined)
      claims.push({
        start: thread.stack.start,
        end: thread.stack.end,
        kind: "thread-stack",
        category: "Thread",
        label: `stack of Java thread ${thread.lwp ?? ""}`.trim(),
        exact: true,
        ...(thread.lwp === undefined ? {} : { lwp: thread.lwp }),
      });
  if (metaspace.archive !== undefined)
    add(
      metaspace.archive.start,
      metaspace.archive.end,
      "cds",
      "Shared class space",
      "class data sharing archive",
    );
  if (metaspace.classSpace !== undefined)
    add(
      metaspace.classSpace.start,
      metaspace.classSpace.end,
      "class-space",
      "Class",
      "compressed class space",
    );
  if (vm.cardTable !== undefined) add(vm.cardTable.start, vm.cardTable.end, "gc", "GC", "card table");
  for (const range of vm.nativeMemory?.ranges ?? []) {
    const [kind, category] = kindOfCategory(range.category);
    add(range.start, range.end, kind, category, `${range.category} (tracked by the JVM)`);
  }
  return claims;
}

/**
 * ZGC backs its heap by a file in memory: its mappings are the heap, those at other colours show it again. Around them it
 * reserves sixteen times as much address space, which gdb's gcore writes out as zeros.
 */
export function recogniseHeapViews(image: ProcessSnapshot, { heap }: JavaVirtualMachine): Claim[] {
  if (heap?.collector !== "ZGC") return [];
  const space = heap.spaces[0];
  const isHeapFile = (address: bigint) =>
    image.memory.mappingOf(address)?.path.startsWith("/memfd:java_heap") ?? false;
  const claims: Claim[] = [];
  for (const stretch of stretchesAbove(image, zViewBytes)) {
    if (!stretch.some((segment) => isHeapFile(segment.start))) continue;
    for (const segment of stretch) {
      const isFile = isHeapFile(segment.start);
      if (!isFile && (segment.protection & protection.write) !== 0) continue;
      const start = Number(segment.start);
      // Colours are the highest bits of an address: a view has one of its own.
      const isSeen =
        space === undefined || Math.floor(start / zViewBytes) === Math.floor(space.start / zViewBytes);
      const label = isSeen ? "Java heap (ZGC)" : "Java heap (ZGC), another view of the same memory";
      claims.push({
        start,
        end: Number(segment.end),
        kind: "java-heap",
        category: isSeen ? "Java Heap" : heapMappedAgain,
        label: isFile ? label : `${label}, reserved`,
        exact: isFile,
      });
    }
  }
  return claims;
}

/** Segments from an address on, those without a hole between them together. */
function stretchesAbove(image: ProcessSnapshot, address: number): MemorySegment[][] {
  const stretches: MemorySegment[][] = [];
  for (const segment of image.memory.segments) {
    if (segment.start < BigInt(address) || segment.end > 1n << 53n) continue;
    const stretch = stretches.at(-1);
    if (stretch?.at(-1)?.end === segment.start) stretch.push(segment);
    else stretches.push([segment]);
  }
  return stretches;
}

/** The smallest distance of two views of ZGC's heap: 4 TiB. */
const zViewBytes = 2 ** 42;

function kindOfCategory(category: string): readonly [RegionKind, string] {
  switch (category) {
    case "Java Heap":
      return ["java-heap", category];
    case "Class":
      return ["class-space", category];
    case "Thread Stack":
      return ["thread-stack", "Thread"];
    case "Code":
      return ["code-cache", category];
    case "GC":
      return ["gc", category];
    case "Metaspace":
      return ["metaspace", category];
    case "Shared class space":
      return ["cds", category];
    default:
      return ["jvm", category];
  }
}

const mostCollectorObjects = 20_000;
const generationBytes = 512;

/**
 * Guesses for a JVM without NMT: tables of the collector are the anonymous stretches its heap object reaches within
 * a few pointers, or the JVM's own variables point at.
 * @param isFree says that no exact rule claims the address
 */
export function guessJavaMemory(
  image: ProcessSnapshot,
  vm: JavaVirtualMachine,
  isFree: (address: number) => boolean,
): Claim[] {
  const claims: Claim[] = [];
  const seen = new Set<number>();
  const claimSegment = (address: number, label: string) => {
    if (!isFree(address)) return;
    const segment = image.memory.segmentOf(BigInt(address));
    if (segment === undefined || segment.end > 1n << 53n || seen.has(Number(segment.start))) return;
    const start = Number(segment.start);
    seen.add(start);
    claims.push({
      start,
      end: Number(segment.end),
      kind: "gc",
      category: "GC",
      label,
      exact: false,
    });
  };
  if (vm.heap !== undefined)
    for (const address of reachedFrom(image, vm, vm.heap.address))
      claimSegment(address, "collector's tables");
  for (const address of pointersInData(image, vm))
    if (isWritable(image, address)) claimSegment(address, "collector's tables, from the JVM's variables");
  return claims;
}

function isWritable(image: ProcessSnapshot, address: number): boolean {
  const segment = image.memory.segmentOf(BigInt(address));
  return segment !== undefined && (segment.protection & protection.write) !== 0;
}

/** The JVM's own variables: Parallel keeps its mark bitmap and summary tables there, not in its heap object. */
function pointersInData(image: ProcessSnapshot, vm: JavaVirtualMachine): number[] {
  const { words } = vm.structs;
  const found: number[] = [];
  for (const segment of image.memory.segments) {
    if (segment.start < vm.module.start || segment.start > vm.module.end) continue;
    if ((segment.protection & protection.write) === 0) continue;
    const start = Number(segment.start);
    for (let at = start; at + 8 <= start + segment.dumpedBytes && at < 2 ** 53; at += 8) {
      const value = words.u64(at);
      if (value >= 4096 && value < 2 ** 47 && value % 4096 === 0) found.push(value);
    }
  }
  return found;
}

/** Addresses outside malloc'ed objects that are reached from the heap object in at most three steps. */
function reachedFrom(image: ProcessSnapshot, vm: JavaVirtualMachine, heap: number): number[] {
  const type =
    {
      G1: "G1CollectedHeap",
      Parallel: "ParallelScavengeHeap",
      ZGC: "ZCollectedHeap",
      Shenandoah: "ShenandoahHeap",
    }[vm.heap!.collector] ?? "GenCollectedHeap";
  const { words } = vm.structs;
  const bytes = vm.structs.sizeOfType(type) ?? vm.structs.sizeOfType("SerialHeap") ?? 1536;
  // Parallel keeps its generations in static fields.
  const generations = (["_young_gen", "_old_gen"] as const).flatMap((field) => {
    const generation = vm.structs.staticWord(["ParallelScavengeHeap", field]);
    return generation ? [[generation, generationBytes] as const] : [];
  });
  const seen = new Set<number>([heap]);
  const reached: number[] = [];
  let level: (readonly [number, number])[] = [[heap, bytes], ...generations];
  for (let depth = 0; depth < 3; depth++) {
    const next: (readonly [number, number])[] = [];
    // Beyond that a step of eight bytes is none.
    for (const [start, length] of level)
      for (let at = start; at < start + length && at < 2 ** 53; at += 8) {
        const value = words.u64(at);
        if (value < 4096 || value % 8 !== 0 || value > 2 ** 47 || seen.has(value)) continue;
        const segment = image.memory.segmentOf(BigInt(value));
        if (segment === undefined || segment.dumpedBytes === 0) continue;
        seen.add(value);
        reached.push(value);
        if (next.length < mostCollectorObjects) next.push([value, 256]);
      }
    level = next;
  }
  return reached;
}
