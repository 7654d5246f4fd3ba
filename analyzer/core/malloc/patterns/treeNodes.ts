import type { HeapReader, UsedBlock } from "./heapReader";
import type { StandardLibraries } from "./standardLibraries";

/** What a block is by the links at its beginning, which others have to return: a node of a tree. */
export function isNodeOfTree(heap: HeapReader, block: UsedBlock, forms: readonly TreeForm[]): boolean {
  return forms.some((form) => block.bytes >= form.bytes && isTreeNode(heap, block.start, form));
}

/** Of the libraries whose trees are known. */
export function treeForms(heap: HeapReader, { libstdcxx, libcxx }: StandardLibraries): readonly TreeForm[] {
  return [...(libstdcxx ? [rbTree(heap)] : []), ...(libcxx ? [libcxxTree(heap)] : [])];
}

export interface TreeForm {
  readonly left: number;
  readonly right: number;
  readonly parent: number;
  readonly color: number;
  readonly colorBytes: 1 | 4;
  /** Where what stands for the end has the root. */
  readonly root: number;
  readonly bytes: number;
}

/** `_Rb_tree_node_base` {color, parent, left, right}. */
function rbTree({ pointerBytes }: HeapReader): TreeForm {
  const [parent, left, right] = [pointerBytes, 2 * pointerBytes, 3 * pointerBytes] as const;
  return { color: 0, colorBytes: 4, parent, left, right, root: parent, bytes: 4 * pointerBytes };
}

/** `__tree_node` {left, right, parent, isBlack}. */
function libcxxTree({ pointerBytes }: HeapReader): TreeForm {
  const [right, parent, color] = [pointerBytes, 2 * pointerBytes, 3 * pointerBytes] as const;
  return { left: 0, right, parent, color, colorBytes: 1, root: 0, bytes: 4 * pointerBytes };
}

function isTreeNode(heap: HeapReader, node: number, form: TreeForm): boolean {
  if (!isLinked(heap, node, form)) return false;
  const parent = heap.word(node + form.parent);
  if (heap.indexAt(parent) < 0) return heap.word(parent + form.root) === node;
  // A leaf has little to show: its parent has to be a node too.
  return isLinked(heap, parent, form) || isRoot(heap, node, parent, form);
}

/** The end of a tree may be a block of its own: it leads to the root only, which leads back. */
function isRoot(heap: HeapReader, node: number, end: number, form: TreeForm): boolean {
  const hasChild = [form.left, form.right].some((side) => heap.word(node + side) > 0);
  return hasChild && heap.word(end + form.root) === node;
}

function isLinked(heap: HeapReader, node: number, form: TreeForm): boolean {
  const color = form.colorBytes === 4 ? heap.u32(node + form.color) : heap.u8(node + form.color);
  if (color !== 0 && color !== 1) return false;
  const parent = heap.word(node + form.parent);
  if (parent <= 0 || parent === node) return false;
  const isChild = [form.left, form.right, form.root].some((field) => heap.word(parent + field) === node);
  return (
    isChild &&
    [form.left, form.right].every((side) => {
      const child = heap.word(node + side);
      return child === 0 || (child > 0 && heap.word(child + form.parent) === node);
    })
  );
}
