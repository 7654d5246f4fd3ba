import type { MemoryGraph } from "./memoryGraph";

/** How edges are called: what a format says of one edge. */
export interface EdgeName {
  /** In the language's words: `property`, `element`… */
  readonly kind: string;
  readonly name?: string;
  readonly slot?: number;
}

/** A graph in memory with the ids of its nodes. Structured-cloneable: what a room posts to its threads. */
export interface NamedMemoryGraph extends MemoryGraph {
  /** By node: its address, or the number by which the dump names it. */
  readonly ids: BigUint64Array;
}

/** What a format says of the nodes and edges of its graph, read when it is asked for. */
export interface MemoryGraphNames {
  readonly path: string;
  nameOfEdge(edge: number): EdgeName;
  /** What a node says of itself in a few words. */
  labelOf(node: number): string | undefined;
  /** What kind of root a root is. */
  rootKindsOf(node: number): readonly string[];
  /** False for types that belong to the runtime. */
  isOwnType(name: string): boolean;
}
