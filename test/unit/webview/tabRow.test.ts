import { describe, expect, it } from "vitest";
import { dumpFormats } from "../../../analyzer/session/dumpFormats";
import { neighbourOf, tabRowOf } from "../../../webview/tabRow";
import { viewsOf } from "../../../webview/views/catalogue";

const heap = viewsOf(["objectGraph", "fieldValues", "threads", "collections"]);
const tabWidths = new Map(heap.map(({ id }) => [id, 50]));
const idsOf = (row: ReturnType<typeof tabRowOf>) => ({
  tabs: row.tabs.map(({ id }) => id),
  more: row.more.map(({ id }) => id),
});
const main = ["overview", "suspects", "dominators", "histogram", "threads", "query"];
const secondary = ["inspector", "paths", "compare", "collections"];

describe("the row of tabs", () => {
  it("has the main views, and the rest behind it", () => {
    expect(idsOf(tabRowOf(heap, "overview"))).toEqual({ tabs: main, more: secondary });
  });

  it("has the current view, whichever it is", () => {
    expect(idsOf(tabRowOf(heap, "paths"))).toEqual({
      tabs: [...main, "paths"],
      more: secondary.filter((id) => id !== "paths"),
    });
    const core = viewsOf(["nativeStacks", "processMemory"]);
    expect(idsOf(tabRowOf(core, "overview")).tabs).not.toContain("bytes");
    expect(idsOf(tabRowOf(core, "bytes")).tabs).toContain("bytes");
  });

  it("drops main views from its end until it fits, never the current one", () => {
    const room = (rowWidth: number) => ({ tabWidths, buttonWidth: 40, rowWidth });
    expect(idsOf(tabRowOf(heap, "overview", room(340))).tabs).toEqual(main);
    expect(idsOf(tabRowOf(heap, "overview", room(339))).tabs).toEqual(main.slice(0, 5));
    expect(idsOf(tabRowOf(heap, "query", room(150)))).toEqual({
      tabs: ["overview", "query"],
      more: [...main.slice(1, 5), ...secondary],
    });
    expect(idsOf(tabRowOf(heap, "query", room(10))).tabs).toEqual(["query"]);
  });

  it("needs no room for a menu with nothing in it", () => {
    const core = viewsOf(["nativeStacks", "modules"]);
    const widths = new Map(core.map(({ id }) => [id, 50]));
    const room = (rowWidth: number) => ({ tabWidths: widths, buttonWidth: 40, rowWidth });
    expect(idsOf(tabRowOf(core, "overview", room(150)))).toEqual({
      tabs: ["overview", "coreThreads", "modules"],
      more: [],
    });
    expect(idsOf(tabRowOf(core, "overview", room(149)))).toEqual({
      tabs: ["overview", "coreThreads"],
      more: ["modules"],
    });
  });

  it("loses no view at any width", () => {
    const all = viewsOf(dumpFormats.flatMap(({ capabilities }) => capabilities)).filter(
      ({ isAside }) => isAside !== true,
    );
    const widths = new Map(all.map(({ id }, index) => [id, 30 + index]));
    for (const { id } of all) {
      for (let rowWidth = 0; rowWidth < 900; rowWidth += 7) {
        const { tabs, more } = tabRowOf(all, id, { tabWidths: widths, buttonWidth: 40, rowWidth });
        expect(new Set([...tabs, ...more])).toEqual(new Set(all));
        expect(tabs.length + more.length).toBe(all.length);
      }
    }
  });
});

it("goes round all views that are offered, those aside only while they are shown", () => {
  const ids = heap.map(({ id }) => id);
  const next = ids.map((id) => neighbourOf(id, heap, "nextView"));
  expect(next).toEqual([...ids.slice(1), ids[0]]);
  expect(next.map((id) => neighbourOf(id, heap, "previousView"))).toEqual(ids);
  const core = viewsOf(["nativeStacks", "embeddedJavaHeap"]);
  expect(neighbourOf("coreThreads", core, "nextView")).toBe("overview");
  expect(neighbourOf("javaHeap", core, "nextView")).toBe("overview");
});
