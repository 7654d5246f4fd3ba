import type { Work } from "../../../base/work";
import { type ColumnDisk, type WaitingColumns, waitingColumns } from "../../graph/columns/waitingColumns";
import { computeDominators, type DominatorOptions } from "../../graph/computeDominators";
import type { DominatorColumns } from "../../graph/dominators/dominatorColumns";
import { type GraphColumns, partOfLists } from "../../graph/edges/graphColumns";
import type { Parallel } from "../../graph/parallel";
import type { ChunkLengths } from "../edges/chunkLengths";
import { type EdgeInput, listedApart, type ObjectColumns, type PartRecords } from "../edges/edgeInput";
import type { ScannedDump } from "../scan/scannedDump";
import type { ClassSizes } from "./classSizes";
import type { RootGroups } from "./rootGroups";

/** What both passes over the file gave. */
export interface ReadHeap {
  readonly scanned: ScannedDump;
  readonly input: EdgeInput;
  readonly output: { readonly parts: PartRecords[]; readonly inDegree: Uint8Array };
  /** Nodes each class object refers to. */
  readonly classObjectEdges: readonly number[][];
  readonly groups: RootGroups;
  readonly sizes: ClassSizes;
  readonly stackChunks: ChunkLengths | undefined;
  readonly bigArrayBytes: Float64Array;
}

/** The dominators of a heap: its objects, then its class objects, each the node of a type. */
export async function heapDominators(
  read: ReadHeap,
  options: Pick<DominatorOptions, "sweeps" | "collectGarbage"> & { readonly disk: ColumnDisk | undefined },
  parallel: Parallel,
  work: Work,
): Promise<DominatorColumns> {
  const { scanned, input } = read;
  const graph = graphOf(read);
  const { disk, sweeps, collectGarbage } = options;
  const waiting = disk && waitingHeap(disk, graph, input.columns, scanned.addresses.pages);
  const sizes = { unitBytes: 8, unitsByObject: (work: Work) => shallowUnits(read, work) };
  const dominatorOptions = { waiting, collectGarbage, ...(sweeps === undefined ? {} : { sweeps }) };
  return computeDominators(graph, sizes, dominatorOptions, parallel, work);
}

/** Takes the edges away from what was read: the graph lets go of them in time. */
function graphOf({ scanned, input, output, classObjectEdges, groups }: ReadHeap): GraphColumns {
  const { rows, objectCount } = scanned;
  const { outDegree } = input;
  const { inDegree } = output;
  const classEdges = partOfLists(classObjectEdges, objectCount, outDegree, inDegree);
  const edges = output.parts.map((part) => part.edges);
  output.parts.length = 0;
  input.outDegree = new Uint8Array(0);
  return {
    nodeCount: objectCount + rows.length,
    instanceCount: objectCount,
    typeCount: rows.length,
    typeByObject: input.columns.classByObject,
    typeOfTypes: rows.findIndex((row) => row.name === "java.lang.Class"),
    typeEdge: groups.typeEdge,
    parts: [
      ...scanned.parts.map(({ firstObject, objects }) => ({ firstObject, objects })),
      { firstObject: objectCount, objects: rows.length },
    ],
    edges: [...edges, classEdges],
    outDegree,
    state: inDegree,
    extraEdges: groups.extraEdges,
    roots: groups.roots,
  };
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** Columns of objects and addresses are changed in place, so that no view of them stays behind. */
function waitingHeap(
  disk: ColumnDisk,
  graph: GraphColumns,
  objects: Mutable<ObjectColumns>,
  pages: { words: Uint32Array },
): WaitingColumns {
  return waitingColumns(disk, [
    {
      get: () => objects.classByObject,
      set: (column) => {
        objects.classByObject = graph.typeByObject = column as ObjectColumns["classByObject"];
      },
    },
    {
      get: () => objects.arrayUnits,
      set: (column) => {
        objects.arrayUnits = column as Uint8Array;
      },
    },
    {
      get: () => pages.words,
      set: (column) => {
        pages.words = column as Uint32Array;
      },
    },
  ]);
}

/** Shallow sizes of objects and class objects in units of 8 bytes. */
function shallowUnits(
  { scanned, input, sizes, stackChunks, bigArrayBytes }: ReadHeap,
  work: Work,
): Uint32Array {
  const { objectCount } = scanned;
  const { classByObject, arrayUnits } = input.columns;
  const { instanceBytes, classObjectBytes } = sizes;
  const units = new Uint32Array(new SharedArrayBuffer(4 * (objectCount + classObjectBytes.length)));
  const instanceUnits = instanceBytes.map((bytes) => bytes / 8);
  const stride = 1 << 22;
  let big = 0;
  for (let from = 0; from < objectCount; from += stride) {
    work.throwIfCancelled();
    for (let object = from, upto = Math.min(objectCount, from + stride); object < upto; object++) {
      const array = arrayUnits[object]!;
      if (array === 0) {
        const type = classByObject[object]!;
        units[object] = type === stackChunks?.type ? bigArrayBytes[big++]! / 8 : instanceUnits[type]!;
      } else if (array < listedApart) units[object] = array;
      else units[object] = bigArrayBytes[big++]! / 8;
    }
  }
  classObjectBytes.forEach((bytes, type) => {
    units[objectCount + type] = bytes / 8;
  });
  return units;
}
