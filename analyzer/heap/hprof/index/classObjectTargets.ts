import { type NodeFinder, nodeOfId, noNode } from "../scan/nodeFinder";
import type { ClassRow } from "./classRows";

/** Nodes a class object refers to, each once: superclass, loader, signers, protection domain, statics, constants. */
export function classObjectTargets(
  rows: readonly ClassRow[],
  objectCount: number,
  type: number,
  nodes: NodeFinder,
): Set<number> {
  const row = rows[type]!;
  const targets = new Set<number>();
  if (row.superclass >= 0) targets.add(objectCount + row.superclass);
  for (const id of [row.loaderId, row.signersId, row.protectionDomainId]) targets.add(nodeOfId(nodes, id));
  for (const id of row.staticReferences) targets.add(nodeOfId(nodes, id));
  for (const id of row.constants) targets.add(nodeOfId(nodes, id));
  targets.delete(noNode);
  targets.delete(objectCount + type);
  return targets;
}
