import type { GoGcState } from "./goMemory";
import type { GoRuntime } from "./goRuntime";
import { heapOf } from "./spans";

const phases = ["off", "marking", "ending"] as const;
const noLimit = 2n ** 63n - 1n;

export function readGcState(runtime: GoRuntime): GoGcState {
  const { fields, memory, addressOf } = runtime;
  const controller = addressOf("runtime.gcController");
  const statistics = addressOf("runtime.memstats");
  const phaseAt = addressOf("runtime.gcphase");
  const phase = phaseAt === undefined ? undefined : phases[memory.u32(phaseAt) ?? -1];
  const ofController = (field: Parameters<typeof fields.word>[1]) =>
    controller === undefined ? undefined : exact(fields.word(controller, field));
  const ofStatistics = (field: Parameters<typeof fields.word>[1]) =>
    statistics === undefined ? undefined : exact(fields.word(statistics, field));
  const percentAt =
    controller === undefined ? undefined : fields.placeOf(controller, "gcController.gcPercent");
  const percent = percentAt === undefined ? undefined : memory.i32(percentAt);
  const limit = controller === undefined ? undefined : fields.word(controller, "gcController.memoryLimit");
  const cycles = cyclesOf(runtime, statistics);
  const ended = ofStatistics("memstats.last_gc_unix");
  return defined({
    phase,
    cycles,
    goalBytes: ofController("gcController.gcPercentHeapGoal"),
    liveBytes: ofController("gcController.heapLive"),
    markedBytes: ofController("gcController.heapMarked"),
    percent: percent === undefined || percent < 0 ? undefined : percent,
    memoryLimitBytes: limit === undefined || limit === noLimit ? undefined : exact(limit),
    pauseNanoseconds: ofStatistics("memstats.pause_total_ns"),
    lastEndedMs: ended === undefined || ended === 0 ? undefined : Math.floor(ended / 1_000_000),
  });
}

/** Each collection counts the generation of swept spans up by two. */
function cyclesOf(runtime: GoRuntime, statistics: bigint | undefined): number | undefined {
  const { fields } = runtime;
  if (statistics !== undefined) return fields.u32(statistics, "memstats.numgc");
  const heap = heapOf(runtime);
  const generation = heap === undefined ? undefined : fields.u32(heap, "mheap.sweepgen");
  return generation === undefined ? undefined : Math.floor(generation / 2);
}

/** Larger numbers than these are not bytes or times but damage, or "never". */
function exact(value: bigint | undefined): number | undefined {
  return value === undefined || value >= 1n << 62n ? undefined : Number(value);
}

type Optional<T> = { readonly [Key in keyof T]: T[Key] | undefined };

function defined(state: Required<Optional<GoGcState>>): GoGcState {
  return Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined)) as GoGcState;
}
