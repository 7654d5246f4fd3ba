import type { Brand } from "../../base/units";

/**
 * A node of a heap graph, 0 … nodeCount-1: objects first, in the order of the dump, then, in formats where types are
 * objects too, one node per type (`instanceCount + type`).
 */
export type ObjectIndex = Brand<number, "ObjectIndex">;

/** What an object is an instance of: a class, a constructor, a kind of cell. 0 … types.count-1. */
export type TypeIndex = Brand<number, "TypeIndex">;

/** Immediate dominator of what only GC roots hold. */
export const virtualRoot = -1;
/** Immediate dominator of what no GC root reaches. */
export const unreachable = -2;

/** What an object's immediate dominator can be. */
export type Dominator = ObjectIndex | typeof virtualRoot | typeof unreachable;

/** True for an object, false for {@link virtualRoot} and {@link unreachable}. */
export function isObject(dominator: Dominator): dominator is ObjectIndex {
  return dominator > virtualRoot;
}
