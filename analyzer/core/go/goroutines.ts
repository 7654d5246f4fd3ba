import { formatCount } from "../../base/figures";
import type { ProblemList } from "../../base/problems";
import { findWord, type GoRuntime, goString } from "./goRuntime";
import type { Goroutine, GoroutineState } from "./goroutine";

/** `runtime2.go`: `_Gidle` and so on; those left out are dead or unused. */
const states: Readonly<Record<number, GoroutineState>> = {
  0: "idle",
  1: "runnable",
  2: "running",
  3: "syscall",
  4: "waiting",
  8: "copying stack",
  9: "preempted",
  10: "leaked",
};
const scanned = 0x1000;
const mostGoroutines = 4_000_000;
const largestStack = 2n << 30n;

export interface Goroutines {
  /** In the order of their numbers. */
  readonly all: readonly Goroutine[];
  /** The newest time the runtime noted anywhere, by the clock of `waitingSince`. */
  readonly now?: bigint;
}

/** Every goroutine that lives, system ones included. */
export function readGoroutines(runtime: GoRuntime, problems: ProblemList): Goroutines {
  const { memory, fields } = runtime;
  const list = listOf(runtime);
  if (list === undefined) {
    problems.add({
      code: "goroutines-not-found",
      message: `The list of goroutines (runtime.allgs of ${runtime.version}) was not found in the program's data.`,
      losesData: true,
    });
    return { all: [] };
  }
  const found: Goroutine[] = [];
  const reasons = waitReasonsOf(runtime);
  let damaged = 0;
  for (let index = 0n; index < list.count; index++) {
    const address = memory.u64(list.first + 8n * index);
    if (address === undefined) {
      damaged += Number(list.count - index);
      break;
    }
    const status = address === 0n ? undefined : fields.u32(address, "g.atomicstatus");
    if (status === undefined) {
      damaged++;
      continue;
    }
    const state = states[status % scanned];
    if (state !== undefined) found.push(goroutineAt(address, state, runtime, reasons));
  }
  if (damaged > 0)
    problems.add({
      code: "goroutines-absent",
      message: `The memory of ${formatCount(damaged)} goroutines is not in the core.`,
      losesData: true,
    });
  found.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const now = newestTime(runtime, found);
  return { all: found, ...(now !== undefined && { now }) };
}

function goroutineAt(
  address: bigint,
  state: GoroutineState,
  runtime: GoRuntime,
  reasons: (index: number) => string | undefined,
): Goroutine {
  const { fields } = runtime;
  const word = (field: Parameters<typeof fields.word>[1]) => fields.word(address, field) ?? 0n;
  const isInCall = state === "syscall" && word("g.syscallsp") !== 0n;
  const reason =
    state === "waiting" || state === "leaked" ? reasons(fields.u8(address, "g.waitreason") ?? 0) : undefined;
  const since = word("g.waitsince");
  const createdBy = word("g.parentGoid");
  const startsAt = word("g.startpc");
  const lwp = threadOf(runtime, word("g.m"));
  const lockedTo = threadOf(runtime, word("g.lockedm"));
  return {
    address,
    id: word("g.goid"),
    state,
    isSystem: isSystem(runtime, startsAt),
    stackStart: word("g.stack.lo"),
    stackEnd: word("g.stack.hi"),
    sp: word(isInCall ? "g.syscallsp" : "g.sched.sp"),
    pc: word(isInCall ? "g.syscallpc" : "g.sched.pc"),
    framePointer: isInCall ? 0n : word("g.sched.bp"),
    startsAt,
    waiting: word("g.waiting"),
    ...(reason !== undefined && reason !== "" && { reason }),
    ...(since > 0n && (state === "waiting" || state === "syscall") && { waitingSince: since }),
    // The first one was started by the system's entry code.
    ...(word("g.gopc") !== 0n && word("g.goid") !== 1n && { createdAt: word("g.gopc") }),
    ...(createdBy !== 0n && { createdBy }),
    ...(lwp !== undefined && { lwp }),
    ...(lockedTo !== undefined && { lockedTo }),
  };
}

