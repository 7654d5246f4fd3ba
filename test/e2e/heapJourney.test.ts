import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Workbench } from "./workbench";

let workbench: Workbench;
beforeAll(async () => {
  workbench = await Workbench.open();
});
afterAll(() => workbench?.close());

/** Line of the sample's source that holds a text, from 1. */
function lineOf(file: string, text: string): number {
  const path = join(workbench.folder, "src/main/java/com/example/recon", file);
  return (
    readFileSync(path, "utf8")
      .split("\n")
      .findIndex((line) => line.includes(text)) + 1
  );
}

it("opens a dump from the explorer's context menu and says what it is", async () => {
  await workbench.show("recon.hprof.gz", "Overview");
  const { view } = workbench;
  await view.getByText("Biggest objects").waitFor();
  await view.locator(".tile", { hasText: "through RecentEntries.BY_REFERENCE" }).waitFor();
  const figures = (await view.locator(".figures").innerText()).replace(/\s+/g, " ");
  expect(figures).toMatch(/Heap in use [\d.]+ MiB/);
  expect(figures).toMatch(/Objects [\d,]+/);
});

it("goes into the biggest object, to what it keeps, and back", async () => {
  const { view } = workbench;
  const biggest = view.getByRole("group", { name: "Biggest objects by retained size" });
  const way = view.getByRole("navigation", { name: "Biggest objects in" });
  await workbench.click(biggest.locator(".tile", { hasText: "HashMap$Node[]" }), way);
  await biggest.getByRole("button", { name: /^[\d,]+ objects of HashMap\$Node/ }).waitFor();
  expect(await way.textContent()).toMatch(/^All objects › HashMap\$Node\[\]/);
  // Whoever came by keys stays in the map.
  await biggest.locator(".tile:focus").waitFor();
  await workbench.screenshot("treemap-deeper-dark");
  await workbench.click(
    way.getByRole("button", { name: "All objects" }),
    biggest.locator(".tile", { hasText: "through RecentEntries.BY_REFERENCE" }),
  );
});

it("draws who keeps what alive as a flame graph, walked and zoomed by keys", async () => {
  const { view } = workbench;
  await workbench.show("recon.hprof.gz", "Dominator Tree");
  const flames = view.getByRole("group", { name: "Retained size by dominator path" });
  await workbench.step(
    "the flame graph",
    async () => {
      await view.getByRole("combobox", { name: "Drawn as" }).click({ timeout: 5_000 });
      await view.getByRole("option", { name: "Flame graph by class" }).click({ timeout: 5_000 });
    },
    flames,
  );
  const box = flames.getByRole("button", { name: /^BY_REFERENCE: HashMap, / });
  expect(await box.getAttribute("aria-label")).toMatch(
    /3\.4\d MiB, 8\d\.\d %\s1 object of java\.util\.HashMap\sheld by com\.example\.recon\.RecentEntries\.BY_REFERENCE$/,
  );
  const narrow = await box.evaluate((element) => element.clientWidth);
  await workbench.step(
    "zoom",
    () => box.press("Space", { timeout: 5_000 }),
    async () => (await box.evaluate((element) => element.clientWidth)) > narrow,
  );
  const above = flames.locator(".flame-box.above");
  expect(await above.last().textContent()).toBe("RecentEntries");
  await workbench.screenshot("retained-flames-dark");
  expect(await workbench.menuByKey(flames.locator(".flame-box:focus"))).toContain(
    "Go to Holding Field (BY_REFERENCE)",
  );
  await workbench.step(
    "all of it",
    () => flames.locator(".flame-box:focus").press("Escape", { timeout: 5_000 }),
    async () => (await above.count()) === 0,
  );
  await workbench.step(
    "the tree again",
    async () => {
      await view.getByRole("combobox", { name: "Drawn as" }).click({ timeout: 5_000 });
      await view.getByRole("option", { name: "Tree" }).click({ timeout: 5_000 });
    },
    view.getByRole("treegrid", { name: "Dominator tree" }),
  );
});

/** @returns how deep they are */
async function walkDownToTheEntries(): Promise<number> {
  await workbench.show("recon.hprof.gz", "Dominator Tree");
  const { view } = workbench;
  const grid = view.getByRole("treegrid", { name: "Dominator tree" });
  await workbench.rows().first().waitFor();
  expect(await workbench.rows().count()).toBeGreaterThan(10);
  // Keys only: down the heaviest child until an entry is reached.
  const active = view.locator("[role=row][aria-selected=true]");
  const press = (key: string, shown: Locator) =>
    workbench.step(key, () => grid.press(key, { timeout: 5_000 }), shown);
  await press("Home", view.locator("[role=row][aria-selected=true][aria-rowindex='2']"));
  const way: string[] = [await active.innerText()];
  while (!way.at(-1)!.includes("LedgerEntry") && way.length < 12) {
    await press("ArrowRight", view.locator("[role=row][aria-selected=true][aria-expanded=true]"));
    await press("ArrowRight", view.locator(`[role=row][aria-selected=true][aria-level="${way.length + 1}"]`));
    way.push(await active.innerText());
  }
  expect(way.join(" > ")).toMatch(
    /AppClassLoader.*RecentEntries.*HashMap.*BY_REFERENCE.*Node\[\].*LedgerEntry/s,
  );
  expect(await grid.getAttribute("aria-activedescendant")).not.toBeNull();
  await workbench.screenshot("dominators-dark");
  return way.length;
}

