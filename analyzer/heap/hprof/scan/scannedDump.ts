import type { ProblemList } from "../../../base/problems";
import { joinRootRecords, type RootRecords } from "../../../formats/hprof/rootRecords";
import { popCount } from "../../graph/bits";
import { type ClassRow, unknownClassName } from "../index/classRows";
import type { KernelClasses } from "../index/kernelClasses";
import type { SizeModel } from "../index/sizeModel";
import { type AddressIndex, rankInAddressOrder, trimPages } from "./addressPages";
import { type Part, type ScanInput, type ScanOutput, scanCell } from "./scanInput";

/** What the first pass over the file gives. */
export interface ScannedDump {
  readonly rows: readonly ClassRow[];
  readonly kernel: KernelClasses;
  readonly unknownClass: number;
  readonly model: SizeModel;
  readonly objectCount: number;
  readonly objectsByClass: Float64Array;
  readonly arrayBytesByClass: Float64Array;
  readonly leastDistance: Float64Array;
  readonly parts: readonly Part[];
  readonly roots: RootRecords;
  readonly addresses: AddressIndex;
  readonly android: boolean;
}

/** What a scan assumes; each guess is verified by it. */
export interface Attempt {
  readonly rows: ClassRow[];
  readonly kernel: KernelClasses;
  readonly model: SizeModel;
  readonly unknownClass: number;
  readonly keepGranules: boolean;
  readonly shift: number;
  readonly pages: number;
}

/** Joins what the workers saw, and says what is wrong with the file. */
export function settleScan(
  input: ScanInput,
  outputs: readonly ScanOutput[],
  attempt: Attempt,
  problems: ProblemList,
): ScannedDump {
  const { rows, kernel, unknownClass, model } = attempt;
  const sum = (pick: (output: ScanOutput) => Float64Array): Float64Array => {
    const total = new Float64Array(rows.length);
    for (const output of outputs) {
      pick(output).forEach((value, k) => {
        total[k]! += value;
      });
    }
    return total;
  };
  const leastDistance = new Float64Array(rows.length).fill(Number.POSITIVE_INFINITY);
  for (const output of outputs) {
    output.leastDistance.forEach((distance, k) => {
      leastDistance[k] = Math.min(leastDistance[k]!, distance);
    });
  }
  const parts = outputs
    .flatMap((output) => [...output.parts])
    .sort((a, b) => a.firstObject - b.firstObject || a.start - b.start);
  for (const output of outputs) for (const problem of output.problems) problems.add(problem);
  const count = (pick: (output: ScanOutput) => number): number =>
    outputs.reduce((total, output) => total + pick(output), 0);
  const duplicates = count((output) => output.duplicateIds);
  if (duplicates > 0) {
    problems.add({
      code: "duplicate-id",
      message: `${duplicates} objects have an id that an earlier object has; references go to the earlier one.`,
      losesData: true,
    });
  }
  const unindexable = count((output) => output.unindexableIds);
  if (unindexable > 0) {
    problems.add({
      code: "odd-address",
      message: `${unindexable} objects have ids no process has as addresses; references to them are not followed.`,
      losesData: true,
    });
  }
  const unknownIds = new Set(outputs.flatMap((output) => [...output.unknownClassIds]));
  for (const id of unknownIds) {
    problems.add({
      code: "missing-class",
      message: `Class 0x${id.toString(16)} of some objects is not in the file; their fields cannot be read.`,
      losesData: true,
    });
  }
  return {
    rows,
    kernel,
    unknownClass: unknownClass >= 0 ? unknownClass : rows.findIndex((row) => row.name === unknownClassName),
    model,
    objectCount: input.totals[0]!,
    objectsByClass: sum((output) => output.objectsByClass),
    arrayBytesByClass: sum((output) => output.arrayBytesByClass),
    leastDistance,
    parts: parts.filter((part) => part.objects > 0),
    roots: joinRootRecords(outputs.map((output) => output.roots)),
    addresses: addressIndexOf(input, outputs, attempt),
    android: isAndroid(rows),
  };
}

function isAndroid(rows: readonly ClassRow[]): boolean {
  return rows.some((row) => row.name === "dalvik.system.VMRuntime");
}

function addressIndexOf(input: ScanInput, outputs: readonly ScanOutput[], attempt: Attempt): AddressIndex {
  const pages = trimPages(
    input.pages,
    Atomics.load(input.control, scanCell.pages),
    Math.max(1, Atomics.load(input.control, scanCell.blocks)),
  );
  const pairs = outputs.flatMap((output) =>
    output.irregularGranules.map((granule, k) => [granule, output.irregularIndices[k]!] as const),
  );
  pairs.sort((a, b) => a[0] - b[0]);
  const irregularGranules = Float64Array.from(pairs, (pair) => pair[0]);
  const irregularIndices = Uint32Array.from(pairs, (pair) => pair[1]);
  if (!attempt.keepGranules) return { pages, irregularGranules, irregularIndices, permutation: undefined };
  rankInAddressOrder(pages);
  const permutation = new Uint32Array(new SharedArrayBuffer(4 * input.totals[0]!));
  const { words } = pages;
  for (const output of outputs) {
    for (const { firstObject, granules } of output.granules) {
      for (let k = granules.length - 1; k >= 0; k--) {
        const granule = granules[k]!;
        if (granule < 0) continue;
        const word = 2 * Math.floor(granule / 32);
        const bit = 1 << (granule % 32);
        permutation[words[word]! + popCount(words[word + 1]! & (bit - 1))] = firstObject + k;
      }
    }
  }
  return { pages, irregularGranules, irregularIndices, permutation };
}
