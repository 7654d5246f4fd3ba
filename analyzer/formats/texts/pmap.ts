import type { ByteSource } from "../../base/byteSource";
import type { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import { amountReader, type BytesOf } from "./amounts";
import { extendedRow } from "./identifyText";
import {
  lastReport,
  type Mapping,
  type MemoryMapText,
  mostMappings,
  possibleMappings,
  totalsOf,
} from "./memoryMap";
import { linesOf } from "./textLines";

/**
 * Reads `pmap PID` and its `-x`, `-X`, `-XX` forms (procps). Columns of `-X` differ by kernel and are found by
 * their headings; plain forms have sizes only.
 * @throws ExhumeError `cancelled`, `unreadable`
 */
export function parsePmap(source: ByteSource, problems: ProblemList, work: Work): MemoryMapText {
  const all: Mapping[] = [];
  const bytesOf = amountReader(problems);
  let hasTotal = false;
  let form: MemoryMapText["form"] = "pmap";
  let columns: readonly string[] = [];
  for (const line of linesOf(source, problems, work)) {
    if (all.length >= mostMappings) {
      problems.add({
        code: "too-many-mappings",
        message: `Only the first ${mostMappings} mappings were read.`,
        losesData: true,
      });
      break;
    }
    if (/^\s*Address\s+Kbytes\s+RSS/.test(line)) {
      form = "pmap -x";
      continue;
    }
    if (/^\s*Address\s+Perm\s/.test(line)) {
      form = "pmap -X";
      columns = line.trim().split(/\s+/);
      continue;
    }
    const extended = form === "pmap -X" ? undefined : rowWithResident(line, bytesOf);
    if (extended !== undefined) form = "pmap -x";
    const mapping =
      form === "pmap -X" ? wideRow(line, columns, bytesOf) : (extended ?? plainRow(line, bytesOf));
    if (mapping) all.push(mapping);
    // The last line adds up; `-X` underlines the columns before it.
    else if (/^\s*total\b|^[\s=]*====/.test(line)) hasTotal = true;
  }
  if (all.length === 0)
    problems.add({ code: "no-mappings", message: "The pmap output lists no mappings.", losesData: true });
  else if (!hasTotal)
    problems.add({
      code: "cut-short",
      message: "The pmap output has no line with the total: it was cut short (or made with -q).",
      losesData: true,
    });
  const { mappings, ...series } = lastReport(possibleMappings(all, problems), problems);
  return { kind: "memoryMap", form, mappings, totals: totalsOf(mappings), ...series };
}

function plainRow(line: string, bytesOf: BytesOf): Mapping | undefined {
  const row = /^([0-9a-f]{8,16})\s+(\d+)K\s+([rwxsR-]{5})\s+(\S.*|)$/.exec(line);
  return row ? rangeOf(row[1]!, bytesOf(row[2]!, "K"), row[3]!, row[4]!) : undefined;
}

function rowWithResident(line: string, bytesOf: BytesOf): Mapping | undefined {
  const row = extendedRow.exec(line);
  if (!row) return undefined;
  return {
    ...rangeOf(row[1]!, bytesOf(row[2]!, "K"), row[5]!, row[6] ?? ""),
    ...(row[3] === "-" ? {} : { rssBytes: bytesOf(row[3]!, "K") }),
  };
}

function wideRow(line: string, columns: readonly string[], bytesOf: BytesOf): Mapping | undefined {
  const cells = line.trim().split(/\s+/);
  if (!/^[0-9a-f]{8,16}$/.test(cells[0] ?? "") || !/^[r-][w-][x-][ps]/.test(cells[1] ?? "")) return undefined;
  const kilobytes = (name: string) => {
    const cell = cells[columns.indexOf(name)] ?? "";
    return /^\d+$/.test(cell) ? bytesOf(cell, "K") : undefined;
  };
  const size = kilobytes("Size");
  if (size === undefined) return undefined;
  const start = BigInt(`0x${cells[0]}`);
  // VmFlags is a column of several words before the last one; names never look like two-letter flags.
  const flags = columns.indexOf("VmFlags");
  let last = columns.length - 1;
  if (flags >= 0) for (last = flags; /^[a-z?]{2}$/.test(cells[last] ?? ""); ) last++;
  const named = {
    Rss: "rssBytes",
    Pss: "pssBytes",
    Private_Dirty: "privateDirtyBytes",
    Anonymous: "anonymousBytes",
    Swap: "swapBytes",
  };
  const figures: Record<string, number> = {};
  for (const [column, key] of Object.entries(named)) {
    const value = kilobytes(column);
    if (value !== undefined) figures[key] = value;
  }
  return {
    start,
    end: start + BigInt(size),
    permissions: cells[1]!,
    name: cells.slice(last).join(" "),
    ...figures,
  };
}

function rangeOf(address: string, bytes: number, mode: string, name: string): Mapping {
  const start = BigInt(`0x${address}`);
  const shared = mode.includes("s") ? "s" : "p";
  const trimmed = name.trim();
  return {
    start,
    end: start + BigInt(bytes),
    permissions: `${mode.slice(0, 3)}${shared}`,
    name: trimmed === "[ anon ]" ? "" : trimmed === "[ stack ]" ? "[stack]" : trimmed,
  };
}
