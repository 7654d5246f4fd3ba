import { unwatched, type Work } from "../../../base/work";
import { heldByRoots, noDominator } from "../../graph/dominators/dominatorColumns";
import { type Csr, csrOf, othersAmong } from "../../graph/edges/csr";
import { partOfLists } from "../../graph/edges/graphColumns";
import { type ReferrerLists, referrersListed, turnAround } from "../../graph/edges/referrerLists";
import type { Parallel } from "../../graph/parallel";
import type { EdgeInput, EdgeOutput } from "../edges/edgeInput";
import { referencePass, sumInDegrees } from "../edges/edgePass";
import { classObjectTargets } from "../index/classObjectTargets";
import { makeKernelClasses, unknownClassName } from "../index/classRows";
import type { HeapColumns } from "../index/heapColumns";
import { arraySizesOf } from "../index/sizeModel";
import { type ReferenceInputs, walkReferences } from "./referenceWalk";

/** Who refers to whom. */
export interface Referrers {
  /** Makes the lists, once: a walk over the file, in this thread. */
  list(work: Work): void;
  /** The same with threads: whoever has some lists with them before {@link list} is asked. */
  listInParallel(parallel: Parallel, work: Work): Promise<void>;
  /** Referrers of a node, weak ones included, ascending, each once, itself left out. */
  of(node: number): number[];
}

export interface ReferrerLimits {
  /** Of the process: lists that may go beyond it are made by two slower walks, or not at all. */
  readonly memoryBudget?: number | undefined;
  /** What lists may take however small the budget is: without any, a question reads the file for each object. */
  readonly leastListBytes?: number;
}

export function openReferrers(
  inputs: ReferenceInputs,
  { memoryBudget = Number.POSITIVE_INFINITY, leastListBytes = 64 << 20 }: ReferrerLimits,
): Referrers {
  const { columns } = inputs;
  const { objectCount, cost } = columns;
  const listBytes = Math.max(memoryBudget - cost.leastMemoryBytes, leastListBytes);
  const fitsWhole = cost.memoryBytes - cost.leastMemoryBytes <= listBytes;
  const instancesOf = openInstances(columns);
  let lists: ReferrerLists | undefined;
  let plain: Csr | "too big" | undefined;
  /** Of the question that is answered. */
  let watching = unwatched;

  function list(work: Work): void {
    watching = work;
    if (lists !== undefined || plain !== undefined) return;
    if (!fitsWhole) {
      plain = plainLists(inputs, listBytes, work);
      return;
    }
    const input = edgeInput(inputs);
    const { source } = inputs;
    const throwIfCancelled = (): void => {
      work.throwIfCancelled();
      work.report(reading, input.totals[0]! / source.byteLength);
    };
    lists = listsOf(inputs, input, [referencePass.run(input, { source, throwIfCancelled })], work);
  }

  async function listInParallel(parallel: Parallel, work: Work): Promise<void> {
    if (lists !== undefined || !fitsWhole) return list(work);
    const input = edgeInput(inputs);
    const outputs = await parallel.run(
      referencePass,
      new Array<EdgeInput>(parallel.workers).fill(input),
      () => work.report(reading, input.totals[0]! / inputs.source.byteLength),
    );
    lists ??= listsOf(inputs, input, outputs, work);
  }

  /** Where no lists fit, every question reads the file. */
  function scan(node: number): number[] {
    const found = new Set<number>();
    walkReferences(inputs, watching, (from, target) => {
      if (target === node && from !== node) found.add(from);
    });
    return [...found].sort((a, b) => a - b);
  }

  function ofObject(node: number): number[] {
    if (plain === "too big") return scan(node);
    if (plain !== undefined)
      return othersAmong(plain.targets, plain.starts[node]!, plain.starts[node + 1]!, node);
    const listed = referrersListed(lists!, node);
    if (listed !== undefined) return listed;
    const dominator = isOnlyReferrerDominator(columns, node)
      ? columns.dominators!.immediateDominator[node]! - 1
      : -1;
    return dominator < 0 ? [] : [dominator];
  }

  return {
    list,
    listInParallel,
    of(node) {
      list(watching);
      const listed = ofObject(node);
      if (node < objectCount) return listed;
      return [...new Set([...listed, ...instancesOf(node - objectCount)])].sort((a, b) => a - b);
    },
  };
}

