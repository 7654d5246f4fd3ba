import type { Work } from "../../../base/work";
import { childrenIn, type DownwardTree, downwardTree } from "../../graph/opened/downwardTree";
import { type Heap, type ObjectIndex, virtualRoot } from "../../heap";
import { edgeBetween } from "../paths/edges";
import { holdingOfReference } from "../paths/holders";
import { stableName } from "./stableName";

/** All objects reached over the same classes and fields from the top of the dominator tree. */
export interface PathNode {
  /** Position of the parent in the list, -1 for the first level. */
  readonly parent: number;
  /** `class X` for class objects. */
  readonly className: string;
  /** Field by which the node above holds these, with the class that declares it; absent for slots and joins. */
  readonly field?: { readonly className: string; readonly name: string; readonly static: boolean };
  readonly objects: number;
  readonly retainedBytes: number;
}

/** Nodes with less of the heap than this are left out: they cannot be what grew. */
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
  /** Class of the members, to fold chains of one class (list nodes, trees) into one node. */
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
 * The dominator tree merged by class: children of one class under one parent are one node, and a chain of one class
 * is folded into its first, so that no address and no list length is in a path.
 */
export function dominatorPaths(heap: Heap, reachableBytes: number, work: Work): PathNode[] {
  const least = Math.max(leastBytes, reachableBytes * leastShare);
  const tree = downwardTree(heap, work);
  const nodes: PathNode[] = [];
  const open: OpenNode[] = [];
  const add = (parent: number, depth: number, group: ChildGroup): void => {
    if (group.retainedBytes < least || nodes.length >= maximumNodes) return;
    const field = fieldOfGroup(heap, group);
    nodes.push({
      parent,
      className: group.className,
      ...(field === undefined ? {} : { field }),
      objects: group.members.length,
      retainedBytes: group.retainedBytes,
    });
    if (depth < maximumDepth) {
      open.push({ position: nodes.length - 1, depth, className: group.className, members: group.members });
    }
  };
  for (const group of groupChildren(heap, tree, [virtualRoot], undefined, work).values()) add(-1, 0, group);
  for (let at = 0; at < open.length; at++) {
    work.report("Merging dominator paths", Math.min(1, nodes.length / maximumNodes));
    const { position, depth, className, members } = open[at]!;
    const groups = [...groupChildren(heap, tree, members, className, work).values()];
    groups.sort((a, b) => b.retainedBytes - a.retainedBytes);
    for (const group of groups) add(position, depth + 1, group);
  }
  return nodes;
}

function groupChildren(
  heap: Heap,
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
      const className = nameOf(heap, child);
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
      group.retainedBytes += heap.retainedSizeOf(child);
      if (holder !== virtualRoot && group.holders.length < askedHolders) group.holders.push(holder);
    }
  }
  return groups;
}

function nameOf(heap: Heap, object: ObjectIndex): string {
  const type = heap.classOfClassObject(object);
  return stableName(type === undefined ? heap.classNameOf(object) : `class ${heap.classes.nameOf(type)}`);
}

function fieldOfGroup(heap: Heap, { members, holders }: ChildGroup): PathNode["field"] {
  for (const [position, holder] of holders.entries()) {
    const member = members[position];
    if (member === undefined || heap.elementTypeOf(holder) !== undefined) continue;
    const edge = edgeBetween(heap, holder, member);
    const holding = edge === undefined ? undefined : holdingOfReference(heap, holder, edge);
    if (holding === undefined) continue;
    return { className: stableName(holding.className), name: holding.field, static: holding.static };
  }
  return undefined;
}
