import { recordTag } from "../../../formats/hprof/tags";

/**
 * Bytes at the beginning of a top-level record's body that are serials, ids and counts; what follows them, and the
 * bodies of records nobody knows, may hold anything.
 * @param count the u4 at `countAt` of the body, of records that end in a list
 */
export function structureBytes(tag: number, idSize: number, count: (countAt: number) => number): number {
  switch (tag) {
    case recordTag.utf8:
      return idSize;
    case recordTag.loadClass:
      return 8 + 2 * idSize;
    case recordTag.unloadClass:
    case recordTag.endThread:
      return 4;
    case recordTag.stackFrame:
      return 8 + 4 * idSize;
    case recordTag.stackTrace:
      return 12 + count(8) * idSize;
    case recordTag.allocationSites:
      return 34 + count(30) * 25;
    case recordTag.heapSummary:
      return 24;
    case recordTag.startThread:
      return 8 + 4 * idSize;
    case recordTag.cpuSamples:
      return 8 + count(4) * 8;
    case recordTag.controlSettings:
      return 6;
    default:
      return 0;
  }
}
