import { readFileSync } from "node:fs";
import { join } from "node:path";
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
  await workbench.chooseInExplorer("recon.hprof.gz", "Open Heap Dump Analysis");
  const { view } = workbench;
  await view.getByRole("tab", { name: "Overview" }).waitFor();
  await view.getByText("Biggest objects").waitFor();
  await view.locator(".tile", { hasText: "RecentEntries" }).waitFor();
  const figures = (await view.locator(".figures").innerText()).replace(/\s+/g, " ");
  expect(figures).toMatch(/[\d.]+ MiB Heap in use/);
  expect(figures).toMatch(/[\d,]+ Objects/);
});

it("walks down the dominator tree to the entries", async () => {
  await workbench.chooseTab("Dominator Tree");
  const { page, view } = workbench;
  const grid = view.getByRole("treegrid", { name: "Dominator tree" });
  await workbench.rows().first().waitFor();
  expect(await workbench.rows().count()).toBeGreaterThan(10);
  const first = workbench.rows().first();
  expect(await first.innerText()).toContain("RecentEntries");
  // Keys only: down the heaviest child four levels deep.
  await grid.focus();
  await page.keyboard.press("Home");
  for (const expected of ["HashMap", "HashMap$Node[]", "HashMap$Node", "LedgerEntry"]) {
    await page.keyboard.press("ArrowRight");
    await view.locator("[role=row][aria-selected=true][aria-expanded=true]").waitFor();
    await page.keyboard.press("ArrowRight");
    await view.locator("[role=row][aria-selected=true]", { hasText: expected }).waitFor();
  }
  expect(await grid.getAttribute("aria-activedescendant")).not.toBeNull();
  await workbench.screenshot("dominators-dark");
});

it("keeps the way when the order changes", async () => {
  const { view } = workbench;
  const active = view.locator("[role=row][aria-selected=true]");
  const before = await active.innerText();
  await view.getByRole("button", { name: "Shallow" }).click();
  await view.locator("[role=columnheader][aria-sort=descending]", { hasText: "Shallow" }).waitFor();
  await expect.poll(() => active.innerText(), { timeout: 15_000 }).toBe(before);
  expect(await active.getAttribute("aria-level")).toBe("5");
  await view.getByRole("button", { name: "Retained" }).click();
  await expect.poll(() => active.innerText(), { timeout: 15_000 }).toBe(before);
});

it("goes from an object to its class", async () => {
  await workbench.chooseInRow("LedgerEntry", "Go to Class");
  expect(await workbench.sourceLine("LedgerEntry.java")).toBe(
    `LedgerEntry.java:${lineOf("LedgerEntry.java", "class LedgerEntry")}`,
  );
});

it("comes back to the same row, and goes to the field that holds the map", async () => {
  await workbench.page.locator(".tab", { hasText: "recon.hprof.gz" }).click();
  await workbench.view.locator("[role=row][aria-selected=true]", { hasText: "LedgerEntry" }).waitFor();
  await workbench.chooseInRow("held by static BY_REFERENCE", "Go to Holding Field (BY_REFERENCE)");
  expect(await workbench.sourceLine("RecentEntries.java")).toBe(
    `RecentEntries.java:${lineOf("RecentEntries.java", "BY_REFERENCE =")}`,
  );
  await workbench.screenshot("holding-field");
});

it("finds a class in the histogram and goes to its source", async () => {
  await workbench.page.locator(".tab", { hasText: "recon.hprof.gz" }).click();
  await workbench.chooseTab("Histogram");
  const { view } = workbench;
  await workbench.rows().first().waitFor();
  await view.getByPlaceholder("Filter by class name").pressSequentially("recon.MatchWorker");
  await expect.poll(() => workbench.rows().count()).toBe(1);
  await workbench.rows().first().dblclick();
  expect(await workbench.sourceLine("MatchWorker.java")).toBe(
    `MatchWorker.java:${lineOf("MatchWorker.java", "class MatchWorker")}`,
  );
});

it("groups the histogram by package", async () => {
  await workbench.page.locator(".tab", { hasText: "recon.hprof.gz" }).click();
  const { view } = workbench;
  const filter = view.getByPlaceholder("Filter by class name");
  await filter.fill("");
  await view.getByRole("combobox", { name: "Grouping" }).click();
  await view.getByRole("option", { name: "Group by package" }).click();
  await workbench.rows().filter({ hasText: "com.example.recon" }).first().waitFor();
  await workbench.screenshot("histogram-groups-dark");
});

it("is where it was after the window was reloaded", async () => {
  await workbench.page.reload();
  await workbench.rows().filter({ hasText: "com.example.recon" }).first().waitFor({ timeout: 60_000 });
});

it("obeyed the content security policy", () => {
  expect(workbench.errors.filter((error) => /content security policy/i.test(error))).toEqual([]);
});
