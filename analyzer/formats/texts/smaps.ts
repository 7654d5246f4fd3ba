import type { ByteSource } from "../../base/byteSource";
import type { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import { amountReader } from "./amounts";
import {
  lastOf,
  lastReport,
  type Mapping,
  type MemoryMapText,
  mostMappings,
  possibleMappings,
  totalsOf,
} from "./memoryMap";
import { linesOf } from "./textLines";

/** Header of a mapping in `/proc/PID/maps`, `smaps` and `smaps_rollup`. */
export const mapsHeader =
  /^([0-9a-f]{1,16})-([0-9a-f]{1,16}) ([r-][w-][x-][ps]) [0-9a-f]+ [0-9a-f]+:[0-9a-f]+ \d+(?:\s+(\S.*|))?$/;

/**
 * Reads `/proc/PID/smaps`, `smaps_rollup` or plain `maps`, see proc(5).
 * @throws ExhumeError `cancelled`, `unreadable`
 */
export function parseSmaps(source: ByteSource, problems: ProblemList, work: Work): MemoryMapText {
  const all: Mapping[] = [];
  let current: { -readonly [Key in keyof Mapping]: Mapping[Key] } | undefined;
  let fields = 0;
  let strange = 0;
  let fieldsOfFirst = 0;
  let fieldsOfLast = 0;
  const bytesOf = amountReader(problems);
  for (const line of linesOf(source, problems, work)) {
    const field = /^([A-Z]\w*):\s+(\d+) kB/.exec(line);
    if (field) {
      fields++;
      if (current) {
        setField(current, field[1]!, bytesOf(field[2]!, "kB"));
        fieldsOfLast++;
      }
      continue;
    }
    const header = mapsHeader.exec(line);
    if (header) {
      if (all.length >= mostMappings) {
        problems.add({
          code: "too-many-mappings",
          message: `Only the first ${mostMappings} mappings were read.`,
          losesData: true,
        });
        break;
      }
      current = {
        start: BigInt(`0x${header[1]}`),
        end: BigInt(`0x${header[2]}`),
        permissions: header[3]!,
        name: header[4] ?? "",
      };
      if (all.length === 1) fieldsOfFirst = fieldsOfLast;
      fieldsOfLast = 0;
      all.push(current);
    } else if (line.trim() !== "" && !/^[A-Z]\w*:/.test(line)) strange++;
  }
  if (strange > 0)
    problems.add({
      code: "strange-lines",
      message: `${strange} lines are not part of a memory map.`,
      losesData: true,
    });
  if (fieldsOfLast < fieldsOfFirst)
    problems.add({
      code: "cut-short",
      message: `The last mapping has ${fieldsOfLast} lines, the first has ${fieldsOfFirst}: the text was cut short.`,
      losesData: true,
    });
  // A rollup spans the whole address space: its size says nothing, and is taken for none.
  const isRollup = all.at(-1)?.name === "[rollup]";
  const possible = possibleMappings(all, problems);
  const { mappings, ...series } = isRollup
    ? lastOf(
        possible.map((rollup) => [{ ...rollup, start: rollup.end }]),
        problems,
      )
    : lastReport(possible, problems);
  return {
    kind: "memoryMap",
    form: isRollup ? "smaps_rollup" : fields > 0 ? "smaps" : "maps",
    mappings: isRollup ? [] : mappings,
    totals: totalsOf(mappings),
    ...series,
  };
}

function setField(
  mapping: { -readonly [Key in keyof Mapping]: Mapping[Key] },
  name: string,
  bytes: number,
): void {
  switch (name) {
    case "Rss":
      mapping.rssBytes = bytes;
      break;
    case "Pss":
      mapping.pssBytes = bytes;
      break;
    case "Private_Dirty":
      mapping.privateDirtyBytes = bytes;
      break;
    case "Anonymous":
      mapping.anonymousBytes = bytes;
      break;
    case "Swap":
      mapping.swapBytes = bytes;
      break;
  }
}
