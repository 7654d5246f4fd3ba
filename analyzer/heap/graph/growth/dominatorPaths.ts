import type { Work } from "../../../base/work";
import type { DescribedGraph } from "../describedGraph";
import { type ObjectIndex, virtualRoot } from "../nodes";
import { childrenIn, type DownwardTree, downwardTree } from "../opened/downwardTree";
import { holdingOf } from "../paths/holding";

/** A field in the source. */
export interface OwnerField {
  readonly className: string;
  readonly name: string;
  readonly static: boolean;
}

/** All objects reached over the same types and fields from the top of the dominator tree. */
export interface PathNode {
  /** Position of the parent in the list, -1 for the first level. */
  readonly parent: number;
  /** Of objects that are types themselves `class X`. */
  readonly className: string;
  /** Field by which the node above holds these, with the class that declares it; absent for slots and joins. */
  readonly field?: OwnerField;
  /** The field is one of the program itself, where its source is worth a look. */
  readonly isOwn?: true;
  readonly objects: number;
  readonly retainedBytes: number;
}

/** Nodes with less of the graph than this are left out: they cannot be what grew. */
const leastShare = 1 / 4000;
const leastBytes = 4096;
const maximumNodes = 20_000;
const maximumDepth = 60;
/** Objects of one node whose children are looked at. */
const maximumMembers = 3_000_000;
/** Holders asked for the field; the first that has one speaks for all. */
const askedHolders = 4;

interface OpenNode {
  readonly position: number;
  readonly depth: number;
  /** Type of the members, to fold chains of one type (list nodes, trees) into one node. */
  readonly className: string;
  readonly members: readonly ObjectIndex[];
}

interface ChildGroup {
  readonly className: string;
  readonly members: ObjectIndex[];
  readonly holders: ObjectIndex[];
  retainedBytes: number;
}

/**
 * The dominator tree merged by type: children of one type under one parent are one node, and a chain of one type
 * is folded into its first, so that no address and no list length is in a path.
 */
export function dominatorPaths(graph: DescribedGraph, reachableBytes: number, work: Work): PathNode[] {
  const least = Math.max(leastBytes, reachableBytes * leastShare);
  const tree = downwardTree(graph, work);
  const nodes: PathNode[] = [];
  const open: OpenNode[] = [];
  const add = (parent: number, depth: number, group: ChildGroup): void => {
    if (group.retainedBytes < least || nodes.length >= maximumNodes) return;
    nodes.push({
      parent,
      className: group.className,
      ...fieldOfGroup(graph, group),
      objects: group.members.length,
      retainedBytes: group.retainedBytes,
    });
    if (depth < maximumDepth) {
      open.push({ position: nodes.length - 1, depth, className: group.className, members: group.members });
    }
  };
  for (const group of groupChildren(graph, tree, [virtualRoot], undefined, work).values()) add(-1, 0, group);
  for (let at = 0; at < open.length; at++) {
    work.report("Merging dominator paths", Math.min(1, nodes.length / maximumNodes));
    const { position, depth, className, members } = open[at]!;
    const groups = [...groupChildren(graph, tree, members, className, work).values()];
    groups.sort((a, b) => b.retainedBytes - a.retainedBytes);
    for (const group of groups) add(position, depth + 1, group);
  }
  return nodes;
}

function groupChildren(
  graph: DescribedGraph,
  tree: DownwardTree,
  members: readonly (ObjectIndex | typeof virtualRoot)[],
  ownClass: string | undefined,
  work: Work,
): Map<string, ChildGroup> {
  const groups = new Map<string, ChildGroup>();
  const queue = [...members];
  for (let at = 0; at < queue.length && at < maximumMembers; at++) {
    if (at % 1024 === 0) work.throwIfCancelled();
    const holder = queue[at]!;
    for (const node of childrenIn(tree, holder)) {
      const child = node as ObjectIndex;
      const className = nameOf(graph, child);
      if (className === ownClass) {
        queue.push(child);
        continue;
      }
      let group = groups.get(className);
      if (group === undefined) {
        group = { className, members: [], holders: [], retainedBytes: 0 };
        groups.set(className, group);
      }
      group.members.push(child);
      group.retainedBytes += graph.retainedSizeOf(child);
      if (holder !== virtualRoot && group.holders.length < askedHolders) group.holders.push(holder);
    }
  }
  return groups;
}

function nameOf(graph: DescribedGraph, object: ObjectIndex): string {
  return graph.stableName(graph.nameOf(object));
}

function fieldOfGroup(
  graph: DescribedGraph,
  { members, holders }: ChildGroup,
): Pick<PathNode, "field" | "isOwn"> {
  for (const [position, holder] of holders.entries()) {
    const member = members[position];
    const reference = member === undefined ? undefined : graph.namedReferenceBetween(holder, member);
    const holding = reference === undefined ? undefined : holdingOf(graph, holder, reference);
    if (holding === undefined) continue;
    const className = graph.stableName(holding.className);
    const field = { className, name: holding.field, static: holding.static };
    return graph.isOwnType(className) ? { field, isOwn: true } : { field };
  }
  return {};
}
