import type { ByteSource } from "../../../base/byteSource";
import { type Problem, ProblemList } from "../../../base/problems";
import type { Work } from "../../../base/work";
import { readHprofHeader } from "../../../formats/hprof/header";
import { type DumpOutline, readOutline } from "../../../formats/hprof/outline";
import { Window } from "../../../formats/hprof/window";
import type { ColumnDisk } from "../../graph/columns/waitingColumns";
import type { Parallel } from "../../graph/parallel";
import { type ChunkLengths, chunkLengthsOf } from "../edges/chunkLengths";
import {
  type EdgeInput,
  type EdgeOutput,
  type Misfits,
  offsetSampleStep,
  type PartRecords,
} from "../edges/edgeInput";
import { edgePass, sumInDegrees } from "../edges/edgePass";
import { newNodeFinder } from "../scan/nodeFinder";
import { scanDump } from "../scan/scanDump";
import type { ScannedDump } from "../scan/scannedDump";
import { chooseDump, type DumpChoice } from "./chosenDump";
import { classObjectDistances } from "./classObjectDistances";
import { classObjectTargets } from "./classObjectTargets";
import { sizesOfClasses } from "./classSizes";
import {
  costInWords,
  estimateCost,
  extentWithin,
  leaveOutDominators,
  mayReadReferences,
} from "./costEstimate";
import { dumpedThreads } from "./dumpedRoots";
import type { CostEstimate, EarlyFacts, HeapColumns } from "./heapColumns";
import { heapDominators } from "./heapDominators";
import { rootGroups } from "./rootGroups";
import { rootTableOf } from "./rootTable";
import { arraySizesOf, type SizeModelOverride } from "./sizeModel";

export interface BuildOptions extends DumpChoice {
  /** Fixes what is otherwise detected. */
  readonly sizeModel?: SizeModelOverride;
  /** Bytes of instances by class id, where they are known and need not be told by rules. */
  readonly instanceBytes?: ReadonlyMap<bigint, number>;
  /** Follow weak, soft, phantom and finalizer referents as strong, as Eclipse MAT does. */
  readonly strongReferents?: boolean;
  /** Bytes the process may take; steps that need more are left out, and a problem says which. */
  readonly memoryBudget?: number;
  /** Where columns wait when the budget is short; absent when they cannot. */
  readonly disk?: ColumnDisk;
  /** Fold sweeps before the dominators, 0 for none; for tests. */
  readonly sweeps?: number;
  /** Called when large columns were let go of, so that their memory can be given back at once. */
  readonly collectGarbage?: () => void;
  /** Called as soon as the histogram is known. */
  readonly onHistogram?: (facts: EarlyFacts) => void;
}

/**
 * Reads a dump and computes its index: histogram, address index, dominators, retained sizes.
 * @throws ExhumeError when it is no HPROF file at all; damage within it becomes problems of the result.
 */
