import { execFileSync } from "node:child_process";

/** Sessions that a program keeps in a Map, each with a buffer of its own; their keys are in a WeakMap too. */
const program = `
class Session { constructor(n) { this.id = "session-" + n; this.items = new Array(64).fill(n); } }
class Note { constructor(n) { this.text = "note of " + n; } }
const sessions = new Map();
const notes = new WeakMap();
for (let n = 0; n < 500; n++) {
  const session = new Session(n);
  sessions.set(session.id, session);
  notes.set(session, new Note(n));
}
globalThis.kept = { sessions, notes };
require("node:v8").writeHeapSnapshot(process.argv[1]);
`;

/** Lets the Node that runs the tests write a heap snapshot of a small program. */
export function writeSessionSnapshot(path: string): void {
  execFileSync(process.execPath, ["-e", program, path], { stdio: ["ignore", "ignore", "inherit"] });
}

/** The members of a snapshot that a judge reads, by JSON.parse and nothing of ours. */
export interface RawSnapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly node_types: readonly [readonly string[], ...unknown[]];
      readonly edge_fields: readonly string[];
      readonly edge_types: readonly [readonly string[], ...unknown[]];
    };
    readonly node_count: number;
    readonly edge_count: number;
  };
  readonly nodes: readonly number[];
  readonly edges: readonly number[];
  readonly strings: readonly string[];
}

export interface JudgedNode {
  readonly id: number;
  readonly selfSize: number;
  readonly strong: number[];
}

/** Nodes with what they hold strongly, by the rules DevTools states for its dominators. */
export function judgedNodes({ snapshot, nodes, edges, strings }: RawSnapshot): JudgedNode[] {
  const { node_fields, edge_fields, edge_types } = snapshot.meta;
  const field = (name: string) => node_fields.indexOf(name);
  const judged: JudgedNode[] = [];
  let edge = 0;
  for (let at = 0; at < nodes.length; at += node_fields.length) {
    const id = nodes[at + field("id")]!;
    const strong: number[] = [];
    for (let count = nodes[at + field("edge_count")]!; count > 0; count--, edge += edge_fields.length) {
      const type = edge_types[0][edges[edge]!]!;
      const name = type === "internal" ? strings[edges[edge + 1]!]! : "";
      const isFromTable = name.includes("pair in WeakMap") && name.endsWith(`(table @${id})`);
      if (type === "weak" || (type === "shortcut" && at > 0) || isFromTable) continue;
      strong.push(edges[edge + 2]! / node_fields.length);
    }
    judged.push({ id, selfSize: nodes[at + field("self_size")]!, strong });
  }
  return judged;
}

/**
 * Retained sizes by the plain iterative algorithm: numbers in reverse postorder, intersections until nothing changes.
 * The root and what it refers to are held by nobody. -1 for unreachable nodes.
 */
export function judgedRetained(nodes: readonly JudgedNode[]): { retained: number[]; dominators: number[] } {
  const top = nodes.length;
  const roots = [...new Set([0, ...nodes[0]!.strong])];
  const targetsOf = (node: number): readonly number[] => (node === top ? roots : nodes[node]!.strong);
  const order: number[] = [];
  const seen = new Set([top]);
  const stack = [{ node: top, next: 0 }];
  for (let last = stack.at(-1); last !== undefined; last = stack.at(-1)) {
    const target = targetsOf(last.node)[last.next++];
    if (target === undefined) {
      order.push(last.node);
      stack.pop();
    } else if (!seen.has(target)) {
      seen.add(target);
      stack.push({ node: target, next: 0 });
    }
  }
  order.reverse();
  const number = new Map(order.map((node, at) => [node, at]));
  const referrers = new Map<number, number[]>(order.map((node) => [node, []]));
  for (const node of order) for (const target of targetsOf(node)) referrers.get(target)!.push(node);
  const dominators: number[] = new Array(top + 1).fill(-1);
  dominators[top] = top;
  const meet = (one: number, other: number): number => {
    let [a, b] = [one, other];
    while (a !== b) {
      while (number.get(a)! > number.get(b)!) a = dominators[a]!;
      while (number.get(b)! > number.get(a)!) b = dominators[b]!;
    }
    return a;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of order.slice(1)) {
      const known = referrers.get(node)!.filter((referrer) => dominators[referrer] !== -1);
      const dominator = known.reduce(meet);
      if (dominators[node] !== dominator) changed = true;
      dominators[node] = dominator;
    }
  }
  const retained: number[] = nodes.map(({ selfSize }, node) => (number.has(node) ? selfSize : -1));
  for (const node of order.slice(1).reverse()) {
    const dominator = dominators[node]!;
    if (dominator !== top) retained[dominator] = retained[dominator]! + retained[node]!;
  }
  return { retained, dominators };
}
