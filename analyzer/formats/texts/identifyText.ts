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

/**
 * Tells a text by its content.
 * @param head the first {@link identifyBytes} bytes, or all there are
 * @returns undefined when it is none of the known ones
 */
export function identifyText(head: Uint8Array): TextFormat | undefined {
  if (head.length === 0 || looksBinary(head)) return undefined;
  const text = undecorated(textOfHead(head.subarray(0, identifyBytes)));
  for (const [format, isIt] of signs) if (isIt(text)) return format;
  return undefined;
}

/** Further kinds of texts in the same file, by its first part. */
export function otherTextsIn(head: Uint8Array, first: TextFormat): TextFormat[] {
  const text = undecorated(textOfHead(head.subarray(0, identifyBytes)));
  const maps = new RegExp(mapsHeader.source, "m");
  return signs.flatMap(([format, isIt]) =>
    format !== first && (format === "memory map" ? maps.test(text) : isIt(text)) ? [format] : [],
  );
}

/** What jcmd prints instead of a report, alone or below the process's number. */
export const nmtIsOff = /^(?:\d+:\r?\n)?Native memory tracking is not enabled\r?$/m;

/** A row of `pmap -x`; its headings are translated. */
export const extendedRow = /^([0-9a-f]{8,16})\s+(\d+)\s+(\d+|-)\s+(\d+|-)\s+([rwxsR-]{5})\s+(.*)$/m;

/** Ordered: a thread dump may stand in a GC log, never the other way round in the first lines. */
const signs: readonly (readonly [TextFormat, (text: string) => boolean])[] = [
  [
    "NMT report",
    (text) =>
      /^\s*(?:\d+:)?\s*Native Memory Tracking:|\nNative Memory Tracking:\r?\n/.test(text) ||
      /^Total:\s*reserved=\d+\w*.*committed=/m.test(text) ||
      nmtIsOff.test(text),
  ],
  ["JVM System.map", (text) => /^from\s+to\s+vsize\s+prot/m.test(text)],
  ["memory map", (text) => mapsHeader.test(firstLine(text))],
  [
    "pmap",
    (text) =>
      /^\s*Address\s+(?:Kbytes\s+RSS|Perm\s)/m.test(text) ||
      /^[0-9a-f]{8,16}\s+\d+K [rwxsR-]{5}\s/m.test(text) ||
      extendedRow.test(text),
  ],
  ["process status", (text) => /^Name:\t.*\r?\n/.test(text) && /^(?:Tgid|Pid|VmRSS):/m.test(text)],
  [
    "thread dump",
    (text) =>
      /^Full thread dump /m.test(text) ||
      /^"[^\n]*" [^\n]*\b(?:tid|nid)=/m.test(text) ||
      /^#\d+ "[^\n]*"/m.test(text),
  ],
  ["goroutine dump", (text) => /^goroutine (?:profile: total )?\d+/m.test(text)],
  [
    "GC log",
    (text) =>
      /^(?:\[[^\]\n]*\])*\[(?:info|debug|trace|warning)\s*\]\[gc/m.test(text) ||
      /^(?:\[[^\]\n]*\])+ (?:Using (?:Serial|Parallel|G1|The Z|Shenandoah|Concurrent)|GC\(\d+\) )/m.test(
        text,
      ) ||
      /\[(?:Full )?GC (?:pause )?\(?[^\n]*\d+[BKMG](?:\([^)]*\))?->\d/.test(text) ||
      /\[(?:Full )?GC pause \(/.test(text) ||
      /^(?:OpenJDK|Java HotSpot)[^\n]*(?:JRE|JVM)[^\n]*\n(?:.*\n){0,3}CommandLine flags:/m.test(text),
  ],
];

function firstLine(text: string): string {
  const line = text.trimStart();
  const end = line.search(/\r?\n/);
  return end < 0 ? line : line.slice(0, end);
}

function looksBinary(head: Uint8Array): boolean {
  const isWide = head[0] === 0xff && head[1] === 0xfe;
  let zeros = 0;
  const length = Math.min(head.length, 4096);
  for (let index = 0; index < length; index++) if (head[index] === 0) zeros++;
  return isWide ? zeros > length * 0.6 : zeros > 0;
}
