import type { Locator } from "playwright-core";
import type { Workbench } from "./workbench";

/** VS Code's views of a debug session, as people use them. */
export class DebugViews {
  constructor(private readonly workbench: Workbench) {}

  get calls(): Locator {
    return this.workbench.page.locator(".debug-call-stack .monaco-list-row");
  }

  get variables(): Locator {
    return this.workbench.page.locator(".debug-variables .monaco-list-row");
  }

  /**
   * Opens or closes a row of a tree, until something shows. By its arrow, which does either, so only when the row is not so
   * yet: a click on a thread itself also goes to its frame, and opens the thread again to show that.
   */
  async fold(row: Locator, isOpen: boolean, shown: Locator): Promise<void> {
    const wanted = async () =>
      (await row.getAttribute("aria-expanded", { timeout: 5_000 })) === String(isOpen);
    await this.workbench.step(
      `${isOpen ? "open" : "closed"} ${row}`,
      async () => {
        if (!(await wanted())) await row.locator(".monaco-tl-twistie").click({ timeout: 5_000 });
      },
      shown,
    );
  }

  /** Goes to a frame. */
  goTo(frame: RegExp, place: () => Promise<boolean>): Promise<void> {
    const row = this.calls.filter({ hasText: frame }).first();
    return this.workbench.step(`${frame}`, () => row.click({ timeout: 5_000 }), place);
  }

  async end(): Promise<void> {
    const { page } = this.workbench;
    await this.workbench.step(
      "the end of the session",
      () => page.keyboard.press("Shift+F5"),
      async () => !(await page.locator(".debug-toolbar").isVisible()),
    );
  }
}
