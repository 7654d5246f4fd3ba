import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Workbench } from "./workbench";

let workbench: Workbench;
beforeAll(async () => {
  workbench = await Workbench.open();
  await workbench.chooseInExplorer("recon.hprof.gz", "Open Heap Dump Analysis");
  await workbench.view.locator(".tile").first().waitFor();
});
afterAll(() => workbench?.close());

function lineOf(file: string, text: string): number {
  const path = join(workbench.folder, "src/main/java/com/example/recon", file);
  return (
    readFileSync(path, "utf8")
      .split("\n")
      .findIndex((line) => line.includes(text)) + 1
  );
}

async function backToDump(): Promise<void> {
  await workbench.page.locator(".tab", { hasText: "recon.hprof.gz" }).click();
}

it("goes from the first suspect to the field that holds it", async () => {
  await workbench.chooseTab("Leak Suspects");
  const first = workbench.view.locator("article.suspect").first();
  await first.waitFor();
  expect(await first.textContent()).toMatch(/RecentEntries\.BY_REFERENCE.*Cache without eviction/s);
  await first.getByText("Go to Holding Field").click();
  await workbench.atSource("RecentEntries.java", lineOf("RecentEntries.java", "BY_REFERENCE ="));
  await backToDump();
});

it("shows a thread's stack with its locals, and goes to a frame's line", async () => {
  await workbench.chooseTab("Threads");
  await workbench.rows().filter({ hasText: "match-worker" }).click();
  const frame = workbench.view.locator(".frames button.code", { hasText: "MatchWorker.waitForLedger" });
  await frame.waitFor();
  expect(await workbench.view.locator(".frames button.code").count()).toBeGreaterThan(40);
  await workbench.screenshot("stack-dark");
  await frame.click();
  await workbench.atSource("MatchWorker.java", lineOf("MatchWorker.java", "wait(60_000)"));
  await backToDump();
});

it("inspects an object: fields, contents, references and paths", async () => {
  await workbench.chooseTab("Leak Suspects");
  await workbench.view.locator("article.suspect").first().getByText("Inspect", { exact: true }).click();
  const { view } = workbench;
  await view.getByRole("heading", { name: "java.util.HashMap" }).waitFor();
  await view.locator(".key-value", { hasText: "15,000 elements" }).waitFor();
  await view
    .getByRole("grid", { name: "Contents of the collection" })
    .locator(".grid-rows [role=row]")
    .first()
    .waitFor();
  await view.locator(".way", { hasText: "RecentEntries" }).first().waitFor();
  await workbench.screenshot("inspected-dark");
});

it("answers a query and reveals a row of it in the dominator tree", async () => {
  await workbench.chooseTab("Query");
  const { view, page } = workbench;
  const box = view.getByRole("textbox", { name: /^Query/ });
  await box.fill("SELECT m, m.@retainedHeapSize FROM java.util.HashMap m WHERE m.size > 10000");
  await box.press("Control+Enter");
  await expect.poll(() => workbench.rows().count(), { timeout: 30_000 }).toBe(1);
  await workbench.screenshot("query-result-dark");
  await workbench.chooseInRow("HashMap", "Reveal in Dominator Tree");
  await view.locator("[role=row][aria-selected=true]", { hasText: "held by static BY_REFERENCE" }).waitFor();
  // Back the way one came.
  await page.keyboard.press("Alt+ArrowLeft");
  await view.locator("[role=tab][aria-selected=true]", { hasText: "Query" }).waitFor();
});

it("says what is wrong with a query", async () => {
  const { view } = workbench;
  const box = view.getByRole("textbox", { name: /^Query/ });
  await box.fill("SELECT FROM WHERE");
  await box.press("Control+Enter");
  await view.locator(".error[role=alert]").waitFor();
});
