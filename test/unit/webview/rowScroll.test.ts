import { describe, expect, it } from "vitest";
import {
  barHeight,
  clampOffset,
  offsetShowing,
  rowsInView,
  squeeze,
} from "../../../webview/widgets/rowScroll";

describe("scrolling of rows", () => {
  it("is one to one while the browser can lay the rows out", () => {
    const scroll = { rows: 1000, rowHeight: 24, viewHeight: 480 };
    expect(barHeight(scroll)).toBe(24_000);
    expect(squeeze(scroll)).toBe(1);
    expect(rowsInView(scroll, 2400, 0)).toEqual([100, 120]);
  });

  it("reaches the last of ten million rows with a bar browsers can draw", () => {
    const scroll = { rows: 10_000_000, rowHeight: 24, viewHeight: 480 };
    expect(barHeight(scroll)).toBeLessThan(33_000_000);
    const atEnd = (barHeight(scroll) - scroll.viewHeight) * squeeze(scroll);
    expect(rowsInView(scroll, clampOffset(scroll, atEnd), 0)[1]).toBe(10_000_000);
  });

  it("moves no further than needed to show a row", () => {
    const scroll = { rows: 1000, rowHeight: 24, viewHeight: 480 };
    expect(offsetShowing(scroll, 2400, 105)).toBe(2400);
    expect(offsetShowing(scroll, 2400, 50)).toBe(1200);
    expect(offsetShowing(scroll, 2400, 120)).toBe(2424);
    expect(offsetShowing(scroll, 0, 999)).toBe(24_000 - 480);
  });
});