/** What begins in the runtime itself is the runtime's own, bar the program's main goroutine. */
function isSystem({ module, program }: GoRuntime, startsAt: bigint): boolean {
  const name = program.lines.functionAt(module.relative(startsAt))?.name ?? "";
  return name.startsWith("runtime.") && name !== "runtime.main" && name !== "runtime.handleAsyncEvent";
}

function threadOf({ fields }: GoRuntime, machine: bigint): number | undefined {
  const id = machine === 0n ? undefined : fields.word(machine, "m.procid");
  return id === undefined || id === 0n || id >= 1n << 31n ? undefined : Number(id);
}

interface GoroutineList {
  readonly first: bigint;
  readonly count: bigint;
}

/** Addresses of all `runtime.g`, dead ones included. */
export function* goroutineAddresses(runtime: GoRuntime): Generator<bigint> {
  const list = listOf(runtime);
  for (let index = 0n; list !== undefined && index < list.count; index++) {
    const address = runtime.memory.u64(list.first + 8n * index);
    if (address === undefined) return;
    if (address !== 0n) yield address;
  }
}

/** `runtime.allgs`; without symbols the longest list in the program's data that begins with goroutine 1. */
function listOf(runtime: GoRuntime): GoroutineList | undefined {
  const { memory, program } = runtime;
  const named = runtime.addressOf("runtime.allgs");
  if (named !== undefined) return listAt(named, runtime);
  let best: GoroutineList | undefined;
  findWord(program.data, memory, (value, at) => {
    if (value % 8n !== 0n || !isFirstGoroutine(memory.u64(value), runtime)) return false;
    const list = listAt(at, runtime);
    if (list !== undefined && (best === undefined || list.count > best.count)) best = list;
    return false;
  });
  return best;
}

function listAt(at: bigint, { memory }: GoRuntime): GoroutineList | undefined {
  const [first, count, capacity] = [memory.u64(at), memory.u64(at + 8n), memory.u64(at + 16n)];
  if (first === undefined || count === undefined || capacity === undefined) return undefined;
  if (count === 0n || count > capacity || memory.u64(first) === undefined) return undefined;
  return { first, count: count < BigInt(mostGoroutines) ? count : BigInt(mostGoroutines) };
}

function isFirstGoroutine(address: bigint | undefined, { fields }: GoRuntime): boolean {
  if (address === undefined || address === 0n || address % 8n !== 0n) return false;
  if (fields.word(address, "g.goid") !== 1n) return false;
  const start = fields.word(address, "g.stack.lo") ?? 0n;
  const end = fields.word(address, "g.stack.hi") ?? 0n;
  return start > 0n && start < end && end - start <= largestStack;
}

const firstReason = "GC assist marking";
const mostReasons = 128;

/** `runtime.waitReasonStrings`; without symbols it is found by its second text, the first being empty. */
function waitReasonsOf(runtime: GoRuntime): (index: number) => string | undefined {
  const { memory, program } = runtime;
  const table =
    runtime.addressOf("runtime.waitReasonStrings") ??
    findWord(
      program.data,
      memory,
      (value, at) => value === BigInt(firstReason.length) && goString(at - 8n, memory) === firstReason,
    );
  if (table === undefined) return () => undefined;
  const start = runtime.addressOf("runtime.waitReasonStrings") ?? table - 24n;
  const known = new Map<number, string | undefined>();
  return (index) => {
    if (index >= mostReasons) return undefined;
    if (!known.has(index)) known.set(index, goString(start + BigInt(16 * index), memory));
    return known.get(index);
  };
}

/** Of all the times the runtime keeps the latest: no goroutine can have waited beyond it. */
function newestTime({ fields, addressOf }: GoRuntime, all: readonly Goroutine[]): bigint | undefined {
  const sched = addressOf("runtime.sched");
  const memstats = addressOf("runtime.memstats");
  const times = [
    sched === undefined ? 0n : (fields.word(sched, "sched.lastpoll") ?? 0n),
    memstats === undefined ? 0n : (fields.word(memstats, "memstats.last_gc_nanotime") ?? 0n),
    ...all.map(({ waitingSince }) => waitingSince ?? 0n),
  ];
  let newest = 0n;
  // Nothing lives longer than a century: what is later is damage.
  for (const time of times) if (time > newest && time < 1n << 62n) newest = time;
  return newest === 0n ? undefined : newest;
}