export async function buildHeapIndex(
  source: ByteSource,
  options: BuildOptions,
  parallel: Parallel,
  work: Work,
): Promise<HeapColumns> {
  const problems = new ProblemList();
  const header = readHprofHeader(source);
  const { idSize } = header;
  work.report("Reading records", 0);
  const found = readOutline(new Window(source), header, problems, work);
  const dump = chooseDump(found, options, source.name, problems);
  const outline: DumpOutline = { ...found, segments: found.dumps[dump.number - 1] ?? [] };
  if (outline.segments.length === 0) {
    problems.add({
      code: "no-heap-dump",
      message: "The file holds no heap dump record.",
      losesData: true,
    });
  }
  const startedMs = Date.now();
  const scanned = await scanDump(
    source,
    idSize,
    outline,
    {
      strongReferents: options.strongReferents ?? false,
      ...(options.sizeModel === undefined ? {} : { sizeModel: options.sizeModel }),
    },
    problems,
    parallel,
    work,
  );
  const { rows, model, objectCount } = scanned;
  const sizes = sizesOfClasses(rows, model, {
    least: scanned.leastDistance,
    classObjects: classObjectDistances(scanned),
    statedSizes: scanned.android,
    ...(options.instanceBytes === undefined ? {} : { known: options.instanceBytes }),
  });
  const stackChunks = chunkLengthsOf(rows, model, sizes.instanceBytes, idSize);
  const scanSeconds = (Date.now() - startedMs) / 1000;
  const costOf = (references: number): CostEstimate =>
    estimateCost(objectCount, references, rows.length, scanSeconds);
  const cost = costOf(referencesAtMost(scanned));
  const early = earlyFacts(source, header, scanned, sizes, cost);
  options.onHistogram?.(early);

  const { memoryBudget, disk } = options;
  const withReferences = mayReadReferences(memoryBudget, cost);
  const step = `Reading references (in all ${costInWords(cost)})`;
  const { input, output } = await readEdges(
    source,
    idSize,
    scanned,
    { references: withReferences, stackChunks },
    parallel,
    step,
    work,
  );
  if (output.dangling > 0) {
    problems.add({
      code: "dangling-reference",
      message:
        `${output.dangling} references lead to ids no object of the file has. HotSpot leaves out class objects ` +
        "of classes that are loaded but not linked; a few hundred are usual.",
      losesData: false,
    });
  }
  if (output.misfits.count > 0) problems.add(misfitProblem(output.misfits));
  const nodes = newNodeFinder(scanned.addresses, scanned.kernel, objectCount);
  const references = output.parts.reduce((sum, part) => sum + part.edges.targets.length, 0);
  const extent = withReferences
    ? extentWithin(memoryBudget, costOf(references), disk !== undefined, problems)
    : "histogram";
  const leftOut =
    extent === "histogram"
      ? leaveOutDominators(
          memoryBudget!,
          withReferences ? costOf(references) : cost,
          disk !== undefined,
          problems,
        )
      : undefined;
  await parallel.rest();
  const read = output.parts.sort((a, b) => a.part - b.part);
  const threads = dumpedThreads(scanned.roots, outline, nodes);
  const roots = rootTableOf(scanned.roots, nodes);
  const lostRoots = scanned.roots.count - roots.objects.length;
  if (lostRoots > 0) {
    problems.add({
      code: "dangling-root",
      message: `${lostRoots} GC roots name ids no object of the file has; what they keep alive may seem unreachable.`,
      losesData: false,
    });
  }
  const bigArrays = concatenate(read.map((part) => part.bigArrays));
  const bigArrayBytes = concatenateWide(read.map((part) => part.bigArrayBytes));
  const dominators =
    extent === "histogram"
      ? undefined
      : await heapDominators(
          {
            scanned,
            input,
            output,
            classObjectEdges: rows.map((_, type) => [...classObjectTargets(rows, objectCount, type, nodes)]),
            groups: rootGroups(rows, objectCount, roots, threads),
            sizes,
            stackChunks,
            bigArrayBytes,
          },
          { ...options, disk: extent === "columns-to-disk" ? disk : undefined },
          parallel,
          work,
        );
  return {
    ...early,
    shallowBytesByClass: withStackChunks(early.shallowBytesByClass, stackChunks, input, {
      bigArrays,
      bigArrayBytes,
    }),
    path: source.name,
    dump,
    ...sizes,
    addresses: scanned.addresses,
    objects: input.columns,
    bigArrays,
    bigArrayBytes,
    parts: scanned.parts,
    roots,
    threads,
    dominators,
    ...(leftOut === undefined ? {} : { leftOut }),
    problems: problems.toArray(),
  };
}

function earlyFacts(
  source: ByteSource,
  header: ReturnType<typeof readHprofHeader>,
  scanned: ScannedDump,
  sizes: ReturnType<typeof sizesOfClasses>,
  cost: CostEstimate,
): EarlyFacts {
  const { rows, objectsByClass } = scanned;
  const shallow = Float64Array.from(rows, (_, type) =>
    sizes.instanceBytes[type]! > 0
      ? objectsByClass[type]! * sizes.instanceBytes[type]!
      : scanned.arrayBytesByClass[type]!,
  );
  const counts = objectsByClass.slice();
  const classClass = rows.findIndex((row) => row.name === "java.lang.Class");
  rows.forEach((row, type) => {
    if (row.id === 0n) return;
    counts[classClass]!++;
    shallow[classClass]! += sizes.classObjectBytes[type]!;
  });
  return {
    format: header.format,
    idSize: header.idSize,
    createdMs: header.createdMs,
    fileBytes: source.byteLength,
    objectCount: scanned.objectCount,
    classes: rows,
    sizeModel: scanned.model,
    objectsByClass: counts,
    shallowBytesByClass: shallow,
    rootCount: scanned.roots.count,
    cost,
  };
}

