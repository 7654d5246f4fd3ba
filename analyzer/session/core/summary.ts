import { formatHex } from "../../base/units";
import { faultAccessOf } from "../../core/faultAccess";
import type { ThreadSnapshot } from "../../core/processSnapshot";
import type { FatalSignal } from "../../core/signals";
import type { CoreSignal, CoreSummary } from "../../protocol/core/process";
import type { CoreFrame } from "../../protocol/core/stacks";
import { wireProblemOf } from "../wireFaults";
import type { CoreContext } from "./coreContext";
import { topFrameOf } from "./frames";
import { wireFramesOf } from "./wireFrames";

const producers = {
  kernel: "written by the kernel",
  gdb: "written by gdb",
  qemu: "written by qemu",
} as const;

export function summaryOf(context: CoreContext): CoreSummary {
  const { image, core, path, fileBytes } = context;
  const { process, signal, architecture, producer, truncation } = image;
  const count = (status: string) => core.modules.filter(({ match }) => match.status === status).length;
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
    headline: headlineOf(context),
    threads: image.threads.length,
    modules: { found: count("found"), missing: count("missing"), mismatched: count("mismatched") },
    memory: { segments: image.memory.segments.length, mappedBytes, dumpedBytes },
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

export function wireSignalOf({ name, codeName, address, description }: FatalSignal): CoreSignal {
  return {
    name,
    code: codeName,
    description,
    ...(address === undefined ? {} : { address: formatHex(address) }),
  };
}

/** `SIGSEGV reading 0x10 in Order::total() at order.cpp:42, thread 4711 (1 of 12)`. */
function headlineOf(context: CoreContext): string {
  const { image, problems } = context;
  const { threads, signal } = image;
  const name = image.process?.name ?? "The process";
  if (signal === undefined) {
    const count = threads.length === 1 ? "one thread" : `${threads.length} threads`;
    return `${name} was dumped while it ran: ${count}, no crash`;
  }
  const thread = threads.find(({ crashed }) => crashed);
  if (thread === undefined) return signal.name;
  const place = placeOf(blamedFrameOf(context, thread, signal));
  // Notes that end too early have lost threads.
  const isCut = problems.toArray().some(({ code }) => code === "notes-truncated" || code === "note-damaged");
  const count = `${isCut ? "at least " : ""}${threads.length}`;
  const whose = threads.length > 1 || isCut ? `, thread ${thread.lwp} (${thread.index + 1} of ${count})` : "";
  return `${signal.name}${accessOf(context, thread, signal)}${place}${whose}`;
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

/** Libraries that abort on behalf of their caller. */
const messengers = /\/(libc|libpthread|libstdc\+\+|libgcc_s|libc\+\+|libc\+\+abi)[-.][^/]*$/;

/** The same where the library is linked into the program, as Rust's is. */
const runtimeFunctions = /^<?(std|core|alloc|panic_abort|rust_panic|rust_begin_unwind|__rust)(::|_|\b)/;

/** Where to look first: the faulting frame; for an abort the first one outside the libraries that carried it out. */
function blamedFrameOf(
  context: CoreContext,
  thread: ThreadSnapshot,
  signal: FatalSignal,
): CoreFrame | undefined {
  if (signal.name === "SIGABRT") {
    for (const frame of context.core.stackOf(thread).slice(0, 32)) {
      if (frame.isSignalFrame || frame.module === undefined || messengers.test(frame.module.path)) continue;
      const named = wireFramesOf(context, frame).find((each) => each.function !== undefined);
      if (named !== undefined && !runtimeFunctions.test(named.function!)) return named;
    }
  }
  return topFrameOf(context, thread);
}

function placeOf(frame: CoreFrame | undefined): string {
  if (frame === undefined) return "";
  const { function: name, file, line, module, pc } = frame;
  const where =
    file === undefined
      ? ""
      : ` at ${file.slice(file.lastIndexOf("/") + 1)}${line === undefined ? "" : `:${line}`}`;
  if (name !== undefined) return ` in ${name}${where}`;
  return module === undefined ? ` at ${pc}` : ` in ${module.slice(module.lastIndexOf("/") + 1)} at ${pc}`;
}
