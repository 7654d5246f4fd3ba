import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeAdversarialDump } from "../build/adversarialDumps";
import { violations } from "./accessibility";
import { Workbench } from "./workbench";

const entries = 2_000_000;

let workbench: Workbench;
beforeAll(async () => {
  // One worker and no saved index: the reader has to be quicker than the analysis, every time.
  workbench = await Workbench.open({
    settings: { "exhume.analyzer.workers": 1, "exhume.index.save": false },
  });
  writeAdversarialDump(join(workbench.folder, "long.hprof"), "queue-and-map", entries);
});
afterAll(() => workbench?.close());

/** The dump while it is analysed: opened anew when that was over before anybody could look. */
async function openWhileIndexing(): Promise<void> {
  const { view, page } = workbench;
  const again = view.getByRole("button", { name: "Go On" });
  if (await again.isVisible()) return again.click({ timeout: 5_000 });
  if (await workbench.activeTab("long.hprof").isVisible()) {
    if (await view.locator(".indexing-strip, .progress").first().isVisible()) return;
    await workbench.command(
      "View: Close All Editors",
      async () => (await page.locator(".tab").count()) === 0,
    );
  }
  await workbench.chooseInExplorer(
    "long.hprof",
    "Open Heap Dump Analysis",
    view.locator("header", { hasText: "long.hprof" }),
  );
}

it("shows the histogram while dominators are computed, and keeps it when told to stop", async () => {
  const { view } = workbench;
  const strip = view.locator(".indexing-strip");
  const stopped = view.locator(".indexing-strip", {
    hasText: "The analysis was stopped before it was complete.",
  });
  let histogram = "";
  await workbench.step(
    "stopped with the histogram on screen",
    async () => {
      await openWhileIndexing();
      await strip.getByRole("progressbar", { name: "Opening the dump" }).waitFor({ timeout: 30_000 });
      await workbench.rows().first().waitFor({ timeout: 5_000 });
      histogram = (await workbench.rows().allInnerTexts()).join("\n");
      await strip.getByRole("button", { name: "Cancel" }).click({ timeout: 5_000 });
      // When the analysis was over in that moment there was nothing to stop.
      await stopped.waitFor({ timeout: 5_000 });
    },
    stopped,
  );
  // A node of the queue, a node of the map and the entry itself.
  expect(histogram).toContain(`adversary.Node\n${(3 * entries).toLocaleString("en-US")}\n`);
  await workbench.screenshot("indexing-stopped-dark");
  await view.getByRole("textbox", { name: "Filter by class name" }).fill("adversary");
  await expect.poll(() => workbench.rows().count()).toBeGreaterThan(0);
  const kept = workbench.rows().filter({ hasText: "adversary.Node" }).first();
  await kept.waitFor();
  expect(await kept.innerText()).toContain((3 * entries).toLocaleString("en-US"));
});

it("goes on where one reads once everything is known", async () => {
  const { view } = workbench;
  await workbench.step(
    "a row of the early histogram",
    async () => {
      await openWhileIndexing();
      await view.locator(".indexing-strip").waitFor({ timeout: 30_000 });
      await workbench.rows().first().waitFor({ timeout: 5_000 });
      await workbench.screenshot("indexing-dark");
      await workbench.rows().first().click({ timeout: 5_000 });
    },
    // Retained sizes: the histogram proper.
    async () =>
      (await workbench.activeView("Histogram").isVisible()) &&
      (await view.getByRole("columnheader", { name: /Retained/ }).isVisible()),
  );
  expect(await violations(workbench)).toEqual([]);
});
