import { expect, it, onTestFinished } from "vitest";
import { themes, Workbench } from "./workbench";

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
  });
}
