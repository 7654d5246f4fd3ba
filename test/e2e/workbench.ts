import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Browser, FrameLocator, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { launchBrowser } from "../../.scripts/vscodeBrowser.mjs";
import { type RunningServer, repository, startServer } from "../../.scripts/vscodeServer.mjs";
import { keptStateHas } from "./keptState";
import { themes } from "./themeNames";
import type { WorkbenchOptions } from "./workbenchOptions";

/** How long a step of a journey may take in all, on a machine that has other things to do. */
const patienceMs = 90_000;
/** How long a single click or key press may take to find its target. */
const actMs = 5_000;
const pollMs = 50;

/** A real VS Code in a browser, on a copy of the sample workspace. */
export class Workbench {
  /** Everything the page and its frames wrote to the console as errors. */
  readonly errors: string[] = [];
  /** Those that are open, so that a test that fails can leave pictures of what it saw. */
  private static readonly all = new Set<Workbench>();

  private constructor(
    readonly page: Page,
    readonly folder: string,
    private readonly browser: Browser,
    private readonly server: RunningServer,
    private readonly temporary: string,
  ) {
    page.setDefaultTimeout(patienceMs);
    page.on("console", (message) => {
      if (message.type() === "error") this.errors.push(message.text());
    });
    page.on("pageerror", (error) => this.errors.push(String(error)));
  }

