import type { ByteSource } from "../../../base/byteSource";
import { ExhumeError } from "../../../base/errors";
import type { ProblemList } from "../../../base/problems";
import type { Work } from "../../../base/work";
import { type ClassDump, readClassDump } from "../../../formats/hprof/classDump";
import { heapRecordBytes } from "../../../formats/hprof/heapRecords";
import type { Outline, Segment } from "../../../formats/hprof/outline";
import { heapTag } from "../../../formats/hprof/tags";
import { Window } from "../../../formats/hprof/window";
import { popCount } from "../../graph/bits";
import type { Parallel } from "../../graph/parallel";
import { type AddressIndex, newAddressPages, rankInAddressOrder, trimPages } from "./addressPages";
import { type ClassRow, makeClassRows, makeKernelClasses, unknownClassName } from "./classRows";
import type { KernelClasses } from "./kernelClasses";
import {
  type Part,
  type ScanInput,
  type ScanOutput,
  scanCell,
  scanControlCells,
  scanPass,
  scanStop,
} from "./scanPass";
import {
  arraySizesOf,
  detectSizeModel,
  type SizeEvidence,
  type SizeModel,
  type SizeModelOverride,
} from "./sizeModel";

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
  /** [tag, high, low, thread serial, frame or trace] per root. */
  readonly roots: readonly number[];
  readonly addresses: AddressIndex;
  readonly android: boolean;
}

interface Attempt {
  readonly rows: ClassRow[];
  readonly kernel: KernelClasses;
  readonly model: SizeModel;
  readonly unknownClass: number;
  readonly keepGranules: boolean;
  readonly shift: number;
  readonly pages: number;
}

const probeBytes = 12 << 20;
const blocksMaximum = 4096;

/**
 * Finds classes, guesses the size model and the order of the file from a probe, and scans the whole file; each
 * guess is verified by the scan and corrected by scanning again.
 */
export async function scanDump(
  source: ByteSource,
  idSize: 4 | 8,
  outline: Outline,
  options: { readonly strongReferents: boolean; readonly sizeModel?: SizeModelOverride },
  problems: ProblemList,
  parallel: Parallel,
  work: Work,
): Promise<ScannedDump> {
  const { segments } = outline;
  const wideWindow = new Window(source);
  let rows = makeClassRows(firstClasses(wideWindow, segments, idSize, work), outline, problems);
  const initialPages = Math.ceil(source.byteLength / 2 ** 20) + 4;
  const classesOf = (list: ClassRow[]) => makeKernelClasses(list, idSize, options);
  const first: Attempt = {
    rows,
    kernel: classesOf(rows),
    model: detectSizeModel(evidenceOf([], rows, idSize, 0), options.sizeModel),
    unknownClass: rows.findIndex((row) => row.name === unknownClassName),
    keepGranules: false,
    shift: 3,
    pages: Math.min(1024, initialPages),
  };
  const probe = await probeDump(source, idSize, segments, first, parallel);
  let attempt: Attempt = {
    ...first,
    model: detectSizeModel(evidenceOf(probe.outputs, rows, idSize, probe.objects), options.sizeModel),
    unknownClass: -1,
    keepGranules: probe.descents * 64 > probe.objects && probe.descents > 1000,
    shift: probe.lowBits & 7 ? 0 : 3,
    pages: initialPages,
  };

  for (let round = 0; ; round++) {
    work.throwIfCancelled();
    if (round > 40) throw new ExhumeError({ code: "internal", message: "The scan never settled." });
    const { input, outputs } = await scanOnce(
      source,
      idSize,
      segmentGroups(segments),
      attempt,
      parallel,
      parallel.workers,
      work,
    );
    const reason = Atomics.load(input.control, scanCell.stop);
    const objects = input.totals[0]!;
    if (reason === scanStop.pagesFull) {
      if (attempt.pages > 2 ** 17) {
        throw new ExhumeError({
          code: "unsupported",
          file: source.name,
          what: `its object ids are scattered over more than ${attempt.pages} pages of addresses`,
        });
      }
      attempt = { ...attempt, pages: attempt.pages * 2 };
    } else if (reason === scanStop.unaligned) attempt = { ...attempt, shift: 0, pages: attempt.pages * 2 };
    else if (reason === scanStop.noOrder) attempt = { ...attempt, keepGranules: true };
    else if (reason === scanStop.unknownClass) {
      // Classes come interleaved with objects (Android), or are missing: look everywhere once.
      rows = makeClassRows(allClasses(wideWindow, segments, idSize, work), outline, problems);
      attempt = {
        ...attempt,
        rows,
        kernel: classesOf(rows),
        unknownClass: rows.findIndex((row) => row.name === unknownClassName),
      };
    } else {
      const model = detectSizeModel(evidenceOf(outputs, attempt.rows, idSize, objects), options.sizeModel);
      if (JSON.stringify(arraySizesOf(model)) !== JSON.stringify(arraySizesOf(attempt.model)) && round < 30) {
        attempt = { ...attempt, model };
        continue;
      }
      return settle(input, outputs, { ...attempt, model }, problems);
    }
  }
}

