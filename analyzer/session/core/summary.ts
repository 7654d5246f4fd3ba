import { capitalized } from "../../base/capitalized";
import { lastPartOf } from "../../base/pathNames";
import { formatHex } from "../../base/units";
import { blamedFrameOf } from "../../core/crash/blamedFrame";
import type { CrashScene } from "../../core/crash/crashScene";
import type { DeathCause } from "../../core/crash/deathCause";
import { faultAccessOf } from "../../core/faultAccess";
import type { ThreadSnapshot } from "../../core/processSnapshot";
import type { FatalSignal } from "../../core/signals";
import type { CoreCause, CoreSignal, CoreSummary } from "../../protocol/core/process";
import type { CoreFrame } from "../../protocol/core/stacks";
import { wireProblemOf } from "../wireFaults";
import { type CoreContext, hasLostThreads } from "./coreContext";
import { type Crash, crashOf, endedByFault } from "./crash";
import { topFrameOf } from "./frames";
import { deadlocksOf } from "./locks";
import { innermostManaged } from "./managedFrames";
import { wireModuleCounts } from "./moduleRows";
import { placeWords } from "./placeWords";
import { wireFramesOf } from "./wireFrames";

const producers = {
  kernel: "written by the kernel",
  gdb: "written by gdb",
  qemu: "written by qemu",
  unknown: "writer not known",
} as const;

export function summaryOf(context: CoreContext): CoreSummary {
  const { image, core, path, fileBytes } = context;
  const { process, signal, architecture, producer, truncation } = image;
  const crash = crashOf(context);
  const deadlocks = endedByFault(context, crash) ? [] : deadlocksOf(context);
  const runtimes = context.managed.runtimes.map(({ title, facts }) => ({ title, facts: facts?.() ?? [] }));
  let mappedBytes = 0;
  let dumpedBytes = 0;
  for (const segment of image.memory.segments) {
    mappedBytes += Number(segment.end - segment.start);
    dumpedBytes += segment.dumpedBytes;
  }
  return {
    path,
    fileBytes,
    format: `${image.format}, ${architecture.name}, ${producers[producer]}`,
    architecture: architecture.name,
    producer,
    executable: image.executablePath,
    headline: [
      ...deadlocks.slice(0, 1).map(({ words }) => capitalized(words)),
      headlineOf(context, crash),
    ].join(". "),
    ...(deadlocks.length === 0 ? {} : { deadlocks }),
    ...(crash?.cause === undefined ? {} : { cause: wireCauseOf(crash.cause) }),
    threads: image.threads.length,
    modules: wireModuleCounts(core.modules),
    memory: { segments: image.memory.segments.length, mappedBytes, dumpedBytes },
    ...(runtimes.length === 0 ? {} : { runtimes }),
    problems: context.problems.toArray().map(wireProblemOf),
    ...(process === undefined
      ? {}
      : { process: { pid: process.pid, name: process.name, commandLine: process.commandLine } }),
    ...(signal === undefined ? {} : { signal: wireSignalOf(signal) }),
    ...(truncation === undefined
      ? {}
      : {
          truncation: {
            expectedBytes: truncation.expectedBytes,
            missingBytes: truncation.missingBytes,
            segmentsCut: truncation.segmentsCut,
            segmentsLost: truncation.segmentsLost,
          },
        }),
  };
}

function wireCauseOf({ kind, words, evidence }: DeathCause): CoreCause {
  return { kind, words, evidence };
}

export function wireSignalOf({ name, codeName, address, description }: FatalSignal): CoreSignal {
  return {
    name,
    code: codeName,
    description,
    ...(address === undefined ? {} : { address: formatHex(address) }),
  };
}

/**
 * `SIGSEGV reading 0x10 in Order::total() at order.cpp:42, thread 4711 (1 of 12)`; where more is known than the signal,
 * `SIGABRT: assertion failed: length > 0 in check at queue.c:9`.
 */
function headlineOf(context: CoreContext, crash: Crash | undefined): string {
  const { image } = context;
  const { threads, signal } = image;
  const name = image.process?.name ?? "The process";
  if (threads.length === 0) return `${name}: no thread can be read, so it is not known why it was dumped`;
  if (signal === undefined) {
    const count = threads.length === 1 ? "one thread" : `${threads.length} threads`;
    return `${name} was dumped while it ran: ${count}, no crash`;
  }
  if (crash === undefined) return signal.name;
  const { scene, cause } = crash;
  const { thread } = scene;
  const blamed = blamedFrameOf(scene, cause);
  const frame =
    blamed === undefined
      ? topFrameOf(context, thread)
      : (generatedFrameBefore(context, scene, cause, blamed.frame.frame.index) ??
        wireFramesOf(context, blamed.frame.frame)[blamed.inline]);
  const place = cause?.isStackDamaged && frame?.scanned ? "" : placeOf(frame);
  const isCut = hasLostThreads(context);
  const count = `${isCut ? "at least " : ""}${threads.length}`;
  const whose = threads.length > 1 || isCut ? `, thread ${thread.lwp} (${thread.index + 1} of ${count})` : "";
  const isManaged = frame?.language !== undefined;
  const caller = isManaged ? "" : calledFrom(context, thread, blamed?.frame.frame.index ?? frame?.index ?? 0);
  const why =
    cause === undefined ? accessOf(context, thread, signal) : `: ${cause.words}${place === "" ? "" : ","}`;
  return `${signal.name}${why}${place}${caller}${whose}`;
}

/** What failed in code that a virtual machine made: it stands in no module, so only the machine names it. */
function generatedFrameBefore(
  context: CoreContext,
  { thread, frames }: CrashScene,
  cause: DeathCause | undefined,
  blamedIndex: number,
): CoreFrame | undefined {
  const start = frames[cause?.blamed ?? 0]?.frame.index;
  const frame = start === undefined ? undefined : innermostManaged(context, thread, start);
  return frame !== undefined && frame.index < blamedIndex ? frame : undefined;
}

/** `, called from total at orders.py:12 (Python)`: the innermost frame of a runtime from a native one on. */
function calledFrom(context: CoreContext, thread: ThreadSnapshot, nativeIndex: number): string {
  const frame = innermostManaged(context, thread, nativeIndex);
  return frame === undefined ? "" : `, called from${placeOf(frame).replace(/^ in/, "")} (${frame.language})`;
}

/** ` reading 0x10` where the instruction tells, else ` at address 0x10`. */
function accessOf({ image }: CoreContext, thread: ThreadSnapshot, { name, address }: FatalSignal): string {
  // Of other signals the address is the instruction's own.
  if (address === undefined || (name !== "SIGSEGV" && name !== "SIGBUS")) return "";
  const { architecture, memory } = image;
  const pc = thread.registers[architecture.programCounter] ?? 0n;
  const access = faultAccessOf(architecture.name, memory.bytes(pc, 16), pc, address);
  return access === undefined ? ` at address ${formatHex(address)}` : ` ${access} ${formatHex(address)}`;
}

function placeOf(frame: CoreFrame | undefined): string {
  if (frame === undefined) return "";
  const { function: name, module, pc } = frame;
  // A wrong place is worse than a doubtful one.
  const doubt =
    frame.scanned === true
      ? " (scanned)"
      : frame.restsOn === undefined
        ? ""
        : ` (rests on #${frame.restsOn})`;
  if (name !== undefined) return ` in ${name}${placeWords(frame)}${doubt}`;
  const bare = module === undefined ? "" : ` in ${lastPartOf(module)}`;
  return `${bare} at ${pc}${doubt}`;
}
