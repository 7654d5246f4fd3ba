import type { ByteSource } from "../../base/byteSource";
import type { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import { type Mapping, type MemoryMapText, totalsOf } from "./memoryMap";
import { linesOf } from "./textLines";

/**
 * Reads `jcmd PID System.map` (JDK 22 and later): the kernel's map with what the JVM uses each range for.
 * @throws ExhumeError `cancelled`, `unreadable`
 */
export function parseSystemMap(source: ByteSource, problems: ProblemList, work: Work): MemoryMapText {
  const mappings: Mapping[] = [];
  let columns: readonly string[] = [];
  let starts: readonly number[] = [];
  for (const line of linesOf(source, problems, work)) {
    if (/^from\s+to\s+vsize/.test(line)) {
      const headings = [...line.matchAll(/\S+/g)];
      columns = headings.map((match) => match[0]);
      starts = headings.map((match) => match.index);
      continue;
    }
    const row = /^0x([0-9a-f]{16})\s*-\s*0x([0-9a-f]{16})\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line);
    if (!row) continue;
    // Figures stand right-aligned under their headings, words left-aligned: count the former, cut out the latter.
    const figure = Number(row[5]!.split(/\s+/)[columns.indexOf("rss") - columns.indexOf("prot") - 1]);
    const words = (name: string) => {
      const index = columns.indexOf(name);
      const text = index < 0 ? "-" : line.slice(starts[index], starts[index + 1]).trim();
      return text === "-" ? "" : text;
    };
    const owner = words("info");
    mappings.push({
      start: BigInt(`0x${row[1]}`),
      end: BigInt(`0x${row[2]}`),
      permissions: row[4]!,
      name: words("file"),
      ...(Number.isFinite(figure) ? { rssBytes: figure } : {}),
      ...(owner === "" ? {} : { owner }),
    });
  }
  if (mappings.length === 0)
    problems.add({
      code: "no-mappings",
      message: "The System.map output lists no mappings.",
      losesData: true,
    });
  return { kind: "memoryMap", form: "System.map", mappings, totals: totalsOf(mappings) };
}
