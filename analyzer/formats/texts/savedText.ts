import type { ByteSource } from "../../base/byteSource";
import { readUpTo } from "../../base/byteSource";
import { ExhumeError } from "../../base/errors";
import type { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import { type GcLog, parseGcLog } from "./gcLog";
import { type GoroutineDump, parseGoroutines } from "./goroutines";
import { identifyBytes, identifyText, otherTextsIn, type TextFormat } from "./identifyText";
import type { MemoryMapText } from "./memoryMap";
import { type NmtReport, parseNmt } from "./nmt";
import { parsePmap } from "./pmap";
import { type ProcStatus, parseProcStatus } from "./procStatus";
import { parseSmaps } from "./smaps";
import { parseSystemMap } from "./systemMap";
import { parseThreadDump, type ThreadDump } from "./threadDump";

/** Any text an operator saved, parsed. */
export type SavedText = NmtReport | MemoryMapText | ProcStatus | GcLog | ThreadDump | GoroutineDump;

const parsers: Readonly<
  Record<TextFormat, (source: ByteSource, problems: ProblemList, work: Work) => SavedText>
> = {
  "NMT report": parseNmt,
  "memory map": parseSmaps,
  pmap: parsePmap,
  "JVM System.map": parseSystemMap,
  "process status": parseProcStatus,
  "GC log": parseGcLog,
  "thread dump": parseThreadDump,
  "goroutine dump": parseGoroutines,
};

/**
 * Tells the text by its content and reads it.
 * @throws ExhumeError `empty`, `notADump`, `cancelled`, `unreadable`
 */
export function readSavedText(source: ByteSource, problems: ProblemList, work: Work): SavedText {
  if (source.byteLength === 0) throw new ExhumeError({ code: "empty", file: source.name });
  const head = readUpTo(source, 0, identifyBytes);
  const format = identifyText(head);
  if (format === undefined)
    throw new ExhumeError({
      code: "notADump",
      file: source.name,
      found:
        "a text that is neither an NMT report, a memory map, a process status, a GC log nor a thread dump",
    });
  const others = otherTextsIn(head, format);
  if (others.length > 0)
    problems.add({
      code: "other-texts",
      message: `The file also holds what looks like a ${others.join(" and a ")}; only the ${format} was read. Save each in a file of its own.`,
      losesData: false,
    });
  return parsers[format](source, problems, work);
}
