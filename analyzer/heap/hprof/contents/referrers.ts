import { unwatched, type Work } from "../../../base/work";
import { type Csr, csrOf, othersOf } from "../../graph/edges/csr";
import type { HeapColumns } from "../index/heapColumns";
import { type ReferenceInputs, walkReferences } from "./referenceWalk";

/** Lists above this would not fit beside the heap's columns; then every question scans instead. */
export const mostReferrerListBytes = 1.5 * 2 ** 30;

/** Who refers to whom. */
export interface Referrers {
  /** Makes lists for all nodes, once: two walks over the file, minutes for a big one. */
  list(work: Work): void;
  /** Referrers of a node, weak ones included, ascending, each once, itself left out. */
  of(node: number): number[];
}

/** @param maximumBytes of the lists */
export function openReferrers(inputs: ReferenceInputs, maximumBytes: number): Referrers {
  const { columns } = inputs;
  const nodeCount = columns.objectCount + columns.classes.length;
  let lists: Csr | "too big" | undefined;

  function list(work: Work): Csr | "too big" {
    // Beyond half there is no room for the references themselves.
    if (4 * nodeCount > maximumBytes / 2) lists = "too big";
    lists ??=
      csrOf(
        nodeCount,
        (visit) => walkReferences(inputs, work, (from, target) => visit(target, from)),
        maximumBytes,
      ) ?? "too big";
    return lists;
  }

  function scan(node: number): number[] {
    const found = new Set<number>();
    walkReferences(inputs, unwatched, (from, target) => {
      if (target === node && from !== node) found.add(from);
    });
    return [...found];
  }

  return {
    list,
    of(node) {
      const known = list(unwatched);
      const listed = known === "too big" ? scan(node) : othersOf(known, node);
      const instances = instancesOfClassNode(columns, node);
      if (instances.length === 0 && known !== "too big") return listed;
      return [...new Set([...listed, ...instances])].sort((a, b) => a - b);
    },
  };
}

/** Instances of a class refer to its class object. */
function instancesOfClassNode({ objectCount, objects }: HeapColumns, node: number): number[] {
  const found: number[] = [];
  if (node < objectCount) return found;
  const type = node - objectCount;
  for (let object = 0; object < objectCount; object++) {
    if (objects.classByObject[object] === type) found.push(object);
  }
  return found;
}
