import type { ByteSource } from "../../../base/byteSource";
import { ExhumeError } from "../../../base/errors";
import type { ProblemList } from "../../../base/problems";
import type { Work } from "../../../base/work";
import type { DumpOutline, Segment } from "../../../formats/hprof/outline";
import { Window } from "../../../formats/hprof/window";
import type { Parallel } from "../../graph/parallel";
import { type ClassRow, makeClassRows, makeKernelClasses, unknownClassName } from "../index/classRows";
import { arraySizesOf, detectSizeModel, type SizeModelOverride } from "../index/sizeModel";
import { newAddressPages } from "./addressPages";
import { collectClasses } from "./collectClasses";
import { jvmConstantsOf } from "./jvmConstants";
import { type ScanInput, type ScanOutput, scanCell, scanControlCells, scanStop } from "./scanInput";
import { type Attempt, type ScannedDump, settleScan } from "./scannedDump";
import { scanPass } from "./scanPass";
import { sizeEvidenceOf } from "./sizeEvidence";

const probeBytes = 12 << 20;
const blocksMaximum = 4096;

/**
 * Finds classes, guesses the size model and the order of the file from a probe, and scans the whole file; each
 * guess is verified by the scan and corrected by scanning again.
 */
export async function scanDump(
  source: ByteSource,
  idSize: 4 | 8,
  outline: DumpOutline,
  options: { readonly strongReferents: boolean; readonly sizeModel?: SizeModelOverride },
  problems: ProblemList,
  parallel: Parallel,
  work: Work,
): Promise<ScannedDump> {
  const { segments } = outline;
  const wideWindow = new Window(source);
  let rows = makeClassRows(
    collectClasses(wideWindow, segments, idSize, "until first object", work),
    outline,
    problems,
  );
  const initialPages = Math.ceil(source.byteLength / 2 ** 20) + 4;
  const classesOf = (list: ClassRow[]) => makeKernelClasses(list, idSize, options);
  const modelOf = (list: ClassRow[], outputs: readonly ScanOutput[], objects: number) =>
    detectSizeModel(
      sizeEvidenceOf(outputs, list, idSize, objects, jvmConstantsOf(list, wideWindow)),
      options.sizeModel,
    );
  const first: Attempt = {
    rows,
    kernel: classesOf(rows),
    model: modelOf(rows, [], 0),
    unknownClass: rows.findIndex((row) => row.name === unknownClassName),
    keepGranules: false,
    shift: 3,
    pages: Math.min(1024, initialPages),
  };
  const probe = await probeDump(source, idSize, segments, first, parallel);
  let attempt: Attempt = {
    ...first,
    model: modelOf(rows, probe.outputs, probe.objects),
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
      rows = makeClassRows(
        collectClasses(wideWindow, segments, idSize, "everywhere", work),
        outline,
        problems,
      );
      attempt = {
        ...attempt,
        rows,
        kernel: classesOf(rows),
        unknownClass: rows.findIndex((row) => row.name === unknownClassName),
      };
    } else {
      const model = modelOf(attempt.rows, outputs, objects);
      if (JSON.stringify(arraySizesOf(model)) !== JSON.stringify(arraySizesOf(attempt.model)) && round < 30) {
        attempt = { ...attempt, model };
        continue;
      }
      return settleScan(input, outputs, { ...attempt, model }, problems);
    }
  }
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
