import { describe, expect, it } from "vitest";
import { stableName } from "../../../analyzer/heap/java/growth/stableName";
import type { HistogramRow } from "../../../analyzer/protocol/heap/histogram";
import { histogramPage } from "../../../analyzer/session/graph/histogramPage";

function row(className: string, objects: number, shallowBytes: number, loader = "<boot>"): HistogramRow {
  return { classIndex: 0, className, objects, shallowBytes, loader, retainedBytes: shallowBytes * 2 };
}

const rows = [
  row("java.util.HashMap$Node", 30, 960),
  row("java.util.HashMap", 2, 96),
  row("byte[]", 50, 4000),
  row("com.example.Order[]", 1, 24, "app"),
  row("com.example.Order", 5, 120, "app"),
];

const sort = { column: "shallowBytes", descending: true } as const;
const names = (page: { rows: readonly HistogramRow[] }) => page.rows.map(({ className }) => className);

const pageOf = (all: readonly HistogramRow[], query: Parameters<typeof histogramPage>[1]) =>
  histogramPage(all, query, stableName);

describe("histogramPage", () => {
  it("sorts by a column and cuts a page", () => {
    const page = pageOf(rows, { start: 1, count: 2, sort });
    expect(page).toMatchObject({ start: 1, end: 3, total: 5 });
    expect(names(page)).toEqual(["java.util.HashMap$Node", "com.example.Order"]);
  });

  it("filters without regard to case", () => {
    expect(names(pageOf(rows, { start: 0, count: 9, sort, filter: "hashmap" }))).toEqual([
      "java.util.HashMap$Node",
      "java.util.HashMap",
    ]);
  });

  it("adds up packages and leaves retained sizes out, which do not add", () => {
    const page = pageOf(rows, { start: 0, count: 9, sort, groupBy: "package" });
    expect(
      page.rows.map(({ className, classes, objects, shallowBytes, retainedBytes }) => ({
        className,
        classes,
        objects,
        shallowBytes,
        retainedBytes,
      })),
    ).toEqual([
      {
        className: "(primitive arrays)",
        classes: 1,
        objects: 50,
        shallowBytes: 4000,
        retainedBytes: undefined,
      },
      { className: "java.util", classes: 2, objects: 32, shallowBytes: 1056, retainedBytes: undefined },
      { className: "com.example", classes: 2, objects: 6, shallowBytes: 144, retainedBytes: undefined },
    ]);
  });

  it("lists the classes inside one group", () => {
    expect(names(pageOf(rows, { start: 0, count: 9, sort, groupBy: "loader", group: "app" }))).toEqual([
      "com.example.Order",
      "com.example.Order[]",
    ]);
  });

  it("puts what one class made at run time into a group, and nothing else", () => {
    const made = [
      row("com.example.Shop$$Lambda/0x00007f0001", 10, 160),
      row("com.example.Shop$$Lambda/0x00007f0002", 20, 320),
      row("com.example.Shop", 1, 100),
    ];
    const page = pageOf(made, { start: 0, count: 9, sort, groupBy: "generated" });
    expect(page.rows.map(({ className, objects, classes }) => [className, objects, classes])).toEqual([
      ["com.example.Shop$$Lambda", 30, 2],
      ["com.example.Shop", 1, undefined],
    ]);
    const group = { groupBy: "generated", group: "com.example.Shop$$Lambda" } as const;
    expect(names(pageOf(made, { start: 0, count: 9, sort, ...group }))).toEqual([
      "com.example.Shop$$Lambda/0x00007f0002",
      "com.example.Shop$$Lambda/0x00007f0001",
    ]);
    const byRetained = { column: "retainedBytes", descending: true } as const;
    expect(
      pageOf(made, { start: 0, count: 1, sort: byRetained, groupBy: "generated" }).rows[0]?.classes,
    ).toBe(2);
  });
});
