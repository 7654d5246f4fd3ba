import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { profiledDump } from "../build/profiledDump";
import { verdictDump } from "../build/verdictDumps";
import { verdictPrograms, wantedVerdicts } from "../build/wantedVerdicts";
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

/** A row of the Dumps view. */
function dumpRow(name: string): Locator {
  return workbench.page.locator(".pane-body .monaco-list-row", { hasText: name }).first();
}

it("goes from the top suspect to its field, where lens and problem say what it holds", async () => {
  const { page } = workbench;
  await workbench.show("recon.hprof.gz", "Leak Suspects");
  const first = workbench.view.locator("article.suspect").first();
  await workbench.click(
    first.getByText("Go to Holding Field"),
    workbench.atSource("RecentEntries.java", lineOf("RecentEntries.java", "BY_REFERENCE =")),
  );
  await page
    .locator(".codelens-decoration", { hasText: /BY_REFERENCE holds .* MiB/ })
    .first()
    .waitFor();
  await page.locator(".squiggly-warning, .squiggly-info").first().waitFor();
  await workbench.screenshot("source-annotations-dark");
});

it("goes from a heap that ran out of memory to the line that gathered it, where a problem says so", async () => {
  const { page } = workbench;
  const wanted = wantedVerdicts("verdicts").find(({ program }) => program === "ResultSetInLocal")!;
  copyFileSync(await verdictDump(wanted), join(workbench.folder, "oom.hprof"));
  const sources = join(workbench.folder, "src/main/java/verdicts");
  mkdirSync(sources, { recursive: true });
  const program = readFileSync(join(verdictPrograms, "verdicts/ResultSetInLocal.java"), "utf8");
  writeFileSync(join(sources, "ResultSetInLocal.java"), program);
  const line = program.split("\n").findIndex((text) => text.includes("// wanted")) + 1;
  await workbench.show("oom.hprof", "Leak Suspects");
  const first = workbench.view.locator("article.suspect").first();
  await first.getByText(/thread "http-nio-8080-exec-5" ran out of memory in/).waitFor();
  await workbench.screenshot("out-of-memory-suspect");
  await workbench.click(first.getByText("Go to Line"), workbench.atSource("ResultSetInLocal.java", line));
  await page.locator(".squiggly-warning").first().waitFor();
  await workbench.screenshot("out-of-memory-line");
});

it("draws the lenses of a file that loses the focus before VS Code has asked for them", async () => {
  const { page } = workbench;
  await workbench.openDump("recon.hprof.gz");
  await workbench.openSource("LedgerEntry.java");
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page
    .locator(".codelens-decoration", { hasText: /objects · retains .* in recon\.hprof\.gz/ })
    .first()
    .waitFor();
});

/** The debug console offers what can come next, and answers. */
async function askInConsole(): Promise<void> {
  const { page } = workbench;
  const input = page.locator(".repl-input-wrapper .monaco-editor").first();
  const offered = page.locator(".suggest-widget:visible .monaco-list-row", { hasText: "BY_REFERENCE" });
  await workbench.step(
    "the completion of a static field",
    async () => {
      await input.click({ timeout: 5_000 });
      await page.keyboard.press("Control+A");
      await page.keyboard.press("Delete");
      await page.keyboard.type("RecentEntries.BY");
      await page.keyboard.press("Control+Space");
    },
    offered,
  );
  await page.keyboard.press("Escape");
  const answer = page.locator(".repl .monaco-list-row", { hasText: /^15000$/ });
  await workbench.step(
    "an answer in the debug console",
    async () => {
      await input.click({ timeout: 5_000 });
      await page.keyboard.press("Control+A");
      await page.keyboard.insertText("RecentEntries.BY_REFERENCE.size()");
      await page.keyboard.press("Escape");
      await page.keyboard.press("Enter");
    },
    answer,
  );
  await workbench.screenshot("debug-console-dark");
}

