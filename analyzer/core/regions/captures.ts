import type { Cause } from "./causes/weighedCause";
import type { CombinedEvidence } from "./combinedEvidence";

/** Something to capture next: the exact command, and what it costs and risks. `PID` is the process. */
export interface NextStep {
  readonly what: string;
  readonly command: string;
  /** How long the process stands still. */
  readonly pause: string;
  readonly disk: string;
  readonly risk: string;
  readonly why: string;
}

const captures = {
  nmt: {
    what: "Native memory by category",
    command: "jcmd PID VM.native_memory summary",
    pause: "none to speak of (a safepoint of milliseconds)",
    disk: "a few KiB",
    risk: "needs -XX:NativeMemoryTracking=summary at start: 5-10 % more native memory, a restart when it was off",
  },
  nmtDiff: {
    what: "Growth by category",
    command: "jcmd PID VM.native_memory baseline; sleep 600; jcmd PID VM.native_memory summary.diff",
    pause: "none to speak of",
    disk: "a few KiB",
    risk: "needs -XX:NativeMemoryTracking=summary at start, a restart when it was off",
  },
  smaps: {
    what: "Resident memory by mapping",
    command: "cat /proc/PID/smaps > smaps.txt; cat /proc/PID/status > status.txt",
    pause: "page tables are locked while they are read: milliseconds, up to a second with 100 GiB resident",
    disk: "0.1-10 MiB",
    risk: "needs the same user or root",
  },
  gcLog: {
    what: "Collections over time",
    command: "jcmd PID VM.log output=gc.log what=gc*=info",
    pause: "none",
    disk: "about 1 KiB a collection",
    risk: "none; on JDK 8 it takes a restart with -Xloggc:gc.log -XX:+PrintGCDetails",
  },
  heapDump: {
    what: "The heap, reachable objects only",
    command: "jcmd PID GC.heap_dump -gz=1 heap.hprof.gz",
    pause: "a full collection and 1-3 s for each GiB of live heap",
    disk: "up to the live heap, about a third of it with -gz=1 (JDK 16 and later)",
    risk: "health checks may kill a process that stands still; the dump holds personal data",
  },
  heapDumpOfCore: {
    what: "The heap inside the core",
    command: "jhsdb jmap --binaryheap --dumpfile heap.hprof --exe JAVA_HOME/bin/java --core CORE",
    pause: "none: the process is not touched; 10-30 s for each 100 MiB of heap",
    disk: "up to the used heap",
    risk: "needs the JDK of the very build that wrote the core; writes nothing useful with ZGC; the dump holds personal data",
  },
  threads: {
    what: "Every thread's stack",
    command: "jcmd PID Thread.print > threads.txt",
    pause: "a safepoint: milliseconds, a second with ten thousand threads",
    disk: "about 1 KiB a thread",
    risk: "none",
  },
  goroutines: {
    what: "Every goroutine's stack",
    command: "curl 'http://HOST:6060/debug/pprof/goroutine?debug=2' > goroutines.txt",
    pause: "stops the world while stacks are walked: milliseconds for each thousand goroutines",
    disk: "about 1 KiB a goroutine",
    risk: "the pprof port must not be public",
  },
  core: {
    what: "The whole process image",
    command: "kill -ABRT PID   (with ulimit -c unlimited; gcore PID keeps the process running)",
    pause: "kill -ABRT ends the process; gcore stops it for 1-3 s a GiB, much longer for ZGC",
    disk: "the resident memory (gcore writes reserved ranges too: many GiB of zeros)",
    risk: "ends the process; the core holds everything that was in memory, secrets included",
  },
  allocations: {
    what: "Where objects are allocated",
    command: "jcmd PID JFR.start duration=60s settings=profile filename=alloc.jfr",
    pause: "none",
    disk: "5-50 MiB",
    risk: "1-2 % slower while it runs",
  },
  trim: {
    what: "Whether free malloc memory can be returned",
    command: "jcmd PID System.trim_native_heap",
    pause: "malloc is locked arena by arena: milliseconds to a second",
    disk: "none",
    risk: "none; JDK 17.0.9 and later, glibc only",
  },
  trimNative: {
    what: "Whether free malloc memory can be returned",
    command: "gdb -p PID -batch -ex 'call (int)malloc_trim(0)'",
    pause: "the process stops while gdb attaches: about a second",
    disk: "none",
    risk: "a call into a process stopped inside malloc deadlocks it: only where a restart is acceptable",
  },
} as const satisfies Record<string, Omit<NextStep, "why">>;

