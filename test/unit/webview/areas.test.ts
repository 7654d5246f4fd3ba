import { expect, it } from "vitest";
import type { DominatorRow } from "../../../analyzer/protocol/heap/dominators";
import { areasOf } from "../../../webview/views/areas";

type Tree = Readonly<Record<string, readonly [name: string, bytes: number, staticField?: string][]>>;

function areas(tree: Tree) {
  const childrenOf = async (objectId: string | undefined): Promise<readonly DominatorRow[]> =>
    (tree[objectId ?? "heap"] ?? []).map(([name, bytes, field]) => ({
      objectId: name,
      className: name,
      shallowBytes: 16,
      retainedBytes: bytes,
      children: 1,
      ...(field === undefined ? {} : { heldBy: { className: "Cache", field, static: true } }),
    }));
  return areasOf(childrenOf, 1000);
}

it("replaces what only passes the memory on, down to where it gathers", async () => {
  const found = await areas({
    heap: [
      ["Loader", 800],
      ["Thread", 150],
    ],
    Loader: [["Map", 700, "ENTRIES"]],
    Map: [["Node[]", 690]],
    "Node[]": [
      ["Node 1", 10],
      ["Node 2", 9],
    ],
  });
  expect(found.map(({ row, through }) => [row.className, through?.field])).toEqual([
    ["Node[]", "ENTRIES"],
    ["Thread", undefined],
  ]);
});

it("leaves a heap without a giant as it is", async () => {
  const tree: Tree = {
    heap: [
      ["A", 300],
      ["B", 200],
    ],
    A: [["C", 290]],
  };
  expect((await areas(tree)).map(({ row }) => row.className)).toEqual(["A", "B"]);
});

it("ends in a chain that never gathers", async () => {
  const [area] = await areasOf(
    async (id) => [
      { objectId: `${id}x`, className: "Link", shallowBytes: 16, retainedBytes: 900, children: 1 },
    ],
    1000,
  );
  expect(area?.row.className).toBe("Link");
});
