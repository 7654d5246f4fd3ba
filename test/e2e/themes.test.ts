import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { profiledDump } from "../build/profiledDump";
import { themes, Workbench } from "./workbench";

/** A flame graph, walked by keys; what a screen reader says of a box is its name. */
async function drawFlames(workbench: Workbench, theme: string): Promise<void> {
  writeFileSync(join(workbench.folder, "profiled.hprof"), profiledDump());
  await workbench.file("profiled.hprof").waitFor();
  await workbench.show("profiled.hprof", "Allocations");
  const boxes = workbench.view.getByRole("group", { name: "Allocations by stack" }).getByRole("button");
  const focused = workbench.view.locator(".flame-box:focus");
  const first = await boxes.first().getAttribute("aria-label");
  expect(first).toMatch(/^[\w.$]+, [\d.]+ [KM]?i?B in [\d,]+ objects?$/);
  const count = await boxes.count();
  await boxes.first().focus();
  await boxes.first().press("ArrowDown");
  const child = await focused.getAttribute("aria-label");
  expect(child).not.toBe(first);
  await workbench.screenshot(`flames-${theme}`);
  await focused.press("Space");
  await expect.poll(() => boxes.count()).toBeLessThan(count);
  expect(await boxes.first().getAttribute("aria-label")).toBe(child);
  await boxes.first().press("Escape");
  await expect.poll(() => boxes.count()).toBe(count);
}

/** Pictures for people to look at; the test sees that every view has something to show in every theme. */
for (const theme of Object.keys(themes) as (keyof typeof themes)[]) {
  it(`draws every heap view in ${theme}`, async () => {
    const workbench = await Workbench.open({ theme });
    onTestFinished(() => workbench.close());
    await workbench.show("recon.hprof.gz", "Overview");
    await workbench.view.locator(".tile", { hasText: "AppClassLoader" }).waitFor();
    await workbench.view.locator(".top-suspects", { hasText: "RecentEntries.BY_REFERENCE" }).waitFor();
    await workbench.screenshot(`overview-${theme}`);
    const tabs = await workbench.view.getByRole("tab").allInnerTexts();
    expect(tabs).toContain("Dominator Tree");
    for (const tab of tabs.filter((title) => title !== "Overview")) {
      await workbench.chooseTab(tab);
      await workbench.settled();
      expect(await workbench.view.locator(".state.fault").count(), `${tab} shows a failure`).toBe(0);
      await workbench.screenshot(`${tab.toLowerCase().replaceAll(/\W+/g, "-")}-${theme}`);
    }
    await drawFlames(workbench, theme);
  });
}
