import type { Work } from "../../base/work";
import type { sizesOfClasses } from "../hprof/index/classSizes";
import { type EdgeInput, listedApart, type ObjectColumns, type PartEdges } from "../hprof/index/edgePass";
import type { DominatorColumns } from "../hprof/index/heapColumns";
import type { rootGroups } from "../hprof/index/rootGroups";
import type { ScannedDump } from "../hprof/index/scanDump";
import { listChildren, sortLongLists } from "./dominators/childLists";
import { buildDominatorTree } from "./dominators/dominatorTree";
import type { WholeGraph } from "./dominators/foldGraph";
import { sumRetained } from "./dominators/retainedSizes";
import type { Parallel } from "./parallel";
import { type ColumnDisk, waitingColumns } from "./waitingColumns";

/** From the references that were read to the dominator tree, its sizes and its children lists. */
export async function computeDominators(
  scanned: ScannedDump,
  input: EdgeInput,
  edges: { readonly parts: PartEdges[]; readonly inDegree: Uint8Array },
  classTargets: number[][],
  groups: ReturnType<typeof rootGroups>,
  shallow: {
    readonly sizes: ReturnType<typeof sizesOfClasses>;
    readonly bigArrays: Uint32Array;
    readonly bigArrayBytes: Float64Array;
  },
  options: { readonly sweeps: number; readonly disk: ColumnDisk | undefined },
  collectGarbage: () => void,
  parallel: Parallel,
  work: Work,
): Promise<DominatorColumns> {
  const { rows, objectCount } = scanned;
  const nodeCount = objectCount + rows.length;
  const { inDegree } = edges;
  const { outDegree } = input;
  const classEdges = partOfClasses(classTargets, objectCount, scanned.parts.length, outDegree, inDegree);
  const classParts = [...scanned.parts, { start: 0, end: 0, firstObject: objectCount, objects: rows.length }];
  const graph: WholeGraph = {
    nodeCount,
    objectCount,
    parts: classParts,
    edges: [...edges.parts, classEdges],
    outDegree,
    state: inDegree,
    classByObject: input.columns.classByObject,
    classEdge: groups.classEdge,
    extraEdges: groups.extraEdges,
  };
  edges.parts.length = 0;
  // The graph lets go of it in time; nobody else may hold it.
  input.outDegree = new Uint8Array(0);
  const { sweeps, disk } = options;
  const waiting = disk && waitingColumns(disk, graph, input.columns, scanned.addresses.pages);
  const treeOptions = { sweeps, ...(waiting === undefined ? {} : { waiting }) };
  const immediateDominator = await buildDominatorTree(
    graph,
    groups.roots,
    treeOptions,
    collectGarbage,
    parallel,
    work,
  );
  // What the tree was made of is garbage only now.
  collectGarbage();
  const { classByObject } = input.columns;
  work.report("Listing children", 0);
  const children = listChildren(immediateDominator, work);
  work.report("Adding up retained sizes", 0);
  const units = shallowUnits(input.columns, objectCount, shallow.sizes, shallow.bigArrayBytes, work);
  const classClass = rows.findIndex((row) => row.name === "java.lang.Class");
  const classes = { objectCount, classByObject, classClass, classCount: rows.length };
  const retained = sumRetained(children, immediateDominator, classes, units, work);
  const bigBytes = new Map(Array.from(retained.bigNodes, (node, k) => [node, retained.bigBytes[k]!]));
  sortLongLists(children, retained.units, (node) => bigBytes.get(node)!, work);
  return {
    children,
    immediateDominator,
    retainedUnits: retained.units,
    bigRetainedNodes: retained.bigNodes,
    bigRetainedBytes: retained.bigBytes,
    retainedBytesByClass: retained.byClass,
    reachableObjects: retained.reachableObjects,
    reachableBytes: retained.reachableBytes,
  };
}

/** Shallow sizes of objects and class objects in units of 8 bytes. */
function shallowUnits(
  { classByObject, arrayUnits }: ObjectColumns,
  objectCount: number,
  { instanceBytes, classObjectBytes }: ReturnType<typeof sizesOfClasses>,
  bigArrayBytes: Float64Array,
  work: Work,
): Uint32Array {
  const units = new Uint32Array(new SharedArrayBuffer(4 * (objectCount + classObjectBytes.length)));
  const instanceUnits = instanceBytes.map((bytes) => bytes / 8);
  const stride = 1 << 22;
  let big = 0;
  for (let from = 0; from < objectCount; from += stride) {
    work.throwIfCancelled();
    for (let object = from, upto = Math.min(objectCount, from + stride); object < upto; object++) {
      const array = arrayUnits[object]!;
      if (array === 0) units[object] = instanceUnits[classByObject[object]!]!;
      else if (array < listedApart) units[object] = array;
      else units[object] = bigArrayBytes[big++]! / 8;
    }
  }
  classObjectBytes.forEach((bytes, type) => {
    units[objectCount + type] = bytes / 8;
  });
  return units;
}

function partOfClasses(
  classTargets: readonly number[][],
  objectCount: number,
  part: number,
  outDegree: Uint8Array,
  inDegree: Uint8Array,
): PartEdges {
  const listedObjects: number[] = [];
  const listedDegrees: number[] = [];
  classTargets.forEach((targets, type) => {
    outDegree[objectCount + type] = Math.min(255, targets.length);
    if (targets.length >= 255) {
      listedObjects.push(objectCount + type);
      listedDegrees.push(targets.length);
    }
    for (const target of targets) if (inDegree[target]! < 2) inDegree[target]!++;
  });
  return {
    part,
    targets: Uint32Array.from(classTargets.flat()),
    listedObjects: Uint32Array.from(listedObjects),
    listedDegrees: Uint32Array.from(listedDegrees),
    bigArrays: new Uint32Array(0),
    bigArrayBytes: new Float64Array(0),
  };
}
