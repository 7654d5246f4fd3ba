import type { ByteSource } from "../../base/byteSource";
import type { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
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
 * Reads `jcmd PID System.map` (JDK 22 and later): the kernel's map with what the JVM uses each range for.
 * @throws ExhumeError `cancelled`, `unreadable`
 */
export function parseSystemMap(source: ByteSource, problems: ProblemList, work: Work): MemoryMapText {
  const all: Mapping[] = [];
  let counted: number | undefined;
  let seen = 0;
  let columns: readonly string[] = [];
  let starts: readonly number[] = [];
  for (const line of linesOf(source, problems, work)) {
    if (/^from\s+to\s+vsize/.test(line)) {
      const headings = [...line.matchAll(/\S+/g)];
      columns = headings.map((match) => match[0]);
      starts = headings.map((match) => match.index);
      continue;
    }
    const announced = /^Number of mappings: (\d+)/.exec(line);
    if (announced) {
      counted = Number(announced[1]);
      seen = all.length;
      continue;
    }
    const row = /^0x([0-9a-f]{16})\s*-\s*0x([0-9a-f]{16})\s+(\d+)\s+(\S+)\s+(\S.*|)$/.exec(line);
    if (!row) continue;
    if (all.length >= mostMappings) {
      problems.add({
        code: "too-many-mappings",
        message: `Only the first ${mostMappings} mappings were read.`,
        losesData: true,
      });
      break;
    }
    // Figures stand right-aligned under their headings, words left-aligned: count the former, cut out the latter.
    const figure = Number(row[5]!.split(/\s+/)[columns.indexOf("rss") - columns.indexOf("prot") - 1]);
    const words = (name: string) => {
      const index = columns.indexOf(name);
      const text = index < 0 ? "-" : line.slice(starts[index], starts[index + 1]).trim();
      return text === "-" ? "" : text;
    };
    const owner = words("info");
    all.push({
      start: BigInt(`0x${row[1]}`),
      end: BigInt(`0x${row[2]}`),
      permissions: row[4]!,
      name: words("file"),
      ...(figure <= 2 ** 57 ? { rssBytes: figure } : {}),
      ...(owner === "" ? {} : { owner }),
    });
  }
  if (all.length > seen)
    problems.add({
      code: "cut-short",
      message: `The list of ${all.length - seen} mappings has no line with their number: it was cut short.`,
      losesData: true,
    });
  const { mappings, ...series } = lastReport(possibleMappings(all, problems), problems);
  if (counted !== undefined && all.length === seen && mappings.length !== counted)
    problems.add({
      code: "missing-mappings",
      message: `${mappings.length} mappings were read, the text says there are ${counted}.`,
      losesData: true,
    });
  if (mappings.length === 0)
    problems.add({
      code: "no-mappings",
      message: "The System.map output lists no mappings.",
      losesData: true,
    });
  return { kind: "memoryMap", form: "System.map", mappings, totals: totalsOf(mappings), ...series };
}
