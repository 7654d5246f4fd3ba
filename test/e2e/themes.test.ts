import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildProgram, coreOf } from "../build/nativePrograms";
import { profiledDump } from "../build/profiledDump";
import { violations } from "./accessibility";
import { themes } from "./themeNames";
import { Workbench } from "./workbench";

let workbench: Workbench;
beforeAll(async () => {
  const program = buildProgram({ sources: ["heapBlocks.cpp"], compiler: "g++", flags: ["-g", "-O1"] });
  const core = await coreOf(program, ["leak"]);
  workbench = await Workbench.open();
  cpSync(core, join(workbench.folder, "core.4711"));
  cpSync(join(__dirname, "../texts/nmt-17-summary.txt"), join(workbench.folder, "nmt-17-summary.txt"));
  writeFileSync(join(workbench.folder, "profiled.hprof"), profiledDump());
  await workbench.hasFile("profiled.hprof");
  await workbench.show("recon.hprof.gz", "Overview");
  await workbench.step(
    "inspect the biggest object",
    async () => {
      await workbench.view.locator(".tile").first().click({ button: "right", timeout: 5_000 });
      await workbench.view.getByRole("menuitem", { name: "Inspect" }).click({ timeout: 5_000 });
    },
    workbench.activeView("Inspector"),
  );
});
afterAll(() => workbench?.close());

/** A flame graph, walked by keys; what a screen reader says of a box is its name. */
async function drawFlames(theme: string): Promise<void> {
  await workbench.show("profiled.hprof", "Allocations");
  const boxes = workbench.view.getByRole("group", { name: "Allocations by stack" }).getByRole("button");
  const focused = workbench.view.locator(".flame-box:focus");
  const first = await boxes.first().getAttribute("aria-label");
  expect(first).toMatch(/^[\w.$]+, [\d.]+ [KM]?i?B in [\d,]+ objects?$/);
  await boxes.first().focus();
  await boxes.first().press("ArrowDown");
  const child = await focused.getAttribute("aria-label");
  expect(child).not.toBe(first);
  await workbench.screenshot(`flames-${theme}`);
  await focused.press("Space");
  // What it is in stays above it.
  const above = workbench.view.locator(".flame-box.above");
  await above.waitFor();
  expect(await above.getAttribute("aria-label")).toBe(first);
  expect(await focused.getAttribute("aria-label")).toBe(child);
  await focused.press("Escape");
  await expect.poll(() => above.count()).toBe(0);
}

/** Opens the menu that every object has, over one with what is in it and who refers to it. */
async function openTheObjectsMenu(): Promise<void> {
  const { view } = workbench;
  const parts = view.getByRole("treegrid", { name: "What is in it" });
  await parts.locator(".grid-rows [role=row]").nth(1).waitFor();
  await view.getByRole("treegrid", { name: "Referred to by" }).locator("[role=row]").nth(1).waitFor();
  await workbench.step(
    "the menu of a part",
    async () => {
      await parts.press("ArrowDown", { timeout: 5_000 });
      await parts.press("Shift+F10", { timeout: 5_000 });
    },
    view.getByRole("menuitem", { name: "Why Is It Alive?" }),
  );
}

/** Pictures for people to look at; the test sees that every view shows something that everybody can read and use. */
for (const theme of Object.keys(themes) as (keyof typeof themes)[]) {
  it(`draws every view in ${theme}`, async () => {
    await workbench.chooseTheme(theme);
    const wrong: string[] = [];
    for (const [file, kind] of [
      ["recon.hprof.gz", ""],
      ["core.4711", "core-"],
      ["nmt-17-summary.txt", "text-"],
    ] as const) {
      await workbench.openDump(file);
      const tabs = await workbench.viewTitles();
      expect(tabs.length, file).toBeGreaterThan(2);
      for (const tab of tabs) {
        await workbench.chooseTab(tab);
        await workbench.settled();
        if (file === "recon.hprof.gz" && tab === "Overview") {
          await workbench.view.locator(".tile", { hasText: "through RecentEntries.BY_REFERENCE" }).waitFor();
          await workbench.view.locator(".top-suspects", { hasText: "RecentEntries.BY_REFERENCE" }).waitFor();
        }
        if (tab === "Inspector") await openTheObjectsMenu();
        // The stack that matters is there before anybody chooses a thread.
        if (tab === "Threads" || (file === "core.4711" && tab === "Overview"))
          await workbench.view.locator(".frames li").first().waitFor();
        expect(await workbench.view.locator(".state.fault").count(), `${tab} shows a failure`).toBe(0);
        await workbench.screenshot(`${kind}${tab.toLowerCase().replaceAll(/\W+/g, "-")}-${theme}`);
        for (const each of await violations(workbench)) wrong.push(`${file} ${tab}: ${each}`);
      }
    }
    await drawFlames(theme);
    for (const each of await violations(workbench)) wrong.push(`flames: ${each}`);
    expect(wrong).toEqual([]);
  });
}