/** Only the second pass tells how long each stack chunk is. */
function withStackChunks(
  shallow: Float64Array,
  chunks: ChunkLengths | undefined,
  { columns }: EdgeInput,
  sizes: Pick<HeapColumns, "bigArrays" | "bigArrayBytes">,
): Float64Array {
  if (chunks === undefined) return shallow;
  const { classByObject, arrayUnits } = columns;
  const result = shallow.slice();
  result[chunks.type] = 0;
  sizes.bigArrays.forEach((object, place) => {
    if (classByObject[object] === chunks.type && arrayUnits[object] === 0)
      result[chunks.type]! += sizes.bigArrayBytes[place]!;
  });
  return result;
}

/** References of objects if no field and no element were null. */
function referencesAtMost({ rows, kernel, model, objectsByClass, arrayBytesByClass }: ScannedDump): number {
  const { headerBytes, referenceBytes } = arraySizesOf(model);
  return rows.reduce((sum, row, type) => {
    const objects = objectsByClass[type]!;
    const fields = kernel.fieldStart[type + 1]! - kernel.fieldStart[type]!;
    if (!row.name.endsWith("[]")) return sum + objects * fields;
    if (kernel.primitiveArrayClass.includes(type)) return sum;
    const elementBytes = arrayBytesByClass[type]! - objects * headerBytes[2]!;
    return sum + Math.max(0, elementBytes / referenceBytes);
  }, 0);
}

async function readEdges(
  source: ByteSource,
  idSize: number,
  scanned: ScannedDump,
  { references, stackChunks }: Pick<EdgeInput, "references" | "stackChunks">,
  parallel: Parallel,
  step: string,
  work: Work,
): Promise<{
  readonly input: EdgeInput;
  readonly output: EdgeOutput & { readonly parts: PartRecords[] };
}> {
  const { objectCount, rows } = scanned;
  const nodeCount = objectCount + rows.length;
  const bytes = (count: number) => new Uint8Array(new SharedArrayBuffer(count));
  const input: EdgeInput = {
    idSize,
    parts: scanned.parts,
    control: new Int32Array(new SharedArrayBuffer(4)),
    totals: new Float64Array(new SharedArrayBuffer(8)),
    addresses: scanned.addresses,
    classes: scanned.kernel,
    sizes: arraySizesOf(scanned.model),
    unknownClass: scanned.unknownClass,
    objectCount,
    columns: {
      classByObject:
        rows.length <= 0x10000
          ? new Uint16Array(new SharedArrayBuffer(2 * objectCount))
          : new Uint32Array(new SharedArrayBuffer(4 * objectCount)),
      arrayUnits: bytes(objectCount),
      offsetSamples: new Float64Array(new SharedArrayBuffer(8 * Math.ceil(objectCount / offsetSampleStep))),
    },
    references,
    stackChunks,
    outDegree: bytes(references ? nodeCount : 0),
  };
  const outputs = await parallel.run(edgePass, new Array<EdgeInput>(parallel.workers).fill(input), () =>
    work.report(step, input.totals[0]! / source.byteLength),
  );
  return {
    input,
    output: {
      parts: outputs.flatMap((output) => [...output.parts]),
      dangling: outputs.reduce((total, output) => total + output.dangling, 0),
      misfits: {
        count: outputs.reduce((total, output) => total + output.misfits.count, 0),
        firstOffset: outputs.reduce((first, { misfits }) => Math.min(first, misfits.firstOffset), Infinity),
      },
      inDegree: sumInDegrees(outputs.map((output) => output.inDegree)),
    },
  };
}

function misfitProblem({ count, firstOffset }: Misfits): Problem {
  const records = count === 1 ? "An object record does" : `${count} object records do`;
  return {
    code: "instance-length",
    message:
      `${records} not have as many bytes of fields as the class declares, the first at ${firstOffset}: ` +
      "it is damaged, and objects behind it may be missing.",
    offset: firstOffset,
    losesData: true,
  };
}

function concatenate(arrays: readonly Uint32Array[]): Uint32Array {
  const result = new Uint32Array(new SharedArrayBuffer(4 * arrays.reduce((sum, a) => sum + a.length, 0)));
  let at = 0;
  for (const array of arrays) {
    result.set(array, at);
    at += array.length;
  }
  return result;
}

function concatenateWide(arrays: readonly Float64Array[]): Float64Array {
  const result = new Float64Array(new SharedArrayBuffer(8 * arrays.reduce((sum, a) => sum + a.length, 0)));
  let at = 0;
  for (const array of arrays) {
    result.set(array, at);
    at += array.length;
  }
  return result;
}
