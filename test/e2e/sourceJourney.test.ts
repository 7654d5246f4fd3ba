import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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

it("goes from the top suspect to its field, where lens and problem say what it holds", async () => {
  const { page } = workbench;
  await workbench.chooseInExplorer("recon.hprof.gz", "Open Heap Dump Analysis");
  await workbench.chooseTab("Leak Suspects");
  const first = workbench.view.locator("article.suspect").first();
  await first.getByText("Go to Holding Field").click();
  await workbench.atSource("RecentEntries.java", lineOf("RecentEntries.java", "BY_REFERENCE ="));
  await page
    .locator(".codelens-decoration", { hasText: /BY_REFERENCE holds .* MiB/ })
    .first()
    .waitFor();
  await page.locator(".squiggly-warning, .squiggly-info").first().waitFor();
  await workbench.screenshot("source-annotations-dark");
});

it("debugs the dump from the explorer: stack, source, a planted entry", async () => {
  const { page } = workbench;
  await workbench.chooseInExplorer("recon.hprof.gz", "Debug Dump");
  // The list is virtual: the selected thread is there, others may be below its frames.
  const calls = page.locator(".debug-call-stack .monaco-list-row");
  await calls.filter({ hasText: "match-worker · " }).first().waitFor({ timeout: 60_000 });
  const frame = page
    .locator(".debug-call-stack .monaco-list-row", { hasText: /MatchWorker\.waitForLedger/ })
    .first();
  await frame.waitFor();
  await frame.click();
  await page.locator(".debug-variables .monaco-list-row", { hasText: "Statics of" }).first().waitFor();
  // The editor and the debugger share one session of the dump: everything is said once.
  // Lenses of lines that are scrolled away are there too, but hidden.
  const lens = page
    .locator(".codelens-decoration", { hasText: "on the stack of match-worker" })
    .locator("visible=true")
    .first();
  // A file that the debugger opens and scrolls at once is now and then drawn without lenses until it is shown again.
  const caller = page
    .locator(".debug-call-stack .monaco-list-row", { hasText: /MatchWorker\.match/ })
    .first();
  const explored = page.locator(".tab", { hasText: "recon.hprof.gz" }).first();
  await expect
    .poll(
      async () => {
        if (await lens.isVisible()) return true;
        await page.waitForTimeout(1500);
        if (await lens.isVisible()) return true;
        await explored.click();
        await caller.click();
        await frame.click();
        return false;
      },
      { timeout: 60_000 },
    )
    .toBe(true);
  expect(await lens.innerText()).not.toContain("|");
  await workbench.screenshot("debug-dump-dark");
  await page.keyboard.press("Shift+F5");
  await page.locator(".debug-toolbar").waitFor({ state: "hidden" });
});

it("lists dumps in the activity bar", async () => {
  const { page } = workbench;
  await page.locator(".activitybar .action-label[aria-label^='Exhume']").first().click();
  const rows = page.locator(".pane-body .monaco-list-row");
  await rows.filter({ hasText: "recon.hprof.gz" }).first().waitFor();
  await workbench.screenshot("dumps-view-dark");
});

it("shows where objects were allocated, when the dump recorded that", async () => {
  const { page } = workbench;
  const row = page.locator(".pane-body .monaco-list-row", { hasText: "profiled.hprof" }).first();
  await page.getByRole("button", { name: "Refresh Dumps" }).first().click();
  // A list that is just being refreshed loses a click.
  const tab = page.locator(".tab.active", { hasText: "profiled.hprof" });
  await expect
    .poll(async () => {
      if (!(await tab.isVisible())) await row.click();
      return tab.isVisible();
    })
    .toBe(true);
  await workbench.chooseTab("Allocations");
  const { view } = workbench;
  await view
    .getByRole("button", { name: /StatementParser\.parse/ })
    .first()
    .waitFor();
  await workbench.screenshot("allocations-dark");
  await view
    .getByRole("button", { name: /StatementParser\.parse/ })
    .first()
    .click();
  await workbench.atSource("StatementParser.java", 8);
});
