import { dictionary } from "../../../base/dictionary";
import { formatBytes, formatShare } from "../../../base/figures";
import { describeCategory, outsideJvmBytes } from "../account";
import { type CombinedEvidence, footprintBytes } from "../combinedEvidence";
import type { CategoryEvidence } from "../evidence";
import { clampedScore, doubtful, type WeighedCause } from "./weighedCause";

const leastBytes = 48 << 20;

/** Sizes that say nothing: what the category takes in a healthy JVM whatever its heap. */
const usualBytes: Readonly<Record<string, number>> = dictionary({
  Class: 24 << 20,
  Metaspace: 48 << 20,
  Code: 64 << 20,
  Thread: 32 << 20,
  Compiler: 32 << 20,
  Symbol: 32 << 20,
  "Shared class space": 16 << 20,
  "Arena Chunk": 16 << 20,
});

/** Native memory of a managed process: direct buffers, metaspace, native libraries, mapped files. */
export function weighOffHeap(combined: CombinedEvidence): WeighedCause {
  const because: string[] = [];
  const figures: Record<string, number> = {};
  if (!combined.isJvm)
    return {
      ...emptyFinding,
      against: "Off-heap memory is a matter of managed processes: this one has no managed heap in sight.",
      known: combined.malloc !== undefined || combined.categories !== undefined,
    };
  const footprint = Math.max(footprintBytes(combined), 1);
  const biggest = biggestExcess(combined);
  const outside = outsideJvmBytes(combined);
  const leaked = combined.malloc?.value.leakedBytes;
  let score = 0;
  let name = "";
  if (biggest !== undefined) {
    const share = biggest.excess / footprint;
    figures["offHeapBytes"] = biggest.bytes;
    figures["offHeapShare"] = biggest.bytes / footprint;
    if (biggest.excess >= leastBytes && share >= 0.2) {
      score = clampedScore(0.4 + share * 0.8 + (biggest.growth > leastBytes / 2 ? 0.15 : 0));
      name = biggest.name;
      because.push(
        `${describeCategory(biggest.name)} takes ${formatBytes(biggest.bytes)}: ${formatShare(biggest.bytes / footprint, 1)} of the memory` +
          `${biggest.growth > 0 ? `, ${formatBytes(biggest.growth)} more than at the start` : ""}.`,
      );
    } else if (biggest.growth >= leastBytes / 2) {
      score = 0.5;
      name = biggest.name;
      because.push(
        `${describeCategory(biggest.name)} grew by ${formatBytes(biggest.growth)} to ${formatBytes(biggest.bytes)}.`,
      );
    }
  }
  if (outside !== undefined) {
    figures["outsideJvmBytes"] = outside;
    const share = outside / footprint;
    if (outside >= leastBytes && share >= 0.25) {
      const outsideScore = clampedScore(0.3 + share * 0.7);
      because.push(
        `${formatBytes(outside)} is in no category of the JVM: native libraries allocated it, or malloc holds it free; ${formatShare(share, 1)} of the memory.`,
      );
      if (outsideScore > score) {
        score = outsideScore;
        name = "native libraries";
      }
    }
  }
  if (leaked !== undefined) {
    figures["leakedBytes"] = leaked;
    if (leaked >= leastBytes / 4 && leaked / footprint >= 0.1) {
      because.push(`${formatBytes(leaked)} of malloc'ed blocks are referred to by nothing: a native leak.`);
      const leakScore = clampedScore(0.5 + leaked / footprint);
      if (leakScore > score) {
        score = leakScore;
        name = "native libraries";
      }
    }
  }
  const known = combined.categories !== undefined;
  // A big part of a small process: no cause yet, but nothing to be sure of either.
  const isNoteworthy = score === 0 && biggest !== undefined && biggest.excess >= 0.25 * footprint;
  if (isNoteworthy) score = doubtful;
  return {
    cause: "off-heap",
    score,
    known,
    summary: `Off-heap: ${name === "" ? "native memory" : describeCategory(name)} holds ${formatBytes(name === "native libraries" ? Math.max(outside ?? 0, leaked ?? 0) : (biggest?.bytes ?? 0))} outside the Java heap.`,
    because,
    against: !known
      ? "Off-heap memory cannot be told: it takes NMT (jcmd VM.native_memory) or a core."
      : isNoteworthy
        ? `Hardly off-heap: ${describeCategory(biggest.name)} has ${formatBytes(biggest.bytes)}, ${formatShare(biggest.bytes / footprint, 1)} of the memory, but that is little by itself. A second report later shows whether it grows.`
        : `Not off-heap: the biggest native category is ${describeCategory(biggest?.name ?? "none")} with ${formatBytes(biggest?.bytes ?? 0)}, ${formatShare((biggest?.bytes ?? 0) / footprint, 1)} of the memory.`,
    figures,
    usualFix: fixes[name] ?? fixes["native libraries"]!,
  };
}

