import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, FrameLocator, Locator, Page } from "playwright-core";
import { launchBrowser } from "../../.scripts/vscodeBrowser.mjs";
import { type RunningServer, repository, startServer } from "../../.scripts/vscodeServer.mjs";

/** As the theme picker writes them. */
export const themes = {
  dark: "Dark Modern",
  light: "Light Modern",
  "high-contrast": "Dark High Contrast",
} as const;

export interface WorkbenchOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly theme?: keyof typeof themes;
  readonly trust?: boolean;
  /** Where this user's VS Code keeps its things; a fresh folder by default. */
  readonly data?: string;
  /** false: the extension comes from `data`, where a test installed it. */
  readonly fromSources?: boolean;
}

/** A real VS Code in a browser, on a copy of the sample workspace. */
export class Workbench {
  /** Everything the page and its frames wrote to the console as errors. */
  readonly errors: string[] = [];

  private constructor(
    readonly page: Page,
    readonly folder: string,
    private readonly browser: Browser,
    private readonly server: RunningServer,
    private readonly temporary: string,
  ) {
    page.on("console", (message) => {
      if (message.type() === "error") this.errors.push(message.text());
    });
    page.on("pageerror", (error) => this.errors.push(String(error)));
  }

  static async open(options: WorkbenchOptions = {}): Promise<Workbench> {
    const temporary = mkdtempSync(join(tmpdir(), "exhume-e2e-"));
    const folder = join(temporary, "recon");
    cpSync(join(repository, "test/sample/workspace"), folder, { recursive: true });
    const server = await startServer({
      data: options.data ?? join(temporary, "data"),
      ...(options.settings === undefined ? {} : { settings: options.settings }),
      trust: options.trust ?? false,
    });
    const browser = await launchBrowser();
    const context = await browser.newContext({ viewport: { width: 1360, height: 860 } });
    const workbench = new Workbench(await context.newPage(), folder, browser, server, temporary);
    try {
      await workbench.load(options);
    } catch (error) {
      // Nobody has it yet who could close it: a server left behind would outlive the tests.
      await workbench.screenshot("workbench-failed");
      await workbench.close();
      throw error;
    }
    return workbench;
  }

  private async load({ fromSources = true, theme = "dark" }: WorkbenchOptions): Promise<void> {
    const { page, folder } = this;
    await page.goto(this.server.url({ folder, ...(fromSources ? { development: repository } : {}) }));
    await page.locator(".explorer-folders-view .monaco-list-row").first().waitFor({ timeout: 60_000 });
    await this.chooseTheme(theme);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.close();
    rmSync(this.temporary, { recursive: true, force: true });
  }

  /** By the picker: a workbench in a browser does not take its theme from the settings file. */
  private async chooseTheme(theme: keyof typeof themes): Promise<void> {
    const row = this.page
      .locator(`.quick-input-list .monaco-list-row[aria-label^="${themes[theme]}"]`)
      .first();
    // A workbench that is still coming up loses the keys or takes the focus away again.
    for (let attempt = 0; attempt < 10; attempt++) {
      await this.page.keyboard.press("Control+K");
      await this.page.keyboard.press("Control+T");
      const input = this.page.locator(".quick-input-widget input.input").first();
      if (!(await appears(input, 1500))) continue;
      await input.fill(themes[theme]);
      if (!(await appears(row, 1500))) continue;
      await row.click();
      break;
    }
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  }

  /** The document inside the webview of the active dump editor. */
  get view(): FrameLocator {
    return this.page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
  }

  /** A row of the explorer. */
  file(name: string) {
    return this.page.locator(".explorer-folders-view .monaco-list-row", { hasText: name }).first();
  }

  /** Right-click → item. Contributed items appear a while after the explorer does, so the menu is opened until then. */
  async chooseInExplorer(file: string, item: string): Promise<void> {
    const entry = this.page.locator(".monaco-menu .action-item", { hasText: item }).first();
    for (let attempt = 0; attempt < 30; attempt++) {
      await this.file(file).click({ button: "right" });
      await this.page.locator(".monaco-menu .action-item").first().waitFor();
      if (await appears(entry, 1500)) {
        // A menu ignores the mouse until it has been open for 100 ms (VS Code's menu.ts): click until it closes.
        for (let click = 0; click < 20 && (await entry.isVisible()); click++) {
          await entry.click({ timeout: 1000 }).catch(() => undefined);
          await this.page.waitForTimeout(200);
        }
        return;
      }
      // The focus may be in a dump's view: only the menu itself is sure to take the key.
      await this.page.locator(".monaco-menu").first().press("Escape");
      await this.page.waitForTimeout(500);
    }
    throw new Error(`The context menu of ${file} never had “${item}”`);
  }

  /** Runs a command by its title in the palette. A workbench that is still coming up takes the focus away again. */
  async command(title: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await this.page.keyboard.press("F1");
      try {
        await this.pick(`>${title}`, title);
        return;
      } catch (error) {
        if (attempt === 5) {
          await this.screenshot("palette-failed");
          throw error;
        }
        await this.page.keyboard.press("Escape");
      }
    }
  }

  /** Types into the quick input and takes the entry of that name. */
  private async pick(typed: string, entry: string): Promise<void> {
    await this.page.locator(".quick-input-widget input.input").first().fill(typed, { timeout: 4_000 });
    const row = this.page.locator(`.quick-input-list .monaco-list-row[aria-label^="${entry}"]`).first();
    await row.click({ timeout: 4_000 });
  }

  async chooseTab(title: string): Promise<void> {
    await this.view.getByRole("tab", { name: title }).click();
  }

  /** Rows of the table in the view, as their accessible text. */
  rows() {
    return this.view.locator(".grid-rows [role=row]");
  }

  /** Opens a row's menu and chooses. */
  async chooseInRow(row: string, item: string): Promise<void> {
    await this.rows().filter({ hasText: row }).first().click({ button: "right" });
    await this.view.getByRole("menuitem", { name: item }).first().click();
  }

  /** Waits until the active editor shows a file with the cursor in a line. */
  async atSource(file: string, line: number): Promise<void> {
    await this.page.locator(".tab.active", { hasText: file }).waitFor();
    await this.page
      .locator(".statusbar-item", { hasText: new RegExp(`^Ln ${line},`) })
      .first()
      .waitFor({ timeout: 15_000 });
  }

  /** Keeps a picture as an artefact of the test run. */
  async screenshot(name: string): Promise<void> {
    const folder = join(repository, ".cache/screenshots");
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }
}

async function appears(locator: Locator, milliseconds: number): Promise<boolean> {
  return locator.waitFor({ timeout: milliseconds }).then(
    () => true,
    () => false,
  );
}
