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