const fixes: Readonly<Record<string, string>> = dictionary({
  Other:
    "Release or pool direct buffers, and bound them with -XX:MaxDirectMemorySize; the heap dump shows who holds the DirectByteBuffers.",
  Metaspace:
    "A class loader is held or made again and again: open class loaders in the heap dump; bound it with -XX:MaxMetaspaceSize.",
  Class:
    "A class loader is held or made again and again: open class loaders in the heap dump; bound it with -XX:MaxMetaspaceSize.",
  Thread: "Fewer threads or smaller stacks (-Xss).",
  Code: "Bound the code cache with -XX:ReservedCodeCacheSize, and look for generated classes that are compiled over and over.",
  GC: "The collector's own tables grow with the heap: a smaller -Xmx, or another collector.",
  "native libraries":
    "Find the native library that allocates: jemalloc or tcmalloc heap profiling names the call stack; the core's leaked blocks name the types.",
});

interface Excess {
  readonly name: string;
  readonly bytes: number;
  readonly excess: number;
  readonly growth: number;
}

/** The category furthest above what it takes in a healthy JVM. Reservations never count, committed bytes do. */
function biggestExcess(combined: CombinedEvidence): Excess | undefined {
  const categories = combined.categories?.value.filter((each) => isOffHeap(each.name)) ?? [];
  const heap = combined.heap.committedBytes ?? 0;
  const excesses = mergeClassSpace(categories).map(({ name, committedBytes }) => {
    const usual = name === "GC" ? (32 << 20) + heap * 0.2 : (usualBytes[name] ?? 8 << 20);
    return {
      name,
      bytes: committedBytes,
      excess: committedBytes - usual,
      growth: combined.categoryGrowth.get(name) ?? 0,
    };
  });
  // Without NMT a core shows that malloc holds it, not for whom.
  if (combined.malloc !== undefined && !categories.some((each) => each.mallocBytes > 0)) {
    const direct = categories.find((each) => each.name === "Other")?.committedBytes ?? 0;
    const bytes = Math.max(0, combined.malloc.value.usedBytes + combined.malloc.value.mmappedBytes - direct);
    excesses.push({ name: "malloc", bytes, excess: bytes - (48 << 20), growth: 0 });
  }
  return excesses.sort((a, b) => b.excess - a.excess)[0];
}

/** Categories of a core that are not the JVM's (files, malloc as a whole) are weighed elsewhere. */
function isOffHeap(name: string): boolean {
  return (
    name !== "Java Heap" &&
    !/^(Libraries|Mapped files|Kernel|Unexplained|Reserved|Thread stacks|Thread-local|Guard|Anonymous|malloc)/i.test(
      name,
    )
  );
}

/** Class space and metaspace grow together with the same cause. */
function mergeClassSpace(categories: readonly CategoryEvidence[]): CategoryEvidence[] {
  const metaspace = categories.find((each) => each.name === "Metaspace");
  const classes = categories.find((each) => each.name === "Class");
  if (metaspace === undefined || classes === undefined) return [...categories];
  return [
    ...categories.filter((each) => each !== metaspace && each !== classes),
    { ...metaspace, committedBytes: metaspace.committedBytes + classes.committedBytes },
  ];
}

const emptyFinding: WeighedCause = {
  cause: "off-heap",
  score: 0,
  known: false,
  summary: "",
  because: [],
  against: "",
  figures: {},
  usualFix: "",
};