async function keepTheWayWhenSorted(depth: number): Promise<void> {
  const { view } = workbench;
  const active = view.locator("[role=row][aria-selected=true]");
  const before = await active.innerText();
  const sorted = (column: string) =>
    workbench.click(
      view.getByRole("button", { name: column }),
      view.locator("[role=columnheader][aria-sort=descending]", { hasText: column }),
    );
  await sorted("Shallow");
  await expect.poll(() => active.innerText(), { timeout: 60_000 }).toBe(before);
  expect(await active.getAttribute("aria-level")).toBe(String(depth));
  await sorted("Retained");
  await expect.poll(() => active.innerText(), { timeout: 60_000 }).toBe(before);
}

async function goToTheClass(): Promise<void> {
  await workbench.chooseInRow(
    "LedgerEntry",
    "Go to Class",
    workbench.atSource("LedgerEntry.java", lineOf("LedgerEntry.java", "class LedgerEntry")),
  );
}

async function comeBackAndGoToTheHoldingField(): Promise<void> {
  await workbench.openDump("recon.hprof.gz");
  await workbench.view.locator("[role=row][aria-selected=true]", { hasText: "LedgerEntry" }).waitFor();
  await workbench.chooseInRow(
    "held by static BY_REFERENCE",
    "Go to Holding Field (BY_REFERENCE)",
    workbench.atSource("RecentEntries.java", lineOf("RecentEntries.java", "BY_REFERENCE =")),
  );
  await workbench.screenshot("holding-field");
}

it("walks down the dominator tree, keeps the way when sorted, goes to the class and the holding field", async () => {
  await keepTheWayWhenSorted(await walkDownToTheEntries());
  await goToTheClass();
  await comeBackAndGoToTheHoldingField();
});

it("finds a class in the histogram, inspects it, and goes to its source", async () => {
  await workbench.show("recon.hprof.gz", "Histogram");
  const rows = workbench.rows();
  await rows.first().waitFor();
  const filter = workbench.view.getByRole("textbox", { name: "Filter by class name" });
  await workbench.step(
    "the filter",
    async () => {
      await filter.fill("", { timeout: 5_000 });
      await filter.pressSequentially("recon.MatchWorker", { timeout: 5_000 });
    },
    async () => (await rows.count()) === 1,
  );
  await workbench.step(
    "the class of the row with its objects",
    () => rows.first().dblclick({ timeout: 5_000 }),
    workbench.view.getByRole("heading", { name: "class com.example.recon.MatchWorker" }),
  );
  const objects = workbench.view.getByRole("grid", { name: /^Objects of .*MatchWorker/ });
  await objects.locator(".grid-rows [role=row]").first().waitFor();
  await workbench.screenshot("inspected-class-dark");
  await workbench.show("recon.hprof.gz", "Histogram");
  await workbench.chooseInRow(
    "MatchWorker",
    "Go to Class",
    workbench.atSource("MatchWorker.java", lineOf("MatchWorker.java", "class MatchWorker")),
  );
});

/** The row of the sample's package. */
const byPackage = /^com\.example\.recon\s*\d+ classes/;

async function groupByPackage(): Promise<void> {
  await workbench.show("recon.hprof.gz", "Histogram");
  const { view } = workbench;
  const filter = view.getByRole("textbox", { name: "Filter by class name" });
  await workbench.step(
    "the histogram by package",
    async () => {
      await filter.fill("", { timeout: 5_000 });
      const option = view.getByRole("option", { name: "Group by package" });
      if (!(await option.isVisible()))
        await view.getByRole("combobox", { name: "Grouping" }).click({ timeout: 5_000 });
      await option.click({ timeout: 5_000 });
    },
    workbench.rows().filter({ hasText: byPackage }),
  );
  await workbench.screenshot("histogram-groups-dark");
}

async function reloadTheWindow(): Promise<void> {
  await workbench.show("recon.hprof.gz", "Histogram");
  await expect.poll(() => workbench.hasKept('"histogram:group":"package"'), { timeout: 90_000 }).toBe(true);
  const { page } = workbench;
  let reloaded = false;
  page.once("domcontentloaded", () => {
    reloaded = true;
  });
  await workbench.command("Developer: Reload Window", async () => reloaded);
  const group = workbench.rows().filter({ hasText: byPackage });
  await group.first().waitFor();
  await workbench.screenshot("reloaded-dark");
}

it("groups the histogram by package, and is there again after the window was reloaded", async () => {
  await groupByPackage();
  await reloadTheWindow();
});

it("obeyed the content security policy", () => {
  expect(workbench.errors.filter((error) => /content security policy/i.test(error))).toEqual([]);
});
