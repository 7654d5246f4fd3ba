import type { ByteSource } from "../../../base/byteSource";
import type { DominatorColumns } from "../dominators/dominatorColumns";
import { type Csr, othersOf, turnedAround } from "../edges/csr";
import type { Graph, TypeTable } from "../graph";
import type { ObjectIndex, TypeIndex } from "../nodes";
import { type LeftOut, openDominators } from "../opened/dominatorQuestions";
import type { MemoryGraph } from "./memoryGraph";

/** Where the dominators of a graph are, or why there are none. */
export interface MemoryGraphDominators {
  readonly dominators?: DominatorColumns;
  readonly leftOut?: LeftOut;
  /** The file in which children lists stayed, if they did. */
  readonly stored?: ByteSource;
}

/** Attaches a graph in memory. Costs a sweep over the sizes; every thread may have its own. */
export function openMemoryGraph(graph: MemoryGraph, found: MemoryGraphDominators): Graph {
  const { typeByObject, shallowBytes, edges } = graph;
  const nodeCount = typeByObject.length;
  let referrers: Csr | undefined;
  const listReferrers = (): Csr => {
    referrers ??= turnedAround(edges);
    return referrers;
  };
  return {
    ...openDominators(found.dominators, found.leftOut, found.stored),
    instanceCount: nodeCount,
    nodeCount,
    types: openTypes(graph, found.dominators),
    typeOf: (object) => typeByObject[object]! as TypeIndex,
    typesOf(objects, into) {
      for (let k = 0; k < objects.length; k++) into[k] = typeByObject[objects[k]!]!;
    },
    typeMeantBy: () => undefined,
    shallowSizeOf: (object) => shallowBytes[object]!,
    shallowSizesOf(objects, into) {
      for (let k = 0; k < objects.length; k++) into[k] = shallowBytes[objects[k]!]!;
    },
    listReferrers,
    referrersOf: (object) => othersOf(listReferrers(), object) as ObjectIndex[],
    forEachInstance(type, visit) {
      for (let object = 0; object < nodeCount; object++) {
        if (typeByObject[object] === type && visit(object as ObjectIndex) === false) return;
      }
    },
  };
}

function openTypes(
  { typeNames, typeByObject, shallowBytes }: MemoryGraph,
  dominators: DominatorColumns | undefined,
): TypeTable {
  const objects = new Float64Array(typeNames.length);
  const bytes = new Float64Array(typeNames.length);
  for (let object = 0; object < typeByObject.length; object++) {
    const type = typeByObject[object]!;
    objects[type]!++;
    bytes[type]! += shallowBytes[object]!;
  }
  return {
    count: typeNames.length,
    nameOf: (type) => typeNames[type]!,
    findByName: (name) => typeNames.flatMap((own, type) => (own === name ? [type as TypeIndex] : [])),
    instanceCountOf: (type) => objects[type]!,
    shallowBytesOf: (type) => bytes[type]!,
    retainedBytesOf: (type) => dominators?.retainedBytesByType[type],
  };
}
