import type { CoreImage } from "../../coreImage";
import type { JavaVirtualMachine } from "../../hotspot/javaVirtualMachine";
import type { Claim, RegionKind } from "../region";

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
  for (const range of vm.nativeMemory?.ranges ?? []) {
    const [kind, category] = kindOfCategory(range.category);
    add(range.start, range.end, kind, category, `${range.category} (tracked by the JVM)`);
  }
  return claims;
}

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

const metaspaceNodeBytes = 64 << 20;
const mostCollectorObjects = 20_000;

/**
 * Guesses for a JVM without NMT: metaspace is where methods and constant pools lie; tables of the collector are the
 * anonymous stretches its heap object reaches within a few pointers.
 * @param isFree says that no exact rule claims the address
 */
export function guessJavaMemory(
  image: CoreImage,
  vm: JavaVirtualMachine,
  isFree: (address: number) => boolean,
): Claim[] {
  const claims: Claim[] = [];
  const seen = new Set<number>();
  const claimSegment = (
    address: number,
    kind: RegionKind,
    category: string,
    label: string,
    leastBytes: number,
  ) => {
    if (!isFree(address)) return;
    const segment = image.memory.segmentOf(BigInt(address));
    if (segment === undefined || segment.end > 1n << 53n || seen.has(Number(segment.start))) return;
    const start = Number(segment.start);
    seen.add(start);
    claims.push({
      start,
      end: Math.max(Number(segment.end), start + leastBytes),
      kind,
      category,
      label,
      exact: false,
    });
  };
  if (vm.cardTable !== undefined) claimSegment(vm.cardTable, "gc", "GC", "card table", 0);
  for (const address of vm.metaspace.samples)
    claimSegment(address, "metaspace", "Metaspace", "metaspace", metaspaceNodeBytes);
  if (vm.heap !== undefined)
    for (const address of reachedFrom(image, vm, vm.heap.address))
      claimSegment(address, "gc", "GC", "collector's tables", 0);
  return claims;
}

/** Addresses outside malloc'ed objects that are reached from the heap object in at most three steps. */
function reachedFrom(image: CoreImage, vm: JavaVirtualMachine, heap: number): number[] {
  const type =
    {
      G1: "G1CollectedHeap",
      Parallel: "ParallelScavengeHeap",
      ZGC: "ZCollectedHeap",
      Shenandoah: "ShenandoahHeap",
    }[vm.heap!.collector] ?? "GenCollectedHeap";
  const { words } = vm.structs;
  const bytes = vm.structs.sizeOfType(type) ?? vm.structs.sizeOfType("SerialHeap") ?? 1536;
  const seen = new Set<number>([heap]);
  const reached: number[] = [];
  let level: (readonly [number, number])[] = [[heap, bytes]];
  for (let depth = 0; depth < 3; depth++) {
    const next: (readonly [number, number])[] = [];
    for (const [start, length] of level)
      for (let at = start; at < start + length; at += 8) {
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