/** A name in the source of the selected frame says what the dump has for it. */
async function hoverInSource(): Promise<void> {
  const { page } = workbench;
  const name = page
    .locator(".view-line", { hasText: "waitForLedger(service" })
    .getByText("service", { exact: true });
  await workbench.step(
    "the value of a name in the source",
    async () => {
      await page.mouse.move(0, 0);
      await name.first().hover({ timeout: 5_000 });
    },
    page.locator(".debug-hover-widget:visible", { hasText: /ReconciliationService · retains/ }),
  );
  await workbench.screenshot("debug-hover-dark");
  await page.mouse.move(0, 0);
}

/** From a variable to the same object in the dump's editor. */
async function inspectFromVariables(): Promise<void> {
  const { page } = workbench;
  const variables = page.locator(".debug-variables .monaco-list-row");
  const service = variables.filter({ hasText: /^service\s*=\s*ReconciliationService/ }).first();
  await workbench.click(variables.filter({ hasText: /^this\s*=\s*MatchWorker/ }).first(), service);
  const entry = page.locator(".monaco-menu .action-item", { hasText: "Inspect in Heap Dump" }).first();
  await workbench.step(
    "the object in the dump's editor",
    async () => {
      await service.click({ button: "right", timeout: 5_000 });
      await entry.waitFor({ timeout: 1_500 });
      while (await entry.isVisible()) {
        await entry.click({ timeout: 1_000 }).catch(() => undefined);
        await entry.waitFor({ state: "hidden", timeout: 200 }).catch(() => undefined);
      }
    },
    workbench.view.getByRole("heading", { name: "com.example.recon.ReconciliationService" }),
  );
}

it("debugs the dump from the explorer: stack, source, a planted entry", async () => {
  const { page } = workbench;
  await workbench.openDump("recon.hprof.gz");
  // The list is virtual: the selected thread is there, others may be below its frames.
  const calls = page.locator(".debug-call-stack .monaco-list-row");
  await workbench.chooseInExplorer("recon.hprof.gz", "Debug Dump", page.locator(".debug-toolbar"));
  await calls.filter({ hasText: "match-worker · " }).first().waitFor();
  const frame = calls.filter({ hasText: /MatchWorker\.waitForLedger/ }).first();
  await workbench.click(
    frame,
    page.locator(".debug-variables .monaco-list-row", { hasText: /this\s*=\s*MatchWorker/ }),
  );
  // The editor and the debugger share one session of the dump: everything is said once.
  // Lenses of lines that are scrolled away are there too, but hidden.
  const lens = page
    .locator(".codelens-decoration", { hasText: "on the stack of match-worker" })
    .locator("visible=true")
    .first();
  // Clicking in the call stack took the focus from the file the debugger had just opened: the lenses come all the same.
  await lens.waitFor();
  expect(await lens.innerText()).not.toContain("|");
  await workbench.screenshot("debug-dump-dark");
  await askInConsole();
  await hoverInSource();
  await inspectFromVariables();
  await workbench.step(
    "the end of the session",
    () => page.keyboard.press("Shift+F5"),
    async () => !(await page.locator(".debug-toolbar").isVisible()),
  );
});

it("lists dumps in the activity bar", async () => {
  await workbench.showDumps();
  await dumpRow("recon.hprof.gz").waitFor();
  await workbench.screenshot("dumps-view-dark");
});

it("shows where objects were allocated, when the dump recorded that", async () => {
  const { page } = workbench;
  await workbench.showDumps();
  const row = dumpRow("profiled.hprof");
  await workbench.click(page.getByRole("button", { name: "Refresh Dumps" }), row);
  await workbench.click(row, workbench.activeTab("profiled.hprof"));
  await workbench.show("profiled.hprof", "Allocations");
  const site = workbench.view.getByRole("button", { name: /StatementParser\.parse/ }).first();
  await site.waitFor();
  await workbench.screenshot("allocations-dark");
  await workbench.click(site, workbench.atSource("StatementParser.java", 8));
});
