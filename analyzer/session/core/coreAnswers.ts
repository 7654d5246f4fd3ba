import { ExhumeError } from "../../base/errors";
import { formatHex, parseHexOrUndefined } from "../../base/units";
import { describeProtection } from "../../core/memorySegment";
import type { CoreMappingRow } from "../../protocol/core/memory";
import type { coreModuleRequests } from "../../protocol/core/modules";
import type { coreProcessRequests } from "../../protocol/core/process";
import type { coreStackRequests } from "../../protocol/core/stacks";
import type { ResultOf } from "../../protocol/requests";
import type { AnswerTable } from "../room";
import { type CoreContext, findCoreThread } from "./coreContext";
import { threadsInOrder } from "./crash";
import { backtraceOf, backtracePage, foldedBacktraceOf, threadRow } from "./frames";
import { locksOf } from "./locks";
import { moduleRow, wireModuleCounts } from "./moduleRows";
import { processRows } from "./processRows";
import { summaryOf, wireSignalOf } from "./summary";

/** Frames of a group that a view shows. */
const groupFrames = 64;
/** One memory answer; a memory view asks for a few KiB. */
const maximumMemoryBytes = 1 << 20;

export const coreAnswers: AnswerTable<
  CoreContext,
  | keyof typeof coreProcessRequests
  | keyof typeof coreStackRequests
  | keyof typeof coreModuleRequests
  | "core/locks"
  | "core/mappings"
  | "core/memory"
> = {
  "core/summary": {
    lane: "quick",
    answer: (context, _, work) => context.core.during(work, () => summaryOf(context)),
  },
  "core/threads": {
    lane: "quick",
    answer: (context, { start, count }, work) => {
      const threads = threadsInOrder(context);
      const rows = threads.slice(start, start + count).map((thread) => {
        work.throwIfCancelled();
        return threadRow(context, thread);
      });
      return { start, end: start + rows.length, total: threads.length, rows };
    },
  },
  "core/threadGroups": {
    lane: "quick",
    answer: async (context, { maximumFrames = groupFrames }, work) => {
      const { threadGroups } = await import("./threadGroups");
      return { groups: context.core.during(work, () => threadGroups(context, maximumFrames)) };
    },
  },
  "core/backtrace": {
    lane: "quick",
    answer: (context, { lwps, maximumFrames, start, folded }, work) => {
      const { signal } = context.image;
      const wanted =
        lwps === undefined ? threadsInOrder(context) : lwps.map((lwp) => findCoreThread(context, lwp));
      return {
        ...(signal === undefined ? {} : { signal: wireSignalOf(signal) }),
        threads: wanted.map((thread, done) => {
          work.throwIfCancelled();
          work.report("Unwinding stacks", done / wanted.length);
          return context.core.during(work, () => {
            if (folded === true)
              return foldedBacktraceOf(context, thread, maximumFrames ?? Number.MAX_SAFE_INTEGER);
            if (start === undefined) return backtraceOf(context, thread, maximumFrames);
            return backtracePage(context, thread, start, maximumFrames ?? Number.MAX_SAFE_INTEGER);
          });
        }),
      };
    },
  },
  "core/locks": {
    lane: "quick",
    answer: (context, _, work) => context.core.during(work, () => locksOf(context)),
  },
  "core/modules": {
    lane: "quick",
    answer: ({ core: { modules }, managed: { runtimes } }) => ({
      runtimes: runtimes.map(({ title }) => title),
      counts: wireModuleCounts(modules),
      modules: modules.map(moduleRow),
    }),
  },
  "core/mappings": {
    lane: "quick",
    answer: ({ image }, { start, count }) => {
      const { segments } = image.memory;
      const rows = segments.slice(start, start + count).map((segment): CoreMappingRow => {
        const mapping = image.memory.mappingOf(segment.start);
        return {
          start: formatHex(segment.start),
          end: formatHex(segment.end),
          bytes: Number(segment.end - segment.start),
          dumpedBytes: segment.dumpedBytes,
          permissions: describeProtection(segment.protection),
          ...(mapping === undefined
            ? {}
            : {
                path: mapping.path,
                fileOffset: mapping.fileOffset + Number(segment.start - mapping.start),
              }),
        };
      });
      return { start, end: start + rows.length, total: segments.length, rows };
    },
  },
  "core/memory": {
    lane: "quick",
    answer: ({ image }, { address, count }) => {
      const start = parseHexOrUndefined(address);
      if (start === undefined)
        throw new ExhumeError({ code: "invalid", what: `${address} is not an address` });
      if (!(count >= 0 && count <= maximumMemoryBytes)) {
        throw new ExhumeError({ code: "invalid", what: `${count} bytes of memory were asked for at once` });
      }
      return memoryOf(image.memory, start, count);
    },
  },
  "core/process": { lane: "quick", answer: (context) => processRows(context) },
};

function memoryOf(
  memory: CoreContext["image"]["memory"],
  start: bigint,
  count: number,
): ResultOf<"core/memory"> {
  const top = 1n << 64n;
  const end = start + BigInt(count) < top ? start + BigInt(count) : top;
  const data = new Uint8Array(Number(end - start));
  const absent: { start: string; end: string }[] = [];
  for (const piece of memory.pieces(start, end)) {
    const part = data.subarray(Number(piece.start - start), Number(piece.end - start));
    const got = piece.residence === "absent" ? 0 : memory.read(piece.start, part);
    // A file may be shorter than its mapping: what could not be read is absent too.
    if (got < part.length) {
      absent.push({ start: formatHex(piece.start + BigInt(got)), end: formatHex(piece.end) });
    }
  }
  return { data: Buffer.from(data).toString("base64"), absent };
}
