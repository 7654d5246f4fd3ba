import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { profiledDump } from "../build/profiledDump";
import { Workbench } from "./workbench";

let workbench: Workbench;
beforeAll(async () => {
  workbench = await Workbench.open({ settings: { "debug.saveBeforeStart": "none" } });
  writeFileSync(join(workbench.folder, "profiled.hprof"), profiledDump());
});
afterAll(() => workbench?.close());

function lineOf(file: string, text: string): number {
  const path = join(workbench.folder, "src/main/java/com/example/recon", file);
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.findIndex((line) => line.includes(text)) + 1;
}

/** A row of the Dumps view. */
function dumpRow(name: string): Locator {
  return workbench.page.locator(".pane-body .monaco-list-row", { hasText: name }).first();
}

it("goes from the top suspect to its field, where lens and problem say what it holds", async () => {
  const { page } = workbench;
  await workbench.show("recon.hprof.gz", "Leak Suspects");
  const first = workbench.view.locator("article.suspect").first();
  await workbench.click(
    first.getByText("Go to Holding Field"),
    workbench.atSource("RecentEntries.java", lineOf("RecentEntries.java", "BY_REFERENCE =")),
  );
  await page
    .locator(".codelens-decoration", { hasText: /BY_REFERENCE holds .* MiB/ })
    .first()
    .waitFor();
  await page.locator(".squiggly-warning, .squiggly-info").first().waitFor();
  await workbench.screenshot("source-annotations-dark");
});

it("draws the lenses of a file that loses the focus before VS Code has asked for them", async () => {
  const { page } = workbench;
  await workbench.openDump("recon.hprof.gz");
  await workbench.openSource("LedgerEntry.java");
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page
    .locator(".codelens-decoration", { hasText: /objects · retains .* in recon\.hprof\.gz/ })
    .first()
    .waitFor();
});

it("debugs the dump from the explorer: stack, source, a planted entry", async () => {
  const { page } = workbench;
  await workbench.openDump("recon.hprof.gz");
  // The list is virtual: the selected thread is there, others may be below its frames.
  const calls = page.locator(".debug-call-stack .monaco-list-row");
  await workbench.chooseInExplorer("recon.hprof.gz", "Debug Dump", page.locator(".debug-toolbar"));
  await calls.filter({ hasText: "match-worker · " }).first().waitFor();
  const frame = calls.filter({ hasText: /MatchWorker\.waitForLedger/ }).first();
  await workbench.click(frame, page.locator(".debug-variables .monaco-list-row", { hasText: "Statics of" }));
  // The editor and the debugger share one session of the dump: everything is said once.
  // Lenses of lines that are scrolled away are there too, but hidden.
  const lens = page
    .locator(".codelens-decoration", { hasText: "on the stack of match-worker" })
    .locator("visible=true")
    .first();
  // Clicking in the call stack took the focus from the file the debugger had just opened: the lenses come all the same.
  await lens.waitFor();
  expect(await lens.innerText()).not.toContain("|");
  await workbench.screenshot("debug-dump-dark");
  await workbench.until(
    "the end of the session",
    () => page.keyboard.press("Shift+F5"),
    async () => !(await page.locator(".debug-toolbar").isVisible()),
  );
});

it("lists dumps in the activity bar", async () => {
  await workbench.showDumps();
  await dumpRow("recon.hprof.gz").waitFor();
  await workbench.screenshot("dumps-view-dark");
});

it("shows where objects were allocated, when the dump recorded that", async () => {
  const { page } = workbench;
  await workbench.showDumps();
  const row = dumpRow("profiled.hprof");
  await workbench.click(page.getByRole("button", { name: "Refresh Dumps" }), row);
  await workbench.click(row, workbench.activeTab("profiled.hprof"));
  await workbench.show("profiled.hprof", "Allocations");
  const site = workbench.view.getByRole("button", { name: /StatementParser\.parse/ }).first();
  await site.waitFor();
  await workbench.screenshot("allocations-dark");
  await workbench.click(site, workbench.atSource("StatementParser.java", 8));
});