  static async open(options: WorkbenchOptions = {}): Promise<Workbench> {
    const temporary = mkdtempSync(join(tmpdir(), "exhume-e2e-"));
    const folder = join(temporary, "recon");
    cpSync(join(repository, "test/sample/workspace"), folder, { recursive: true });
    for (const [path, text] of Object.entries(options.files ?? {})) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const server = await startServer({
      data: options.data ?? join(temporary, "data"),
      // An editor that becomes the active one would take a selection of several files back.
      settings: { "explorer.autoReveal": false, ...options.settings },
      trust: options.trust ?? false,
      dialogs: options.dialogs ?? false,
      env: options.environment ?? {},
    });
    const browser = await launchBrowser();
    const context = await browser.newContext({
      viewport: { width: 1360, height: 860 },
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const workbench = new Workbench(await context.newPage(), folder, browser, server, temporary);
    Workbench.all.add(workbench);
    try {
      await workbench.load(options);
    } catch (error) {
      // Nobody has it yet who could close it: a server left behind would outlive the tests.
      console.error((await Workbench.keepAll("workbench")).join("\n"));
      await workbench.close();
      throw error;
    }
    return workbench;
  }

  private async load({ fromSources = true }: WorkbenchOptions): Promise<void> {
    const { page, folder } = this;
    await page.goto(this.server.url({ folder, ...(fromSources ? { development: repository } : {}) }));
    await page.locator(".explorer-folders-view .monaco-list-row").first().waitFor();
    await this.chooseTheme("dark");
  }

  async close(): Promise<void> {
    Workbench.all.delete(this);
    await this.browser.close();
    await this.server.close();
    rmSync(this.temporary, { recursive: true, force: true });
  }

  /**
   * A step of a journey: acts once, then waits for the state that shows it worked. What needs a second click fails.
   * An act that does not go through (it throws: its target, a menu or an entry of a picker, is not there yet) has not
   * acted and is begun anew. That is the one thing repeated: VS Code's menus and pickers are drawn anew and get their
   * contributed entries late, so opening them is part of an act, and choosing the entry its end.
   */
  async step(
    what: string,
    act: () => Promise<unknown>,
    shown: Locator | (() => Promise<boolean>),
    patience = patienceMs,
  ): Promise<void> {
    const shows = () =>
      (typeof shown === "function" ? shown() : shown.first().isVisible()).catch(() => false);
    if (await shows()) return;
    const end = Date.now() + patience;
    const attempts = await this.actOnce(what, act, end);
    while (!(await shows())) {
      if (Date.now() > end)
        throw new Error(`${what}: acted once (attempt ${attempts}), still not so after ${patience} ms`);
      await this.page.waitForTimeout(pollMs);
    }
  }

  /** @returns the number of the attempt that went through */
  private async actOnce(what: string, act: () => Promise<unknown>, end: number): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.dismiss();
        await act();
        return attempt;
      } catch (cause) {
        // In the message: reports of failed tests do not print causes.
        if (Date.now() > end)
          throw new Error(`${what}: could not be done in ${attempt} attempts: ${(cause as Error).message}`, {
            cause,
          });
        await this.page.waitForTimeout(pollMs);
      }
    }
  }

  /** Clicks once, unless the state shows already, and waits for it. */
  async click(target: Locator, shown: Locator | (() => Promise<boolean>)): Promise<void> {
    await this.step(`click on ${target}`, () => target.first().click({ timeout: actMs }), shown);
  }

  /** Closes what an act that went wrong may have left open: it would cover the next one or take its keys. */
  private async dismiss(): Promise<void> {
    for (const open of [
      this.page.locator(".monaco-menu").first(),
      this.quickInput(),
      this.view.getByRole("menu").first(),
    ]) {
      if (await open.isVisible().catch(() => false)) {
        // It may close by itself in that moment.
        await open.press("Escape", { timeout: actMs }).catch(async (error: unknown) => {
          if (await open.isVisible()) throw error;
        });
        await open.waitFor({ state: "hidden", timeout: actMs });
      }
    }
    const toast = this.page.locator(".notification-toast").first();
    if (await toast.isVisible()) {
      await toast.hover({ timeout: actMs });
      await toast.locator(".codicon-notifications-clear").first().click({ timeout: actMs });
    }
  }

  /** By the picker: a workbench in a browser does not take its theme from the settings file. */
  async chooseTheme(theme: keyof typeof themes): Promise<void> {
    const { name, className } = themes[theme];
    const input = this.quickInput();
    // Chosen even when it is the theme already: what was never chosen is another one after a reload.
    let picked = false;
    await this.step(
      `theme ${name}`,
      async () => {
        await this.page.keyboard.press("Control+K");
        await this.page.keyboard.press("Control+T");
        await this.pick(name, name);
        picked = true;
      },
      // The picker shows a theme before it is taken.
      async () =>
        picked &&
        !(await input.isVisible()) &&
        (await this.page.locator(`.monaco-workbench.${className}`).isVisible()),
    );
  }

  private quickInput(): Locator {
    return this.page.locator(".quick-input-widget input.input:visible").first();
  }

  /** Types into the quick input and takes the entry of that name: by key, because the list moves under a click. */
  private async pick(typed: string, entry: string): Promise<void> {
    const input = this.quickInput();
    await input.fill(typed, { timeout: actMs });
    await this.page
      .locator(`.quick-input-list .monaco-list-row.focused[aria-label^="${entry}"]`)
      .waitFor({ timeout: actMs });
    await input.press("Enter", { timeout: actMs });
    await input.waitFor({ state: "hidden", timeout: actMs });
  }

  /** Answers an open question of the extension by the entry with a text: types, and takes it when it is the focused one. */
  async answer(typed: string, text: string): Promise<void> {
    const input = this.quickInput();
    await input.fill(typed, { timeout: actMs });
    await this.page
      .locator(".quick-input-list .monaco-list-row.focused", { hasText: text })
      .waitFor({ timeout: actMs });
    await input.press("Enter", { timeout: actMs });
  }

  /** Answers VS Code's own question for a file. */
  async answerPath(path: string): Promise<void> {
    // It begins with the folder it stands in.
    const input = this.page.locator(".quick-input-widget input.input:visible").first();
    const folder = path.slice(0, path.lastIndexOf("/"));
    await expect.poll(() => input.inputValue(), { timeout: 3 * actMs }).toMatch(/^\//);
    await input.fill(`${folder}/`, { timeout: actMs });
    await this.page
      .locator(".quick-input-list .monaco-list-row", { hasText: path.slice(folder.length + 1) })
      .first()
      .waitFor({ timeout: 3 * actMs });
    await input.fill(path, { timeout: actMs });
    await input.press("Enter", { timeout: actMs });
    await input.waitFor({ state: "hidden", timeout: actMs });
  }

  /** The document inside the webview of the active dump editor. */
  get view(): FrameLocator {
    return this.page.frameLocator("iframe.webview.ready:visible").frameLocator("iframe#active-frame");
  }

  /** A row of the explorer. */
  file(name: string): Locator {
    return this.page.locator(".explorer-folders-view .monaco-list-row", { hasText: name }).first();
  }

  /** The tab of a file, when its editor is the active one. */
  activeTab(file: string): Locator {
    return this.page.locator(".editor-group-container.active .tab.active", { hasText: file }).first();
  }

  /** The tab of a view, when the active editor shows that view. */
  activeView(title: string): Locator {
    return this.view.locator("[role=tab][aria-selected=true]", { hasText: title });
  }

  /** Files made while the explorer starts may be missed by its watcher: then it is told to look again. */
  private async lookForFile(name: string): Promise<void> {
    if (await this.file(name).isVisible()) return;
    const explorer = this.page.locator(".explorer-folders-view");
    await explorer.hover({ timeout: actMs });
    await this.page.getByRole("button", { name: "Refresh Explorer" }).first().click({ timeout: actMs });
    await this.file(name).waitFor({ timeout: actMs });
  }

  /** Waits until the explorer has a file that a test has put there. */
  async hasFile(name: string): Promise<void> {
    await this.step(
      `file ${name}`,
      async () => {
        await this.showExplorer();
        await this.lookForFile(name);
      },
      this.file(name),
    );
  }

  /** Shows the explorer when another room of the side bar is open. */
  private async showExplorer(): Promise<void> {
    await this.click(
      this.page.locator(".activitybar .action-label[aria-label^='Explorer']"),
      this.page.locator(".explorer-folders-view .monaco-list-row"),
    );
  }

  /** Shows our view of the side bar. */
  async showDumps(): Promise<void> {
    await this.click(
      this.page.locator(".activitybar .action-label[aria-label^='Exhume']"),
      this.page.getByRole("button", { name: "Refresh Dumps" }),
    );
  }

  /** Selects files in the explorer: exactly these. */
  async select(...files: readonly string[]): Promise<void> {
    const selected = this.page.locator(".explorer-folders-view .monaco-list-row[aria-selected=true]");
    const areSelected = async () => {
      const labels = await selected.evaluateAll((rows) => rows.map((row) => row.textContent?.trim()));
      return labels.sort().join() === [...files].sort().join();
    };
    await this.showExplorer();
    await this.step(
      `selection of ${files.join(", ")}`,
      async () => {
        const [first, ...others] = files;
        for (const file of files) await this.lookForFile(file);
        await this.file(first!).click({ timeout: actMs });
        // That click opens an editor, which takes the focus when it becomes the active one.
        await this.activeTab(first!).waitFor({ timeout: 3 * actMs });
        for (const other of others) await this.file(other).click({ modifiers: ["Control"], timeout: actMs });
        await expect.poll(areSelected, { timeout: 1000 }).toBe(true);
      },
      areSelected,
      // Part of a larger act, which is begun anew when this fails.
      patienceMs / 3,
    );
  }

  /** Right-click → item, and waits for the state. The selection stays when the file is part of it. */
  async chooseInExplorer(
    file: string,
    item: string | RegExp,
    shown: Locator | (() => Promise<boolean>),
    selection: readonly string[] = [],
  ): Promise<void> {
    const entry = this.page.locator(".monaco-menu .action-item", { hasText: item }).first();
    await this.step(
      `“${item}” of ${file} in the explorer`,
      async () => {
        if (selection.length > 0) await this.select(...selection);
        else await this.showExplorer();
        await this.lookForFile(file);
        await this.file(file).click({ button: "right", timeout: actMs });
        // Contributed items appear a while after the explorer does: then the menu is opened again.
        await entry.waitFor({ timeout: 1500 });
        // A menu ignores the mouse until it has been open for 100 ms (VS Code's menu.ts): click until it closes.
        while (await entry.isVisible()) {
          await entry.click({ timeout: 1000 }).catch(() => undefined);
          await entry.waitFor({ state: "hidden", timeout: 200 }).catch(() => undefined);
        }
      },
      shown,
    );
  }

  /** Opens a dump's editor by the context menu, unless it is the active one, and waits until it can be asked. */
  async openDump(file: string): Promise<void> {
    const tab = this.page.locator(".tab", { hasText: file }).first();
    const isReady = async () =>
      (await this.activeTab(file).isVisible()) &&
      (await this.view.getByRole("tab").first().isVisible()) &&
      (await this.view.locator("header", { hasText: file }).isVisible());
    if (await tab.isVisible()) await this.click(tab, isReady);
    else await this.chooseInExplorer(file, /^Open (.+ )?Analysis$/, isReady);
  }

  /** Runs a command by its title in the palette, and waits for the state. */
  async command(title: string, shown: Locator | (() => Promise<boolean>)): Promise<void> {
    await this.step(
      `command ${title}`,
      async () => {
        await this.page.keyboard.press("F1");
        await this.pick(`>${title}`, title);
      },
      shown,
    );
  }

  /**
   * Whether VS Code has written down something that contains a text. In a browser it keeps the state of editors every
   * few seconds, and cannot when the window is closed.
   */
  hasKept(text: string): Promise<boolean> {
    return keptStateHas(this.page, text);
  }

  /** Goes to a view of a dump, opening the dump if need be. */
  async show(file: string, title: string): Promise<void> {
    await this.openDump(file);
    await this.chooseTab(title);
  }

  /** Opens a file of the workspace by its name; the focus is in it. */
  async openSource(name: string): Promise<void> {
    const tab = this.activeTab(name);
    await this.step(
      `source ${name}`,
      async () => {
        await this.page.keyboard.press("Control+P");
        await this.pick(name, name);
      },
      tab,
    );
  }

  /** Opens a link as from a ticket, and waits for the state. */
  async openLink(
    dump: string,
    place: Readonly<Record<string, unknown>>,
    shown: Locator | (() => Promise<boolean>),
  ): Promise<void> {
    const query = new URLSearchParams({ dump: join(this.folder, dump) });
    for (const [name, value] of Object.entries(place)) {
      query.set(name, typeof value === "string" ? value : JSON.stringify(value));
    }
    const input = this.page.locator(".quick-input-widget input.input[placeholder^='vscode://']:visible");
    await this.step(
      `link to ${dump}`,
      async () => {
        await this.command("Exhume: Open Link into a Dump…", input);
        await input.fill(`vscode://exhume.exhume/open?${query}`, { timeout: actMs });
        await input.press("Enter", { timeout: actMs });
      },
      shown,
    );
  }

  /** By its tab, or by the menu behind the tabs. */
  async chooseTab(title: string): Promise<void> {
    const tab = this.view.getByRole("tab", { name: title, exact: true });
    await this.step(
      `view ${title}`,
      async () => {
        if (await tab.isVisible()) return tab.click({ timeout: actMs });
        await this.view.getByRole("button", { name: "More", exact: true }).click({ timeout: actMs });
        await this.view.getByRole("menuitem", { name: title, exact: true }).click({ timeout: actMs });
      },
      this.activeView(title),
    );
  }

  /** Titles of all views, of tabs and of the menu behind them. */
  async viewTitles(): Promise<string[]> {
    const more = this.view.getByRole("button", { name: "More", exact: true });
    const items = this.view.getByRole("menuitem");
    if (await more.isVisible()) await this.click(more, items);
    const titles = [...(await this.view.getByRole("tab").allInnerTexts()), ...(await items.allInnerTexts())];
    await this.dismiss();
    return titles;
  }

  /** Waits until nothing in the view is loading any more. */
  async settled(): Promise<void> {
    await this.view.locator("#view").waitFor();
    await expect
      .poll(() => this.view.locator(".state[role=status]").count(), { timeout: patienceMs })
      .toBe(0);
  }

  /** Rows of the table in the view, as their accessible text. */
  rows(): Locator {
    return this.view.locator(".grid-rows [role=row]");
  }

  /** Opens a row's menu and chooses, and waits for the state. */
  async chooseInRow(row: string, item: string, shown: Locator | (() => Promise<boolean>)): Promise<void> {
    await this.step(
      `“${item}” of row ${row}`,
      async () => {
        await this.rows().filter({ hasText: row }).first().click({ button: "right", timeout: actMs });
        await this.view.getByRole("menuitem", { name: item }).first().click({ timeout: actMs });
      },
      shown,
    );
  }

  /** What the menu of a focused element or of a table's active row offers, opened and closed by keys. */
  async menuByKey(target: Locator): Promise<string[]> {
    const items = this.view.getByRole("menuitem");
    await this.step("the menu by its key", () => target.press("Shift+F10", { timeout: actMs }), items);
    const titles = await items.allInnerTexts();
    await this.dismiss();
    return titles;
  }

  /** Whether the active editor shows a file with the cursor in a line: what a way to the source must end in. */
  atSource(file: string, line: number): () => Promise<boolean> {
    const position = this.page.locator(".statusbar-item", { hasText: new RegExp(`^Ln ${line},`) });
    return async () => (await this.activeTab(file).isVisible()) && (await position.first().isVisible());
  }

  /** What was copied last. */
  clipboard(): Promise<string> {
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** Whether what was copied last looks so: what an act that copies must end in. */
  hasCopied(text: RegExp): () => Promise<boolean> {
    return async () => text.test(await this.clipboard());
  }

  /** Keeps a picture as an artefact of the test run. */
  async screenshot(name: string): Promise<void> {
    const folder = join(repository, ".cache/screenshots");
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }

  /** Keeps what every open workbench shows, and the errors of its console, and returns the files. */
  static async keepAll(title: string): Promise<string[]> {
    const folder = join(repository, ".cache/failures");
    mkdirSync(folder, { recursive: true });
    const kept: string[] = [];
    for (const { page, errors } of Workbench.all) {
      const base = join(folder, `${title.replaceAll(/\W+/g, "-")}-${kept.length + 1}`);
      writeFileSync(`${base}.log`, errors.map((error) => `${error}\n`).join(""));
      kept.push(`${base}.log`);
      const taken = await page.screenshot({ path: `${base}.png`, timeout: 30_000 }).catch(() => undefined);
      if (taken !== undefined) kept.push(`${base}.png`);
    }
    return kept;
  }
}
