import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { unwatched } from "../../../analyzer/base/work";
import type { Graph } from "../../../analyzer/heap/graph/graph";
import { memoryDominators } from "../../../analyzer/heap/graph/memory/memoryDominators";
import type { MemoryGraph } from "../../../analyzer/heap/graph/memory/memoryGraph";
import { openMemoryGraph } from "../../../analyzer/heap/graph/memory/openMemoryGraph";
import {
  type ObjectIndex,
  type TypeIndex,
  unreachable,
  virtualRoot,
} from "../../../analyzer/heap/graph/nodes";
import { dominatorChildren } from "../../../analyzer/heap/graph/opened/childPages";
import { immediateDominatorsOf } from "../../../analyzer/heap/graph/opened/dominatorTypes";
import { childrenIn, downwardTree } from "../../../analyzer/heap/graph/opened/downwardTree";
import { countReachability } from "../../../analyzer/heap/graph/opened/unreachableObjects";
import { inProcess } from "../../../analyzer/heap/graph/parallel";
import { asInThreads } from "../../build/asInThreads";
import { naiveDominators, parseGraph } from "../../build/graphText";
import { memoryGraphOf } from "../../build/memoryGraph";
import { seededRandom } from "../../build/seededRandom";

const here = asInThreads(inProcess(new BytesSource("", new Uint8Array(0))));
const typeNames = ["string", "Session", "closure"];

async function opened(graph: MemoryGraph): Promise<Graph> {
  return openMemoryGraph(graph, { dominators: await memoryDominators(graph, {}, here, unwatched) });
}

const text = "root -> a b\na -> c d\nb -> c\nc -> e\nd -> d\nx -> y e";
/** Nodes in the order they appear: a b c d e x y. */
const [a, b, c, d, e, x, y] = [0, 1, 2, 3, 4, 5, 6] as ObjectIndex[];

describe("a graph in memory", () => {
  it("has dominators, sizes of any unit, children, referrers and types, and no format", async () => {
    const graph = await opened(
      memoryGraphOf(
        parseGraph(text),
        typeNames,
        (node) => node % 3,
        (node) => node * 3,
      ),
    );
    expect(graph.immediateDominatorOf(c!)).toBe(virtualRoot);
    expect(graph.immediateDominatorOf(d!)).toBe(a);
    expect(graph.immediateDominatorOf(e!)).toBe(c);
    expect(graph.immediateDominatorOf(y!)).toBe(unreachable);
    expect(graph.retainedSizeOf(a!)).toBe(9);
    expect(graph.retainedSizeOf(c!)).toBe(6 + 12);
    expect(graph.retainedSizeOf(x!)).toBe(0);
    expect(graph.isKnownGarbage(x!)).toBe(true);
    expect(graph.referrersOf(e!)).toEqual([c, x]);
    expect(graph.referrersOf(d!)).toEqual([a]);
    expect(graph.types.findByName("Session")).toEqual([1]);
    expect(graph.types.instanceCountOf(0 as TypeIndex)).toBe(3);
    // a, d and y are strings; nothing holds y.
    expect(graph.types.shallowBytesOf(0 as TypeIndex)).toBe(0 + 9 + 18);
    expect(graph.types.retainedBytesOf(0 as TypeIndex)).toBe(9);
    const query = { sort: "typeName", descending: false, start: 0, count: 9 } as const;
    expect(dominatorChildren(graph, virtualRoot, query, unwatched).objects).toEqual([b, c, a]);
    expect([...childrenIn(downwardTree(graph, unwatched), virtualRoot)]).toEqual([a, b, c]);
    const reached = (object: ObjectIndex) => (graph.isKnownGarbage(object) ? "none" : "strong");
    expect(countReachability(graph, reached, unwatched).types).toEqual([
      { type: 0, reachability: "none", objects: 1, shallowBytes: 18 },
      { type: 2, reachability: "none", objects: 1, shallowBytes: 15 },
    ]);
    const names = { nameOf: (object: ObjectIndex) => typeNames[graph.typeOf(object)]! };
    expect(immediateDominatorsOf(graph, [0 as TypeIndex], names, unwatched)).toEqual([
      { name: undefined, example: undefined, dominators: 1, objects: 1, retainedBytes: 9 },
      { name: "string", example: a, dominators: 1, objects: 1, retainedBytes: 9 },
    ]);
  });

  it("knows what an object of no size dominates", async () => {
    const graph = await opened(
      memoryGraphOf(
        parseGraph("root -> a\na -> b c"),
        typeNames,
        () => 0,
        () => 0,
      ),
    );
    expect(graph.dominatedCountOf(a!)).toBe(2);
  });

  it("keeps nothing alive by a weak edge, and shows it as a referrer", async () => {
    const weak = [[c!, e!]] as const;
    const graph = await opened(
      memoryGraphOf(
        parseGraph(text),
        typeNames,
        () => 0,
        () => 8,
        weak,
      ),
    );
    expect(graph.immediateDominatorOf(e!)).toBe(unreachable);
    expect(graph.retainedSizeOf(c!)).toBe(8);
    expect(graph.referrersOf(e!)).toEqual([c, x]);
  });

  it("agrees with the definition, across parts of the graph and lists of hundreds of edges", async () => {
    const random = seededRandom(3);
    const below = (limit: number) => Math.floor(random() * limit);
    for (let round = 0; round < 40; round++) {
      const count = 30;
      const edges = Array.from({ length: count }, () => Array.from({ length: below(4) }, () => below(count)));
      edges[below(count)] = Array.from({ length: 300 }, () => below(count));
      const text = { names: [], edges, roots: [below(count), below(count), below(count)] };
      const graph = await opened(
        memoryGraphOf(
          text,
          typeNames,
          (node) => node % 3,
          (node) => node + 1,
        ),
      );
      expect(edges.map((_, node) => graph.immediateDominatorOf(node as ObjectIndex))).toEqual(
        naiveDominators(text),
      );
    }
  });

  it("says that dominators were left out", () => {
    const leftOut = { neededBytes: 10, budgetBytes: 5 };
    const graph = openMemoryGraph(
      memoryGraphOf(
        parseGraph(text),
        typeNames,
        () => 0,
        () => 8,
      ),
      { leftOut },
    );
    expect(graph.hasDominators).toBe(false);
    expect(graph.retainedSizeOrUndefined(a!)).toBeUndefined();
    expect(() => graph.immediateDominatorOf(a!)).toThrow(
      expect.objectContaining({ fault: expect.objectContaining(leftOut) }),
    );
  });
});
