import { describe, expect, it } from "vitest";
import type { Column } from "../../../webview/widgets/columns";
import { topRowsAsCsv } from "../../../webview/widgets/rowExport";
import type { RowSource } from "../../../webview/widgets/rowSource";

const column = (title: string, value: (row: number) => string | number) =>
  ({ id: title, title, value }) as unknown as Column<number>;

/** Rows 0, 1, 2 …, in pages of at most `most`. */
function counting(total: number, most: number): RowSource<number> {
  const page = async ({ start, count }: { start: number; count: number }) => ({
    total,
    rows: Array.from({ length: Math.min(count, most, total - start) }, (_, at) => start + at),
  });
  return { page } as unknown as RowSource<number>;
}

function csv(source: RowSource<number>, limit: number, columns = [column("n", (row) => row)]) {
  const sort = { column: "n", descending: false };
  return topRowsAsCsv({ source, columns, sort, limit }, new AbortController().signal);
}

describe("rows as CSV", () => {
  it("has a heading and 130,000 rows, all of them once and in order", async () => {
    const lines = (await csv(counting(130_000, 1000), 200_000)).trimEnd().split("\r\n");
    expect(lines).toHaveLength(130_001);
    expect(lines[0]).toBe("n");
    expect(lines.slice(1).every((line, at) => line === String(at))).toBe(true);
  });

  it("ends at the limit, within a page too", async () => {
    expect(await csv(counting(5_000, 1000), 1_500)).toMatch(/\r\n1499\r\n$/);
  });

  it("takes pages that are shorter than asked for", async () => {
    expect(await csv(counting(5, 2), 100)).toBe("n\r\n0\r\n1\r\n2\r\n3\r\n4\r\n");
  });

  it("quotes what would end a cell", async () => {
    const columns = [column("a,b", (row) => `"${row}"\n`), column("n", (row) => row / 4)];
    expect(await csv(counting(2, 2), 100, columns)).toBe('"a,b",n\r\n"""0""\n",0\r\n"""1""\n",0.25\r\n');
  });
});
