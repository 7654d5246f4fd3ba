import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Workbench } from "./workbench";

let workbench: Workbench;
/** Level of the row the walk down ends at. */
let depth = 0;
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
  await view.locator(".tile", { hasText: "AppClassLoader" }).waitFor();
  const figures = (await view.locator(".figures").innerText()).replace(/\s+/g, " ");
  expect(figures).toMatch(/Heap in use [\d.]+ MiB/);
  expect(figures).toMatch(/Objects [\d,]+/);
});

it("walks down the dominator tree to the entries", async () => {
  await workbench.chooseTab("Dominator Tree");
  const { page, view } = workbench;
  const grid = view.getByRole("treegrid", { name: "Dominator tree" });
  await workbench.rows().first().waitFor();
  expect(await workbench.rows().count()).toBeGreaterThan(10);
  // Keys only: down the heaviest child until an entry is reached.
  await grid.focus();
  await page.keyboard.press("Home");
  const active = view.locator("[role=row][aria-selected=true]");
  const way: string[] = [await active.innerText()];
  while (!way.at(-1)!.includes("LedgerEntry") && way.length < 12) {
    await page.keyboard.press("ArrowRight");
    await view.locator("[role=row][aria-selected=true][aria-expanded=true]").waitFor();
    await page.keyboard.press("ArrowRight");
    await view.locator(`[role=row][aria-selected=true][aria-level="${way.length + 1}"]`).waitFor();
    way.push(await active.innerText());
  }
  depth = way.length;
  expect(way.join(" > ")).toMatch(
    /AppClassLoader.*RecentEntries.*HashMap.*BY_REFERENCE.*Node\[\].*LedgerEntry/s,
  );
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
  expect(await active.getAttribute("aria-level")).toBe(String(depth));
  await view.getByRole("button", { name: "Retained" }).click();
  await expect.poll(() => active.innerText(), { timeout: 15_000 }).toBe(before);
});

it("goes from an object to its class", async () => {
  await workbench.chooseInRow("LedgerEntry", "Go to Class");
  await workbench.atSource("LedgerEntry.java", lineOf("LedgerEntry.java", "class LedgerEntry"));
});

it("comes back to the same row, and goes to the field that holds the map", async () => {
  await workbench.page.locator(".tab", { hasText: "recon.hprof.gz" }).click();
  await workbench.view.locator("[role=row][aria-selected=true]", { hasText: "LedgerEntry" }).waitFor();
  await workbench.chooseInRow("held by static BY_REFERENCE", "Go to Holding Field (BY_REFERENCE)");
  await workbench.atSource("RecentEntries.java", lineOf("RecentEntries.java", "BY_REFERENCE ="));
  await workbench.screenshot("holding-field");
});

it("finds a class in the histogram and goes to its source", async () => {
  await workbench.page.locator(".tab", { hasText: "recon.hprof.gz" }).click();
  await workbench.chooseTab("Histogram");
  const { view } = workbench;
  await workbench.rows().first().waitFor();
  await view.getByRole("textbox", { name: "Filter by class name" }).pressSequentially("recon.MatchWorker");
  await expect.poll(() => workbench.rows().count()).toBe(1);
  await workbench.rows().first().dblclick();
  await workbench.atSource("MatchWorker.java", lineOf("MatchWorker.java", "class MatchWorker"));
});

it("groups the histogram by package", async () => {
  await workbench.page.locator(".tab", { hasText: "recon.hprof.gz" }).click();
  const { view } = workbench;
  const filter = view.getByRole("textbox", { name: "Filter by class name" });
  await filter.fill("");
  await view.getByRole("combobox", { name: "Grouping" }).click();
  await view.getByRole("option", { name: "Group by package" }).click();
  await workbench.rows().filter({ hasText: "com.example.recon" }).first().waitFor();
  await workbench.screenshot("histogram-groups-dark");
});

it("is where it was after the window was reloaded", { timeout: 240_000 }, async () => {
  // By the command, as a user does: it lets VS Code write down what it keeps before it goes.
  const loaded = workbench.page.waitForEvent("load", { timeout: 90_000 });
  await workbench.command("Developer: Reload Window");
  await loaded;
  const group = workbench.rows().filter({ hasText: /^com\.example\.recon\s*\d+ classes/ });
  await group
    .first()
    .waitFor({ timeout: 100_000 })
    .finally(() => workbench.screenshot("reloaded-dark"));
});

it("obeyed the content security policy", () => {
  expect(workbench.errors.filter((error) => /content security policy/i.test(error))).toEqual([]);
});