const reading = "Reading who refers to whom";

/** The second pass once more, weak references included; its columns are there, so what it writes to them is dropped. */
function edgeInput({ columns }: ReferenceInputs): EdgeInput {
  const { idSize, classes: rows, objectCount, parts, addresses, sizeModel } = columns;
  return {
    idSize,
    parts,
    control: new Int32Array(new SharedArrayBuffer(4)),
    totals: new Float64Array(new SharedArrayBuffer(8)),
    addresses,
    classes: makeKernelClasses(rows, idSize, { strongReferents: true }),
    sizes: arraySizesOf(sizeModel),
    unknownClass: rows.findIndex((row) => row.name === unknownClassName),
    objectCount,
    columns: {
      classByObject: new Uint16Array(0),
      arrayUnits: new Uint8Array(0),
      offsetSamples: new Float64Array(0),
    },
    references: true,
    stackChunks: undefined,
    outDegree: new Uint8Array(new SharedArrayBuffer(objectCount + rows.length)),
  };
}

function listsOf(
  { columns, nodes, locals }: ReferenceInputs,
  { outDegree }: EdgeInput,
  outputs: readonly EdgeOutput[],
  work: Work,
): ReferrerLists {
  const { objectCount, classes: rows, parts } = columns;
  const inDegree = sumInDegrees(outputs.map((output) => output.inDegree));
  const read = outputs.flatMap((output) => [...output.parts]).sort((a, b) => a.part - b.part);
  const ofClasses = rows.map((_, type) => [...classObjectTargets(rows, objectCount, type, nodes)]);
  const classEdges = partOfLists(ofClasses, objectCount, outDegree, inDegree);
  for (const held of locals.values())
    for (const local of held) inDegree[local] = Math.min(2, inDegree[local]! + 1);
  return turnAround(
    {
      nodeCount: objectCount + rows.length,
      parts: [...parts, { firstObject: objectCount, objects: rows.length }],
      edges: [...read.map((part) => part.edges), classEdges],
      outDegree,
      inDegree,
      extraEdges: locals,
      isKnown: (node) => isOnlyReferrerDominator(columns, node),
    },
    work,
  );
}

/**
 * True when an only referrer is the immediate dominator: of an object that another one dominates. Class objects have
 * their instances as referrers too.
 */
function isOnlyReferrerDominator({ objectCount, dominators }: HeapColumns, node: number): boolean {
  const cell = node < objectCount ? (dominators?.immediateDominator[node] ?? noDominator) : noDominator;
  return cell !== noDominator && cell !== heldByRoots;
}

function plainLists(inputs: ReferenceInputs, mostBytes: number, work: Work): Csr | "too big" {
  const { objectCount, classes } = inputs.columns;
  const nodeCount = objectCount + classes.length;
  // Beyond half there is no room for the references themselves.
  if (4 * nodeCount > mostBytes / 2) return "too big";
  const walk = (visit: (from: number, target: number) => void) =>
    walkReferences(inputs, work, (from, target) => visit(target, from));
  return csrOf(nodeCount, walk, mostBytes) ?? "too big";
}

/** Of classes with no more instances than this they are found for all classes at once, and kept. */
const fewInstances = 256;

/** Instances of a class refer to its class object; those of all small classes are found in one sweep. */
function openInstances({ objectCount, classes, objects }: HeapColumns): (type: number) => readonly number[] {
  const { classByObject } = objects;
  let ofSmall: number[][] | undefined;

  function sweep(): number[][] {
    const lists = classes.map((): number[] => []);
    for (let object = 0; object < objectCount; object++) {
      const list = lists[classByObject[object]!]!;
      if (list.length <= fewInstances) list.push(object);
    }
    return lists;
  }

  return (type) => {
    ofSmall ??= sweep();
    const small = ofSmall[type]!;
    if (small.length <= fewInstances) return small;
    const found: number[] = [];
    for (let object = 0; object < objectCount; object++) {
      if (classByObject[object] === type) found.push(object);
    }
    return found;
  };
}
