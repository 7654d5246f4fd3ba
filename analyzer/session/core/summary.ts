import { formatHex } from "../../base/units";
import type { SignalFacts } from "../../core/signals";
import type { CoreFrame, CoreSignal, CoreSummary } from "../../protocol/coreRequests";
import { wireProblemOf } from "../wireFaults";
import type { CoreContext } from "./coreContext";
import { topFrameOf } from "./frames";

const producers = {
  kernel: "written by the kernel",
  gdb: "written by gdb",
  qemu: "written by qemu",
} as const;

export function summaryOf(context: CoreContext): CoreSummary {
  const { image, core, path, fileBytes } = context;
  const { process, signal, architecture, producer } = image;
  const { truncation } = image.dump;
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
    format: `ELF core, ${architecture.name}, ${producers[producer]}`,
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

export function wireSignalOf({ name, codeName, address, description }: SignalFacts): CoreSignal {
  return {
    name,
    code: codeName,
    description,
    ...(address === undefined ? {} : { address: formatHex(address) }),
  };
}

/** `SIGSEGV at address 0x10 in Order::total() at order.cpp:42, thread 1 of 12`. */
function headlineOf(context: CoreContext): string {
  const { image } = context;
  const { threads, signal } = image;
  const name = image.process?.name ?? "The process";
  if (signal === undefined) {
    return `${name} was dumped while it ran: ${threads.length === 1 ? "one thread" : `${threads.length} threads`}, no crash`;
  }
  const thread = threads[0];
  const place = thread === undefined ? "" : placeOf(topFrameOf(context, thread));
  const address = signal.address === undefined ? "" : ` at address ${formatHex(signal.address)}`;
  const whose =
    threads.length > 1 && thread !== undefined ? `, thread ${thread.lwp} of ${threads.length} threads` : "";
  return `${signal.name}${address}${place}${whose}`;
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