function settle(
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
    roots: outputs.flatMap((output) => [...output.roots]),
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

async function scanOnce(
  source: ByteSource,
  idSize: number,
  groups: Float64Array,
  attempt: Attempt,
  parallel: Parallel,
  workers: number,
  work: Work | undefined,
): Promise<{ readonly input: ScanInput; readonly outputs: readonly ScanOutput[] }> {
  const blocks = attempt.shift === 0 ? 64 : Math.min(blocksMaximum, attempt.pages);
  const input: ScanInput = {
    idSize,
    groups,
    control: new Int32Array(new SharedArrayBuffer(4 * scanControlCells)),
    totals: new Float64Array(new SharedArrayBuffer(16)),
    pages: newAddressPages(attempt.shift, attempt.pages, blocks),
    classes: attempt.kernel,
    sizes: arraySizesOf(attempt.model),
    keepGranules: attempt.keepGranules,
    unknownClass: attempt.unknownClass,
  };
  const inputs = new Array<ScanInput>(workers).fill(input);
  const outputs = await parallel.run(scanPass, inputs, () =>
    work?.report("Reading objects", input.totals[1]! / source.byteLength),
  );
  return { input, outputs };
}

/** Scans a little at the beginning, in the middle and at the end, to guess model and order. */
async function probeDump(
  source: ByteSource,
  idSize: number,
  segments: readonly Segment[],
  attempt: Attempt,
  parallel: Parallel,
) {
  const groups: number[] = [];
  const chosen = new Set([0, segments.length >> 1, Math.max(0, segments.length - 1)]);
  for (const index of chosen) {
    let left = probeBytes / chosen.size;
    for (let k = index; k < segments.length && left > 0; k++) {
      const segment = segments[k]!;
      const end = Math.min(segment.end, segment.start + left);
      groups.push(segment.start, end);
      left -= end - segment.start;
    }
  }
  const { input, outputs } = await scanOnce(source, idSize, shared(groups), attempt, parallel, 1, undefined);
  return {
    outputs,
    objects: input.totals[0]!,
    descents: outputs.reduce((total, output) => total + output.descents, 0),
    lowBits: outputs.reduce((bits, output) => bits | output.lowBits, 0),
  };
}

function shared(values: readonly number[]): Float64Array {
  const result = new Float64Array(new SharedArrayBuffer(8 * values.length));
  result.set(values);
  return result;
}

function segmentGroups(segments: readonly Segment[]): Float64Array {
  return shared(segments.filter((s) => s.end > s.start).flatMap((s) => [s.start, s.end]));
}

function evidenceOf(
  outputs: readonly ScanOutput[],
  rows: readonly ClassRow[],
  idSize: number,
  objects: number,
): SizeEvidence {
  const least = (pick: (output: ScanOutput) => number): number =>
    outputs.reduce((found, output) => Math.min(found, pick(output)), Number.POSITIVE_INFINITY);
  const distance = (name: string): number => {
    const index = rows.findIndex((row) => row.name === name);
    return index < 0 ? Number.POSITIVE_INFINITY : least((output) => output.leastDistance[index]!);
  };
  const highest = rows.reduce((top, row) => Math.max(top, Number(row.id)), 0);
  return {
    idSize,
    objects,
    byteArrayDistance: distance("byte[]"),
    intArrayDistance: distance("int[]"),
    longArrayDistance: distance("long[]"),
    plainObjectDistance: distance("java.lang.Object"),
    leastWith4ByteReferences: least((output) => output.leastWith4ByteReferences),
    leastWith8ByteReferences: least((output) => output.leastWith8ByteReferences),
    referenceArraysSeen: outputs.reduce((total, output) => total + output.referenceArraysSeen, 0),
    lowBits: outputs.reduce((bits, output) => bits | output.lowBits, 0),
    highestAddress: highest,
    classNames: new Set(rows.map((row) => row.name)),
  };
}

/** Class descriptions up to the first object: where HotSpot writes all of them. */
function firstClasses(window: Window, segments: readonly Segment[], idSize: number, work: Work): ClassDump[] {
  return collectClasses(window, segments, idSize, work, true);
}

function allClasses(window: Window, segments: readonly Segment[], idSize: number, work: Work): ClassDump[] {
  return collectClasses(window, segments, idSize, work, false);
}

function collectClasses(
  window: Window,
  segments: readonly Segment[],
  idSize: number,
  work: Work,
  untilFirstObject: boolean,
): ClassDump[] {
  const found: ClassDump[] = [];
  let records = 0;
  for (const segment of segments) {
    let position = segment.start;
    while (position < segment.end) {
      if ((++records & 0xffff) === 0) work.throwIfCancelled();
      const index = window.at(position, 1);
      if (index < 0) break;
      const tag = window.bytes[index]!;
      if (tag === heapTag.classDump) {
        const dump = readClassDump(window, position, segment.end, idSize);
        if (dump === undefined) break;
        found.push(dump);
        position += dump.bytes;
        continue;
      }
      if (untilFirstObject && tag >= heapTag.instance && tag <= heapTag.primitiveArray) return found;
      const bytes = heapRecordBytes(window, position, segment.end, idSize);
      if (bytes < 0) break;
      position += bytes;
    }
  }
  return found;
}
