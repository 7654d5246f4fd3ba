import { ExhumeError } from "../../base/errors";
import type { ProblemList } from "../../base/problems";
import type { CostEstimate } from "./heapColumns";

/**
 * Measured over heaps of 4 to 40 million objects: peak memory per object with dominators (33 bytes at most) and with
 * the columns of the second pass only, and what the process takes without a dump.
 */
const bytesPerObject = 34;
const bytesPerObjectWithoutDominators = 7;
const processBytes = 130 << 20;
/** Of an object in the saved index. */
const indexBytesPerObject = 13;
/** The first pass is the cheapest: the rest takes this many times as long. */
const restPerScan = 5;

/** What a dump of so many objects will take, told from the scan. */
export function estimateCost(objectCount: number, classCount: number, scanSeconds: number): CostEstimate {
  const fixed = processBytes + 4096 * classCount;
  return {
    memoryBytes: fixed + bytesPerObject * objectCount,
    leastMemoryBytes: fixed + bytesPerObjectWithoutDominators * objectCount,
    indexBytes: indexBytesPerObject * objectCount + 600 * classCount,
    seconds: Math.ceil(scanSeconds * restPerScan),
  };
}

/** How far an analysis goes within a budget: all of it, or histogram and contents without dominators. */
export type Extent = "dominators" | "histogram";

/**
 * The step a budget allows; what is left out becomes a problem.
 * @throws ExhumeError `overBudget` when not even the histogram can be kept
 */
export function extentWithin(
  budgetBytes: number | undefined,
  cost: CostEstimate,
  problems: ProblemList,
): Extent {
  if (budgetBytes === undefined || cost.memoryBytes <= budgetBytes) return "dominators";
  if (cost.leastMemoryBytes > budgetBytes) {
    throw new ExhumeError({
      code: "overBudget",
      what: "Opening this dump without dominators",
      neededBytes: cost.leastMemoryBytes,
      budgetBytes,
    });
  }
  problems.add({
    code: "over-budget",
    message:
      `Dominators and retained sizes were left out: they need about ${mebibytes(cost.memoryBytes)} of memory, ` +
      `the budget is ${mebibytes(budgetBytes)}. Histogram, objects and their contents are complete.`,
    losesData: false,
  });
  return "histogram";
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
