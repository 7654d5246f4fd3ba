import { undecorated } from "./lineDecoration";
import { mapsHeader } from "./smaps";
import { textOfHead } from "./textLines";

/** Texts Exhume reads, as shown to the user. */
export type TextFormat =
  | "NMT report"
  | "memory map"
  | "pmap"
  | "JVM System.map"
  | "process status"
  | "GC log"
  | "thread dump"
  | "goroutine dump";

/** How much of a file is enough to tell: System.map's legend and SIGQUIT dumps inside logs come first. */
export const identifyBytes = 64 * 1024;

/** Characters of a line that are looked at: every sign stands near its beginning. */
const longestSign = 1000;

/**
 * Tells a text by its content.
 * @param head the first {@link identifyBytes} bytes, or all there are
 * @returns undefined when it is none of the known ones
 */
export function identifyText(head: Uint8Array): TextFormat | undefined {
  if (head.length === 0 || looksBinary(head)) return undefined;
  const lines = firstLines(head);
  for (const [format, isIt] of signs) if (isIt(lines)) return format;
  return undefined;
}

/** Further kinds of texts in the same file, by its first part. */
export function otherTextsIn(head: Uint8Array, first: TextFormat): TextFormat[] {
  const lines = firstLines(head);
  return signs.flatMap(([format, isIt]) =>
    format !== first && (format === "memory map" ? some(lines, mapsHeader) : isIt(lines)) ? [format] : [],
  );
}

/** The lines of the first part that are not blank, each as far as signs reach. */
function firstLines(head: Uint8Array): string[] {
  return undecorated(textOfHead(head.subarray(0, identifyBytes)))
    .split("\n")
    .map((line) => line.slice(0, longestSign).trimEnd())
    .filter((line) => line !== "");
}

function some(lines: readonly string[], pattern: RegExp): boolean {
  return lines.some((line) => pattern.test(line));
}

/** What jcmd prints instead of a report, alone or below the process's number. */
export function saysNmtIsOff(line: string): boolean {
  return line === "Native memory tracking is not enabled";
}

/** A row of `pmap -x`; its headings are translated. */
export const extendedRow = /^([0-9a-f]{8,16})\s+(\d+)\s+(\d+|-)\s+(\d+|-)\s+([rwxsR-]{5})(?:\s+(\S.*|))?$/;

/** Ordered: a thread dump may stand in a GC log, never the other way round in the first lines. */
const signs: readonly (readonly [TextFormat, (lines: readonly string[]) => boolean])[] = [
  ["NMT report", isNmt],
  ["JVM System.map", (lines) => some(lines, /^from\s+to\s+vsize\s+prot/)],
  ["memory map", (lines) => mapsHeader.test((lines[0] ?? "").trimStart())],
  [
    "pmap",
    (lines) =>
      some(lines, /^\s*Address\s+(?:Kbytes\s+RSS|Perm(?:\s|$))/) ||
      some(lines, /^[0-9a-f]{8,16}\s+\d+K [rwxsR-]{5}(?:\s|$)/) ||
      some(lines, extendedRow),
  ],
  [
    "process status",
    (lines) => lines[0]?.startsWith("Name:\t") === true && some(lines, /^(?:Tgid|Pid|VmRSS):/),
  ],
  [
    "thread dump",
    (lines) =>
      some(lines, /^Full thread dump /) ||
      lines.some(
        (line) => line.startsWith('"') && /\b(?:tid|nid)=/.test(line.slice(line.lastIndexOf('" '))),
      ) ||
      lines.some((line) => /^#\d+ "/.test(line) && line.lastIndexOf('"') > line.indexOf('"')),
  ],
  ["goroutine dump", (lines) => some(lines, /^goroutine (?:profile: total )?\d/)],
  ["GC log", isGcLog],
];

function isNmt(lines: readonly string[]): boolean {
  const begins = lines
    .slice(0, 2)
    .map((line) => line.trim())
    .join(" ");
  return (
    /^(?:\d+: ?)?Native Memory Tracking:/.test(begins) ||
    lines.some(
      (line) =>
        line === "Native Memory Tracking:" ||
        saysNmtIsOff(line) ||
        (/^Total:\s*reserved=\d/.test(line) && line.includes("committed=")),
    )
  );
}

function isGcLog(lines: readonly string[]): boolean {
  return lines.some((line, index) => {
    if (line.startsWith("[") && isUnifiedLine(line)) return true;
    const collection = /\[(?:Full )?GC (?=(pause \()?)/.exec(line);
    if (collection?.[1] !== undefined) return true;
    if (collection && /\d[BKMG](?:\([^()]*\))?->\d/.test(line.slice(collection.index))) return true;
    // The flags stand within three lines of the JVM's name.
    if (!line.startsWith("CommandLine flags:")) return false;
    return lines
      .slice(Math.max(0, index - 4), index)
      .some((above) => /^(?:OpenJDK|Java HotSpot)/.test(above) && /JRE|JVM/.test(above));
  });
}

/** A line of unified logging (JDK 9 and later) about garbage collection. */
function isUnifiedLine(line: string): boolean {
  const text = /^(?:\[[^\]]*\])+/.exec(line)?.[0] ?? "";
  if (/\[(?:info|debug|trace|warning)\s*\]\[gc/.test(text)) return true;
  return /^ (?:Using (?:Serial|Parallel|G1|The Z|Shenandoah|Concurrent)|GC\(\d+\) )/.test(
    line.slice(text.length),
  );
}

function looksBinary(head: Uint8Array): boolean {
  const isWide = head[0] === 0xff && head[1] === 0xfe;
  let zeros = 0;
  const length = Math.min(head.length, 4096);
  for (let index = 0; index < length; index++) if (head[index] === 0) zeros++;
  return isWide ? zeros > length * 0.6 : zeros > 0;
}