type Capture = keyof typeof captures;

const ofCore =
  "it tells live from garbage and names what holds it; exhume classes CORE counts the objects at once";

/** What to capture next: first what would settle the cause, then inputs the account misses. */
export function nextSteps(combined: CombinedEvidence, cause: Cause): NextStep[] {
  const steps = new Map<Capture, string>();
  const want = (capture: Capture, why: string) => {
    if (!steps.has(capture)) steps.set(capture, why);
  };
  const { kinds } = combined;
  for (const [capture, why] of confirming(combined, cause)) want(capture, why);
  if (combined.rss === undefined && !kinds.has("core"))
    want("smaps", "RSS is unknown: nothing can be measured against it");
  if (combined.isJvm || kinds.size === 0) {
    if (combined.categories === undefined) want("nmt", "memory outside the heap is unknown");
    if (combined.heap.liveBytes === undefined && combined.collections === undefined)
      want("gcLog", "what survives collections is unknown");
    if (
      kinds.has("core") &&
      combined.heap.liveBytes === undefined &&
      combined.heap.usedBytes !== undefined &&
      cause !== "none"
    )
      want("heapDumpOfCore", ofCore);
    if (combined.threads === undefined || combined.threads.value.what === "native")
      want("threads", "stacks of the threads are unknown");
  }
  // What ends or stops the process comes last: the rest cannot be had afterwards.
  const order = [...steps].sort(([one], [other]) => Number(one === "core") - Number(other === "core"));
  return order.map(([capture, why]) => ({ ...captures[capture], why }));
}

function confirming(combined: CombinedEvidence, cause: Cause): readonly (readonly [Capture, string])[] {
  const { kinds } = combined;
  switch (cause) {
    case "retention":
      if (!combined.isJvm)
        return [["core", "a second core, some hours later, shows which sizes and types grow"]];
      return kinds.has("heap dump")
        ? [["heapDump", "a second dump, some hours later, shows what grows"]]
        : [["heapDump", "it names the objects and the field that hold the memory"]];
    case "off-heap":
      return [
        ["nmtDiff", "it shows which category grows"],
        ...(kinds.has("heap dump")
          ? []
          : [["heapDump", "it shows who holds direct buffers and class loaders"] as const]),
        ...(kinds.has("core")
          ? []
          : [["core", "it shows the blocks of native libraries, by type and size"] as const]),
      ];
    case "fragmentation":
      return [
        [combined.isJvm ? "trim" : "trimNative", "what goes back shows how much was merely not trimmed"],
        ["smaps", "the same again after trimming"],
      ];
    case "churn":
      return [["allocations", "it names the lines that allocate"]];
    case "thread-leak":
      return combined.threads?.value.what === "goroutine"
        ? [["goroutines", "the same again later shows which group grows"]]
        : [
            [
              "threads",
              combined.threads?.value.largestGroup === undefined
                ? "it shows whether they stand on the same stack"
                : "the same again later shows which group grows",
            ],
          ];
    case "undetermined":
      return [
        ...(combined.heap.liveBytes === undefined && combined.isJvm
          ? [
              ["gcLog", "it shows whether the live heap grows"] as const,
              kinds.has("core")
                ? (["heapDumpOfCore", ofCore] as const)
                : (["heapDump", "it tells what is reachable and what holds it"] as const),
            ]
          : []),
        ...(combined.isJvm && combined.categories === undefined
          ? [["nmt", "it shows the memory outside the heap"] as const]
          : []),
        ...(kinds.has("core") ? [] : [["core", "it accounts for every byte, also without NMT"] as const]),
      ];
    case "none":
      return [];
  }
}
