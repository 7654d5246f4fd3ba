import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Workbench } from "./workbench";

/** A heap of a runtime nobody wrote an adapter for; its format is a folder, an adapter and an entry in a table. */
const shop = `exhume-graph 1
node 1 Server 100
node 2 Table 1000
node 3 Session 50
node 4 Buffer 4096 request 1
edge 1 2 sessions
edge 2 3
edge 3 4 buffer
root 1 global
`;

let workbench: Workbench;
beforeAll(async () => {
  workbench = await Workbench.open();
  writeFileSync(join(workbench.folder, "shop.graph"), shop);
});
afterAll(() => workbench?.close());

it("shows the views that a graph has, and no others", async () => {
  await workbench.openDump("shop.graph");
  const { view } = workbench;
  await view.getByRole("tab", { name: "Histogram" }).waitFor();
  expect(await workbench.viewTitles()).toEqual([
    "Overview",
    "Leak Suspects",
    "Dominator Tree",
    "Histogram",
    "Inspector",
    "Why Alive",
    "Compare",
  ]);
  await view.getByText("Graph text").first().waitFor();
  await workbench.chooseTab("Histogram");
  await workbench.rows().first().waitFor();
  expect((await workbench.rows().allInnerTexts()).map((row) => row.split("\n")[0])).toEqual([
    "Server",
    "Table",
    "Session",
    "Buffer",
  ]);
  await workbench.chooseTab("Dominator Tree");
  await workbench.rows().filter({ hasText: "Server" }).first().waitFor();
});

it("says that its file is another one now, and shows that one when it is opened again", async () => {
  const { view } = workbench;
  writeFileSync(join(workbench.folder, "shop.graph"), shop.replace("Session 50", "Basket 5000"));
  await view.getByRole("alert").filter({ hasText: "Changed on disk" }).waitFor();
  await workbench.chooseTab("Histogram");
  await view.getByText("Session").first().waitFor({ state: "hidden" });
  await view.getByRole("button", { name: "Reopen" }).click();
  await workbench.rows().filter({ hasText: "Basket" }).first().waitFor();
  expect(await view.getByRole("alert").count()).toBe(0);
});
