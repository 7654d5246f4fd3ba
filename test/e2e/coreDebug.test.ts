import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { repository } from "../../.scripts/vscodeServer.mjs";
import { buildProgram, type ProgramDraft } from "../build/nativePrograms";
import { DebugViews } from "./debugSession";
import { Workbench } from "./workbench";

const draft: ProgramDraft = {
  sources: ["crash.cpp"],
  library: ["crashLibrary.c"],
  compiler: "g++",
  flags: ["-g", "-O0"],
};
/** What a customer sends, and where the program is that he ran: not where it was, and under another name. */
const folder = mkdtempSync(join(tmpdir(), "exhume-customer-"));
const released = join(folder, "archive", "shop-1.2");
let workbench: Workbench;
let views: DebugViews;
let buildIds: { readonly ran: string; readonly other: string };

beforeAll(async () => {
  const right = buildProgram(draft);
  const wrong = buildProgram({
    ...draft,
    flags: ["-g", "-O1"],
  });
  const customer = join(folder, "opt");
  for (const each of [customer, join(folder, "archive")]) mkdirSync(each);
  copyFileSync(right.path, join(customer, "program"));
  copyFileSync(right.libraryPath!, join(customer, "liborders.so"));
  const script = 'ulimit -c unlimited && exec "$0" threads 2';
  spawnSync("bash", ["-c", script, join(customer, "program")], {
    cwd: folder,
    stdio: "ignore",
    timeout: 60_000,
  });
  const core = readdirSync(folder).find((name) => name.startsWith("core"))!;
  buildIds = { ran: buildIdOf(right.path), other: buildIdOf(wrong.path) };

  workbench = await Workbench.open({ dialogs: true });
  views = new DebugViews(workbench);
  renameSync(join(customer, "program"), released);
  for (const build of ["build", "lib"]) mkdirSync(join(workbench.folder, build));
  copyFileSync(join(folder, core), join(workbench.folder, "incident-4712"));
  copyFileSync(wrong.path, join(workbench.folder, "build/program"));
  renameSync(join(customer, "liborders.so"), join(workbench.folder, "lib/liborders.so"));
});
afterAll(async () => {
  await workbench?.close();
  rmSync(folder, { recursive: true, force: true });
});

function buildIdOf(path: string): string {
  return /Build ID: (\w+)/.exec(spawnSync("readelf", ["-n", path], { encoding: "utf8" }).stdout)![1]!;
}

function lineOf(text: string): number {
  const lines = readFileSync(join(repository, "test/programs/native/crash.cpp"), "utf8").split("\n");
  return lines.findIndex((line) => line.includes(text)) + 1;
}

const debugItem = "Debug Dump";
const atCrash = () => workbench.atSource("crash.cpp", lineOf("return item->price * item->count"));
const question = () =>
  workbench.page.locator(".quick-input-title", { hasText: "Which program made this core?" });
const refusal = () => workbench.page.locator(".monaco-dialog-box");

async function refuseAnotherBuild(): Promise<void> {
  await workbench.step(
    "the refusal of another build",
    async () => {
      await workbench.chooseInExplorer("incident-4712", debugItem, question());
      await workbench.answer("build/program", "Another build than the one that crashed");
      await refusal().waitFor({ timeout: 15_000 });
    },
    refusal(),
  );
  const sentence = await refusal().innerText();
  expect(sentence).toContain("build/program is not what crashed");
  expect(sentence).toContain(buildIds.other);
  expect(sentence).toContain(buildIds.ran);
  await workbench.screenshot("debug-core-refused-dark");
}

async function debugTheRightOne(): Promise<void> {
  const { page } = workbench;
  await workbench.step(
    "the crash line",
    async () => {
      if (await refusal().isVisible()) {
        await refusal().getByText("Choose Another").click({ timeout: 5_000 });
        await question().waitFor({ timeout: 15_000 });
      } else await workbench.chooseInExplorer("incident-4712", debugItem, question());
      await workbench.screenshot("debug-core-question-dark");
      await workbench.answer("Choose", "Choose…");
      await workbench.answerPath(released);
    },
    atCrash(),
  );
  await page.locator(".exception-widget", { hasText: "SIGSEGV reading 0x0 in price_of" }).first().waitFor();
  await views.variables
    .filter({ hasText: /^item\W*0x0$/ })
    .first()
    .waitFor();
  await workbench.screenshot("debug-core-dark");

  const inTotal = workbench.atSource("crash.cpp", lineOf("std::for_each(items, items + length"));
  await views.goTo(/^Order::total/, inTotal);
  const locals = views.variables.filter({ hasText: /^Locals$/ }).first();
  await views.fold(locals, true, views.variables.filter({ hasText: /^sum\W*0$/ }));
  const results = page.locator(".repl .monaco-list-row", { hasText: "7 '\\a'" });
  await workbench.step(
    "the first byte of the order",
    async () => {
      await page.locator(".repl-input-wrapper .view-lines").click({ timeout: 5_000 });
      await page.keyboard.press("Control+A");
      await page.keyboard.insertText("*(unsigned char *)this");
      await page.keyboard.press("Enter");
    },
    results,
  );
}

