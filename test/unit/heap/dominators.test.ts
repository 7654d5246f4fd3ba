import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { unwatched } from "../../../analyzer/base/work";
import { listChildren } from "../../../analyzer/heap/graph/dominators/childLists";
import { heldByRoots } from "../../../analyzer/heap/graph/dominators/dominatorColumns";
import { findDominators } from "../../../analyzer/heap/graph/dominators/findDominators";
import { sumRetained } from "../../../analyzer/heap/graph/dominators/retainedSizes";
import { inProcess } from "../../../analyzer/heap/graph/parallel";
import {
  naiveDominators,
  naiveUnreachable,
  naiveVirtualRoot,
  parseGraph,
  type TextGraph,
} from "../../build/graphText";
import { seededRandom } from "../../build/seededRandom";
import { wholeGraphOf } from "../../build/wholeGraph";

interface Variant {
  readonly sweeps: number;
  readonly partLength: number;
}

const variants: readonly Variant[] = [
  { sweeps: 0, partLength: 1000 },
  { sweeps: 3, partLength: 1000 },
  { sweeps: 8, partLength: 3 },
];

const typeCount = 3;
const typeOf = (node: number): number => ((node * 7) % 5) % typeCount;

const here = inProcess(new BytesSource("", new Uint8Array(0)));

async function dominatorsOf(graph: TextGraph, variant: Variant) {
  const whole = wholeGraphOf(graph, variant.partLength);
  const options = { sweeps: variant.sweeps, collectGarbage: () => undefined, waiting: undefined };
  const tree = await findDominators(whole, options, here, unwatched);
  const dominators = Array.from(tree, (dominator) =>
    dominator === 0 ? naiveUnreachable : dominator === heldByRoots ? naiveVirtualRoot : dominator - 1,
  );
  const units = Uint32Array.from(graph.edges, (_, node) => node + 1);
  const typeByObject = Uint16Array.from(graph.edges, (_, node) => typeOf(node));
  const types = { instanceCount: typeByObject.length, typeByObject, typeOfTypes: 0, typeCount };
  const retained = sumRetained(listChildren(tree, unwatched), tree, types, units, unwatched);
  return { dominators, retained };
}

/** Sums of what each node dominates, from the definition. */
function naiveRetained(dominators: readonly number[]): number[] {
  const sums = dominators.map((dominator, node) => (dominator === naiveUnreachable ? 0 : node + 1));
  return sums.map((_, node) => {
    let sum = 0;
    for (let other = 0; other < dominators.length; other++) {
      if (dominators[other] === naiveUnreachable) continue;
      for (let at = other; at >= 0; at = dominators[at]!) if (at === node) sum += other + 1;
    }
    return sum;
  });
}

/** For each type the sizes of its instances that no other instance of it dominates. */
function naiveByType(dominators: readonly number[], sizes: readonly number[]): number[] {
  const sums = new Array<number>(typeCount).fill(0);
  dominators.forEach((dominator, node) => {
    let at = dominator;
    while (at >= 0 && typeOf(at) !== typeOf(node)) at = dominators[at]!;
    if (at < 0) sums[typeOf(node)]! += sizes[node]!;
  });
  return sums;
}

async function check(graph: TextGraph): Promise<void> {
  const expected = naiveDominators(graph);
  const sizes = naiveRetained(expected);
  const heldUnits = expected.reduce(
    (sum, dominator, node) => (dominator === -1 ? sum + sizes[node]! : sum),
    0,
  );
  for (const variant of variants) {
    const { dominators, retained } = await dominatorsOf(graph, variant);
    expect(dominators).toEqual(expected);
    expect([...retained.units]).toEqual(sizes);
    expect(retained.reachableUnits).toBe(heldUnits);
    expect([...retained.unitsByType]).toEqual(naiveByType(expected, sizes));
  }
}

describe("dominators", () => {
  it.each([
    ["a diamond", "root -> a\na -> b c\nb -> d\nc -> d"],
    ["a loop entered twice", "root -> a\na -> b c\nb -> c\nc -> b d"],
    ["two roots that share", "root -> a b\na -> c\nb -> c\nc -> d"],
    ["a root below another", "root -> a c\na -> b\nb -> c\nc -> a d"],
    ["an island with a loop", "root -> a\nx -> y a\ny -> x z"],
    ["a reference twice", "root -> a\na -> b b c\nc -> d"],
    [
      "a chain held by an array too",
      "root -> a list\na -> v1 v2 v3\nlist -> n1\nn1 -> v1 n2\nn2 -> v2 n3\nn3 -> v3",
    ],
    ["no roots", "a -> b\nb -> a"],
  ])("of %s", (_, text) => check(parseGraph(text)));

  it("agree with the definition on thousands of random graphs", async () => {
    const next = seededRandom(7);
    const random = (below: number) => Math.floor(next() * below);
    for (let round = 0; round < 3000; round++) {
      const count = 1 + random(24);
      const density = 1 + random(4);
      // Half of the graphs are mostly trees, as heaps are.
      const local = random(2) === 0;
      const edges = Array.from({ length: count }, (_, node) =>
        Array.from({ length: random(density + 1) }, () =>
          local ? Math.min(count - 1, node + random(4)) : random(count),
        ),
      );
      const roots = Array.from({ length: 1 + random(3) }, () => random(count));
      await check({ names: [], edges, roots });
    }
  });

  it("of a list whose values are in an array too cost no more than linear", async () => {
    const length = 200_000;
    // 0 list head … length-1, then values, then the array that holds them, visited last.
    const edges: number[][] = [];
    for (let k = 0; k < length; k++) edges.push(k + 1 < length ? [k + 1, length + k] : [length + k]);
    for (let k = 0; k < length; k++) edges.push([]);
    edges.push(Array.from({ length }, (_, k) => length + k));
    const { dominators } = await dominatorsOf({ names: [], edges, roots: [0, 2 * length] }, variants[0]!);
    expect(dominators[length - 1]).toBe(length - 2);
    expect(dominators[length]).toBe(naiveVirtualRoot);
    expect(dominators[2 * length - 1]).toBe(naiveVirtualRoot);
  });
});
