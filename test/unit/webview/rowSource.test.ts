import { describe, expect, it } from "vitest";
import { canMove, move, placeOf, startTrail, visit } from "../../../webview/navigation";
import { bytesColumn, textColumn } from "../../../webview/widgets/columns";
import { topRowsAsCsv } from "../../../webview/widgets/rowExport";
import { localSource } from "../../../webview/widgets/rowSource";
import { TypeAhead } from "../../../webview/widgets/typeAhead";

interface Planet {
  readonly name: string;
  readonly bytes: number;
}
const planets: Planet[] = [
  { name: "com.Venus", bytes: 3 },
  { name: "org.Mars", bytes: 9 },
  { name: "com.Earth", bytes: 30 },
];
const columns = [
  textColumn<Planet>("name", "Name", (row) => row.name),
  bytesColumn<Planet>("bytes", "Size", (row) => row.bytes),
];
const byBytes = { column: "bytes", descending: true };
const never = new AbortController().signal;

describe("rows that are all here", () => {
  it("are sorted by value, filtered by any cell, and found again by key", async () => {
    const source = localSource({ rows: planets, columns, keyOf: (row) => row.name });
    const page = await source.page({ path: [], start: 0, count: 10, sort: byBytes }, never);
    expect(page.rows.map(({ bytes }) => bytes)).toEqual([30, 9, 3]);
    expect(await source.locate!("org.Mars", byBytes, never)).toEqual([1]);
    const filtered = localSource({ rows: planets, columns, keyOf: (row) => row.name, filter: "COM" });
    expect((await filtered.page({ path: [], start: 0, count: 10, sort: byBytes }, never)).total).toBe(2);
  });

  it("go into CSV in the order shown, exact", async () => {
    const source = localSource({ rows: planets, columns, keyOf: (row) => row.name });
    const csv = await topRowsAsCsv({ source, columns, sort: byBytes, limit: 2 }, never);
    expect(csv).toBe("Name,Size\r\ncom.Earth,30\r\norg.Mars,9\r\n");
  });
});

describe("typing letters", () => {
  it("goes to the next line that starts with them, package or name", () => {
    const ahead = new TypeAhead();
    const find = (key: string, now: number, from: number) =>
      ahead.find(key, now, from, planets.length, (at) => planets[at]!.name);
    expect(find("m", 0, 0)).toBe(1);
    expect(find("e", 5000, 1)).toBe(2);
    expect(find("c", 10_000, 0)).toBe(2);
    expect(find("x", 20_000, 0)).toBeUndefined();
  });
});

describe("the trail of places", () => {
  it("goes back and forth, and forgets what lay ahead", () => {
    const overview = { view: "overview", params: {} } as const;
    const histogram = { view: "histogram", params: {} } as const;
    const dominators = { view: "dominators", params: { reveal: "0x1" } } as const;
    const back = move(visit(visit(startTrail(overview), histogram), dominators), -1);
    expect(placeOf(back)).toBe(histogram);
    const elsewhere = visit(back, overview);
    expect(canMove(elsewhere, 1)).toBe(false);
    expect(placeOf(move(elsewhere, -1))).toBe(histogram);
  });
});
