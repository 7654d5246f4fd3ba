import type { Work } from "../../../base/work";
import type { DescribedGraph } from "../describedGraph";
import type { GraphReference } from "../graph";
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
  /** With those of a folded chain, whose bytes are its first one's. */
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
  /** Of a class object, whose fields are told apart. */
  readonly reference?: GraphReference | undefined;
  retainedBytes: number;
}

type MutableNode = { -readonly [Key in keyof PathNode]: PathNode[Key] };

/**
 * The dominator tree merged by type: children of one type under one parent are one node, and a chain of one type
 * is folded into its first, so that no address and no list length is in a path. What static fields hold is told apart
 * by field.
 */
export function dominatorPaths(graph: DescribedGraph, reachableBytes: number, work: Work): PathNode[] {
  const least = Math.max(leastBytes, reachableBytes * leastShare);
  const tree = downwardTree(graph, work);
  const nodes: MutableNode[] = [];
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
    open.push({ position: nodes.length - 1, depth, className: group.className, members: group.members });
  };
  for (const group of groupChildren(graph, tree, [virtualRoot], undefined, work).groups) add(-1, 0, group);
  for (let at = 0; at < open.length; at++) {
    work.report("Merging dominator paths", Math.min(1, nodes.length / maximumNodes));
    const { position, depth, className, members } = open[at]!;
    const { groups, holders } = groupChildren(graph, tree, members, className, work);
    nodes[position]!.objects = holders;
    if (depth === maximumDepth) continue;
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
): { readonly groups: ChildGroup[]; readonly holders: number } {
  const groups = new Map<string, ChildGroup>();
  const queue = [...members];
  for (let at = 0; at < queue.length && at < maximumMembers; at++) {
    if (at % 1024 === 0) work.throwIfCancelled();
    const holder = queue[at]!;
    const byField = staticReferences(graph, tree, holder);
    for (const node of childrenIn(tree, holder)) {
      const child = node as ObjectIndex;
      const className = nameOf(graph, child);
      if (className === ownClass) {
        queue.push(child);
        continue;
      }
      const reference = byField?.get(child);
      const key = reference?.name === undefined ? className : `${className} ${reference.name}`;
      let group = groups.get(key);
      if (group === undefined) {
        group = { className, members: [], holders: [], reference, retainedBytes: 0 };
        groups.set(key, group);
      }
      group.members.push(child);
      group.retainedBytes += graph.retainedSizeOf(child);
      if (holder !== virtualRoot && group.holders.length < askedHolders) group.holders.push(holder);
    }
  }
  return { groups: [...groups.values()], holders: queue.length };
}

/** By which of its fields a class object holds what it dominates; undefined for other objects. */
function staticReferences(
  graph: DescribedGraph,
  tree: DownwardTree,
  holder: ObjectIndex | typeof virtualRoot,
): ReadonlyMap<ObjectIndex, GraphReference> | undefined {
  if (holder === virtualRoot || graph.typeMeantBy(holder) === undefined) return undefined;
  return graph.referencesAmong(
    holder,
    Array.from(childrenIn(tree, holder), (node) => node as ObjectIndex),
  );
}

function nameOf(graph: DescribedGraph, object: ObjectIndex): string {
  return graph.stableName(graph.nameOf(object));
}

function fieldOfGroup(
  graph: DescribedGraph,
  { members, holders, reference: known }: ChildGroup,
): Pick<PathNode, "field" | "isOwn"> {
  for (const [position, holder] of holders.entries()) {
    const member = members[position];
    const reference =
      known ?? (member === undefined ? undefined : graph.namedReferenceBetween(holder, member));
    const holding = reference === undefined ? undefined : holdingOf(graph, holder, reference);
    if (holding === undefined) continue;
    const className = graph.stableName(holding.className);
    const field = { className, name: holding.field, static: holding.static };
    return graph.isOwnType(className) ? { field, isOwn: true } : { field };
  }
  return {};
}
