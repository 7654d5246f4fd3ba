import { ExhumeError } from "../../../base/errors";
import { formatBytes } from "../../../base/figures";
import type { ProblemList } from "../../../base/problems";
import type { LeftOut } from "../../graph/opened/dominatorQuestions";
import type { CostEstimate } from "./heapColumns";

/**
 * Upper bounds, measured over heaps of 4 to 40 million objects with 1 to 10 references an object. While dominators are
 * computed: 20 bytes an object and 8 a reference; of those 4 an object are columns that can wait on disk meanwhile.
 */
const bytesPerObject = 20;
const bytesPerReference = 8;
const waitingBytesPerObject = 4;
/** While references are read: the columns, degrees, and the references themselves. */
const readingBytesPerObject = 8;
const readingBytesPerReference = 4.5;
/** Columns only. */
const leastBytesPerObject = 7;
/** What the process takes without a dump. */
const processBytes = 136 << 20;
/** Of an object in the saved index, with the lists of children. */
const indexBytesPerObject = 21;
/** The first pass is the cheapest: the rest takes this many times as long. */
const restPerScan = 5;

/** What a dump of so many objects and at most so many references will take, told from the scan. */
export function estimateCost(
  objectCount: number,
  references: number,
  classCount: number,
  scanSeconds: number,
): CostEstimate {
  const fixed = processBytes + 4096 * classCount;
  const memoryBytes = fixed + bytesPerObject * objectCount + bytesPerReference * references;
  return {
    memoryBytes,
    memoryWithDiskBytes: memoryBytes - waitingBytesPerObject * objectCount,
    readingBytes: fixed + readingBytesPerObject * objectCount + readingBytesPerReference * references,
    leastMemoryBytes: fixed + leastBytesPerObject * objectCount,
    indexBytes: indexBytesPerObject * objectCount + 600 * classCount,
    seconds: Math.ceil(scanSeconds * restPerScan),
  };
}

/** In a few words, for the one who waits. */
export function costInWords({ memoryBytes, indexBytes, seconds }: CostEstimate): string {
  return `up to ${formatBytes(memoryBytes)} of memory, about ${seconds} s, ${formatBytes(indexBytes)} of disk for a saved index`;
}

/** How far an analysis goes within a budget. */
export type Extent =
  /** All of it. */
  | "dominators"
  /** All of it, columns that are not needed waiting on disk meanwhile. */
  | "columns-to-disk"
  /** Histogram and contents without dominators. */
  | "histogram";

/**
 * Whether references are read at all: not when even the smallest graph of so many objects is beyond the budget.
 * @param atMost with as many references as there can be
 * @throws ExhumeError `overBudget` when not even the histogram can be kept
 */
export function mayReadReferences(budgetBytes: number | undefined, atMost: CostEstimate): boolean {
  if (budgetBytes === undefined) return true;
  if (atMost.leastMemoryBytes > budgetBytes) {
    throw new ExhumeError({
      code: "overBudget",
      what: "Opening this dump without dominators",
      neededBytes: budgetFor(atMost.leastMemoryBytes),
      budgetBytes,
    });
  }
  return atMost.readingBytes <= budgetBytes;
}

/**
 * The step a budget allows; what it changes or leaves out becomes a problem.
 * @param cost with the references there are
 * @param hasDisk columns can wait on disk
 */
export function extentWithin(
  budgetBytes: number | undefined,
  cost: CostEstimate,
  hasDisk: boolean,
  problems: ProblemList,
): Extent {
  if (budgetBytes === undefined || cost.memoryBytes <= budgetBytes) return "dominators";
  if (hasDisk && cost.memoryWithDiskBytes <= budgetBytes) {
    problems.add({
      code: "columns-to-disk",
      message:
        `Columns waited on disk while dominators were computed: in memory all takes about ` +
        `${formatBytes(cost.memoryBytes)}, the budget is ${formatBytes(budgetBytes)}. Nothing was left out.`,
      losesData: false,
    });
    return "columns-to-disk";
  }
  return "histogram";
}

/** The least budget that would do, rounded up so that its figure, as it is shown, is enough when it is given. */
function budgetFor(bytes: number): number {
  const step = bytes < 2 ** 30 ? 2 ** 20 : bytes < 100 * 2 ** 30 ? 2 ** 30 / 10 : 2 ** 30;
  return Math.ceil(Math.ceil(bytes / step) * step);
}

/** The last step: says what is missing and what it would take. */
export function leaveOutDominators(
  budgetBytes: number,
  { memoryBytes, memoryWithDiskBytes }: CostEstimate,
  hasDisk: boolean,
  problems: ProblemList,
): LeftOut {
  const neededBytes = budgetFor(hasDisk ? memoryWithDiskBytes : memoryBytes);
  problems.add({
    code: "over-budget",
    message:
      `Dominators and retained sizes were left out: they need a memory budget of ${formatBytes(neededBytes)}, this one ` +
      `is ${formatBytes(budgetBytes)}. Histogram, objects and their contents are complete; what is reachable is not ` +
      "known, so other answers count all objects, reachable or not.",
    losesData: false,
  });
  return { neededBytes, budgetBytes };
}
