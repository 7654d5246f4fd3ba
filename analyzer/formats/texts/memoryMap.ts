import type { ProblemList } from "../../base/problems";
import { type ReportFigures, ReportSeries, reportSeveral } from "./severalReports";

/** One mapped range as a kernel text or tool gives it. Figures a form does not have are absent, not zero. */
export interface Mapping {
  readonly start: bigint;
  readonly end: bigint;
  /** As the kernel writes them, e.g. `rw-p`; `pmap -x` forms are normalised to it. */
  readonly permissions: string;
  /** File, `[heap]`, `[stack]`, `[anon:…]`; empty for anonymous memory. */
  readonly name: string;
  readonly rssBytes?: number;
  readonly pssBytes?: number;
  readonly privateDirtyBytes?: number;
  readonly anonymousBytes?: number;
  readonly swapBytes?: number;
  /** What a JVM's `System.map` says the range is for, e.g. `JAVAHEAP`. */
  readonly owner?: string;
}

/** A list of mappings and its totals, whichever text they came from. */
export interface MemoryMapText {
  readonly kind: "memoryMap";
  readonly form: "smaps" | "smaps_rollup" | "maps" | "pmap" | "pmap -x" | "pmap -X" | "System.map";
  /** Ascending by start; empty for a rollup. */
  readonly mappings: readonly Mapping[];
  readonly totals: MemoryMapTotals;
  /** Totals of each of several reports; absent where there is one. */
  readonly series?: readonly ReportFigures[];
}

export interface MemoryMapTotals {
  readonly sizeBytes: number;
  readonly rssBytes?: number;
  readonly pssBytes?: number;
  readonly privateDirtyBytes?: number;
  readonly anonymousBytes?: number;
  readonly swapBytes?: number;
}

/** Most mappings a Linux process may have by default is 65 530; raised limits of 1 M are seen. */
export const mostMappings = 1_100_000;

/** A list shorter than this does not begin anew: a damaged line does. */
const leastMappings = 3;

/** The last of several lists of mappings, and the totals of all of them. */
export interface LastReport extends Pick<MemoryMapText, "series"> {
  readonly mappings: readonly Mapping[];
}

/**
 * The mappings in order; where they begin anew at low addresses, those from there on: `cat smaps >> file` twice.
 */
export function lastReport(mappings: readonly Mapping[], problems: ProblemList): LastReport {
  const begins = [0];
  for (let index = 1; index < mappings.length; index++)
    if (mappings[index]!.start < mappings[index - 1]!.start) begins.push(index);
  if (begins.length === 1) return { mappings };
  const ends = [...begins.slice(1), mappings.length];
  if (begins.every((begin, index) => ends[index]! - begin >= leastMappings)) {
    const reports = begins.map((begin, index) => mappings.slice(begin, ends[index]));
    return lastOf(reports, problems);
  }
  problems.add({
    code: "not-in-order",
    message: `${begins.length - 1} mappings stand before lower ones: the text is damaged.`,
    losesData: true,
  });
  return { mappings: [...mappings].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0)) };
}

/** Of several lists the last, with a word about the others. */
export function lastOf(reports: readonly (readonly Mapping[])[], problems: ProblemList): LastReport {
  if (reports.length > 1) reportSeveral(reports.length, problems);
  const series = new ReportSeries();
  for (const report of reports)
    series.add(Object.fromEntries(Object.entries(totalsOf(report)).filter(([, bytes]) => bytes > 0)));
  return { mappings: reports.at(-1) ?? [], ...series.toFields() };
}

const figures = ["rssBytes", "pssBytes", "privateDirtyBytes", "anonymousBytes", "swapBytes"] as const;
/** No range of a process is larger: user space has 2^57 bytes on x86-64 and aarch64 with five levels of page tables. */
export const largestRange = 1n << 57n;

/** Leaves out ranges that no process has, and figures larger than their range: damage would make terabytes of them. */
export function possibleMappings(mappings: readonly Mapping[], problems: ProblemList): Mapping[] {
  return mappings.flatMap((mapping) => {
    const size = mapping.end - mapping.start;
    const range = `${mapping.start.toString(16)}-${mapping.end.toString(16)}`;
    if (size <= 0n || size > largestRange) {
      const message = `A mapping ends before it starts or is larger than any process: ${range}.`;
      problems.add({ code: "bad-mapping", message, losesData: true });
      return [];
    }
    const impossible = figures.filter((key) => (mapping[key] ?? 0) > size);
    if (impossible.length === 0) return [mapping];
    const message = `The mapping ${range} has figures larger than itself: they were left out.`;
    problems.add({ code: "impossible-amount", message, losesData: true });
    return [{ ...mapping, ...Object.fromEntries(impossible.map((key) => [key, undefined])) }];
  });
}

/** Adds the mappings up; a figure is absent when no mapping has it. */
export function totalsOf(mappings: readonly Mapping[]): MemoryMapTotals {
  const totals = { sizeBytes: 0 } as { -readonly [Key in keyof MemoryMapTotals]: MemoryMapTotals[Key] };
  for (const mapping of mappings) {
    // The vsyscall page is the kernel's, not the process's; pmap and smaps list it, VmSize does not count it.
    if (mapping.name !== "[vsyscall]") totals.sizeBytes += Number(mapping.end - mapping.start);
    for (const key of figures) {
      const value = mapping[key];
      if (value !== undefined) totals[key] = (totals[key] ?? 0) + value;
    }
  }
  return totals;
}