async function showAnotherThread(): Promise<void> {
  const crashed = views.calls.filter({ hasText: "SIGSEGV" }).first();
  const waiting = views.calls.filter({ hasText: /· (__GI_)?(__libc_)?pause/ }).first();
  await views.fold(crashed, false, waiting);
  const frame = views.calls.filter({ hasText: "wait_in_thread" }).first();
  await views.fold(waiting, true, frame);
  await views.goTo(/^wait_in_thread/, workbench.atSource("crash.cpp", lineOf("for (;;) pause();")));
  const locals = views.variables.filter({ hasText: /^Locals$/ }).first();
  await views.fold(locals, true, views.variables.filter({ hasText: /^own\W*[01]$/ }));
  await workbench.screenshot("debug-core-thread-dark");
  await views.end();
}

async function debugAgainUnasked(): Promise<void> {
  const stopped = workbench.page.locator(".exception-widget", { hasText: "SIGSEGV reading 0x0 in price_of" });
  await workbench.chooseInExplorer("incident-4712", debugItem, stopped);
  expect(await question().isVisible()).toBe(false);
  await views.goTo(/^price_of /, atCrash());
  await views.end();
}

/** Nobody has been asked about a copy: its program is not where it was, and another build lies in the workspace. */
async function debugWithoutTheProgram(): Promise<void> {
  const { page, folder: workspace } = workbench;
  copyFileSync(join(workspace, "incident-4712"), join(workspace, "incident-4713"));
  await workbench.hasFile("incident-4713");
  const crashed = views.calls.filter({ hasText: /^0x[0-9a-f]+ in program/ });
  await workbench.step(
    "a session without the program",
    async () => {
      await workbench.chooseInExplorer("incident-4713", debugItem, question());
      await workbench.answer("without", "Debug without it");
    },
    crashed,
  );
  // The frame of the crash is selected, in black and white, and its registers are there.
  await views.variables
    .filter({ hasText: /^rax\W/ })
    .first()
    .waitFor();
  expect(await crashed.first().getAttribute("aria-selected")).toBe("true");
  expect(await crashed.first().locator(".stack-frame.subtle").count()).toBe(0);
  await page
    .locator(".editor-group-container.active .codelens-decoration", { hasText: "Search Workspace" })
    .waitFor();
  await workbench.screenshot("debug-core-bare-dark");
}

/** From what the session shows: the file that is in the workspace by now is found, and the session begins anew with it. */
async function provideItInTheSession(): Promise<void> {
  const { page, folder: workspace } = workbench;
  mkdirSync(join(workspace, "release"));
  copyFileSync(released, join(workspace, "release/program"));
  const lens = page.locator(".editor-group-container.active .codelens-decoration a", {
    hasText: "Search Workspace",
  });
  await workbench.click(lens, atCrash());
  await workbench.screenshot("debug-core-provided-dark");
  await views.end();
}

/** The same in the overview of another copy. */
async function provideItInTheOverview(): Promise<void> {
  const { view, folder: workspace } = workbench;
  copyFileSync(join(workspace, "incident-4712"), join(workspace, "incident-4714"));
  await workbench.hasFile("incident-4714");
  await workbench.show("incident-4714", "Overview");
  const missing = view.getByRole("list", { name: "Files that are not here" });
  await missing.waitFor();
  expect((await missing.innerText()).replaceAll(/\s+/g, " ")).toContain(
    "program not found · Choose… · Search Workspace · Use debuginfod",
  );
  await workbench.screenshot("core-missing-dark");
  await workbench.click(
    missing.getByRole("button", { name: "program: Search Workspace" }),
    view.locator(".frames button.code", { hasText: "price_of" }),
  );
  expect(await missing.count()).toBe(0);
}

it("asks for the program, refuses another build, debugs the right one, shows another thread, and remembers", async () => {
  await refuseAnotherBuild();
  await debugTheRightOne();
  await showAnotherThread();
  await debugAgainUnasked();
});

it("begins where a core has no program: its frame is selected, and the file is provided in place", async () => {
  await debugWithoutTheProgram();
  await provideItInTheSession();
  await provideItInTheOverview();
});
