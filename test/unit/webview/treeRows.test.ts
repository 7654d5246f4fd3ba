import { describe, expect, it } from "vitest";
import { TreeRows } from "../../../webview/widgets/treeRows";

/** A tree written as nested arrays of names; names are rows. */
interface Node {
  readonly name: string;
  readonly children: readonly Node[];
}

function parse(text: string): Node {
  const root = { name: "", children: [] as Node[] };
  const path: { children: Node[] }[] = [root];
  for (const line of text.split("\n").filter((each) => each.trim() !== "")) {
    const level = (line.length - line.trimStart().length) / 2;
    const node = { name: line.trim(), children: [] as Node[] };
    path[level]!.children.push(node);
    path[level + 1] = node;
  }
  return root;
}

function wide(count: number): Node {
  return {
    name: "",
    children: Array.from({ length: count }, (_, n) => ({ name: `row ${n}`, children: [] })),
  };
}

function treeOf(root: Node) {
  const asked: string[] = [];
  const rows = new TreeRows<Node>(
    (path, start, count) => {
      const parent = path.at(-1) ?? root;
      asked.push(`${parent.name}[${start}]`);
      const page = parent.children.slice(start, start + count);
      return Promise.resolve({ start, end: start + page.length, total: parent.children.length, rows: page });
    },
    () => undefined,
  );
  const lines = () =>
    Array.from({ length: rows.length }, (_, at) => {
      const line = rows.lineAt(at);
      return "  ".repeat(line.branch.level - 1) + (line.row?.name ?? "…");
    });
  const settle = async () => {
    rows.want(0, rows.length);
    await new Promise((done) => setTimeout(done, 0));
  };
  const positionOf = (name: string) => lines().findIndex((line) => line.trim() === name);
  return { rows, asked, lines, settle, positionOf };
}

const family = `
a
  b
    c
    d
  e
f
  g
`;

describe("rows of a lazy tree", () => {
  it("shows one waiting line until the first page is there", async () => {
    const { lines, settle } = treeOf(parse(family));
    expect(lines()).toEqual(["…"]);
    await settle();
    expect(lines()).toEqual(["a", "f"]);
  });

  it("opens and closes in place, keeping what was open below", async () => {
    const { rows, lines, settle, positionOf } = treeOf(parse(family));
    await settle();
    for (const name of ["a", "b", "f"]) await rows.expand(rows.lineAt(positionOf(name)));
    expect(lines()).toEqual(["a", "  b", "    c", "    d", "  e", "f", "  g"]);
    rows.collapse(rows.lineAt(positionOf("b")));
    expect(lines()).toEqual(["a", "  b", "  e", "f", "  g"]);
    rows.collapse(rows.lineAt(positionOf("a")));
    expect(lines()).toEqual(["a", "f", "  g"]);
  });

  it("knows the position of every line and of its parent", async () => {
    const { rows, settle, positionOf } = treeOf(parse(family));
    await settle();
    for (const name of ["f", "a", "b"]) await rows.expand(rows.lineAt(positionOf(name)));
    for (let at = 0; at < rows.length; at++) {
      const line = rows.lineAt(at);
      expect(rows.positionOf(line.branch, line.index)).toBe(at);
    }
    expect(rows.parentPosition(rows.lineAt(positionOf("d")))).toBe(positionOf("b"));
    expect(rows.parentPosition(rows.lineAt(positionOf("a")))).toBeUndefined();
    expect(rows.expandedRows().map(({ name }) => name)).toEqual(["a", "b", "f"]);
  });

  it("reveals a deep row by its indices", async () => {
    const { rows, positionOf } = treeOf(parse(family));
    const position = await rows.reveal([0, 0, 1]);
    expect(position).toBe(positionOf("d"));
  });

  it("loads only the pages that are looked at", async () => {
    const { rows, asked, settle } = treeOf(wide(1_000_000));
    await settle().catch(() => undefined);
    rows.want(500_000, 500_020);
    await new Promise((done) => setTimeout(done, 0));
    expect(rows.length).toBe(1_000_000);
    expect(rows.lineAt(500_010).row?.name).toBe("row 500010");
    expect(asked).toEqual(["[0]", "[500000]"]);
  });

  it("keeps a failure with its branch and asks again only when told", async () => {
    let broken = true;
    let asked = 0;
    const rows = new TreeRows<string>(
      () => {
        asked++;
        return broken
          ? Promise.reject(new Error("lost"))
          : Promise.resolve({ start: 0, end: 1, total: 1, rows: ["x"] });
      },
      () => undefined,
    );
    for (let redraw = 0; redraw < 3; redraw++) {
      rows.want(0, rows.length);
      await new Promise((done) => setTimeout(done, 0));
    }
    expect(String(rows.top.failure)).toContain("lost");
    expect(asked).toBe(1);
    broken = false;
    rows.retry(rows.top);
    await new Promise((done) => setTimeout(done, 0));
    expect(rows.lineAt(0).row).toBe("x");
  });
});
