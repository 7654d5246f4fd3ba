import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { repository } from "../../.scripts/vscodeServer.mjs";
import { goCore, parkedProgram } from "../build/goPrograms";
import { buildProgram, coreOf } from "../build/nativePrograms";
import { Workbench } from "./workbench";

const source = join(repository, "test/programs/native/crash.c");
let workbench: Workbench;

beforeAll(async () => {
  const program = buildProgram({ sources: ["crash.c"], compiler: "gcc", flags: ["-g", "-O1"] });
  const core = await coreOf(program, ["segv"]);
  workbench = await Workbench.open();
  // Like a core copied off a machine: a name that says nothing.
  cpSync(core, join(workbench.folder, "incident-4711"));
  writeFileSync(join(workbench.folder, "smaps.txt"), readFileSync("/proc/self/smaps"));
  writeFileSync(join(workbench.folder, "status.txt"), readFileSync("/proc/self/status"));
  cpSync(join(workbench.folder, "recon.hprof.gz"), join(workbench.folder, "earlier.hprof.gz"));
});
afterAll(() => workbench?.close());

function lineOf(text: string): number {
  return (
    readFileSync(source, "utf8")
      .split("\n")
      .findIndex((line) => line.includes(text)) + 1
  );
}

it("says of a core with any name what crashed, and where", async () => {
  await workbench.show("incident-4711", "Overview");
  const { view } = workbench;
  await view.locator(".verdict", { hasText: "SIGSEGV" }).waitFor();
  await view.locator(".frames button.code", { hasText: "last_id" }).waitFor();
  await workbench.screenshot("core-overview-dark");
});

it("goes from the crashing frame to its line", async () => {
  await workbench.show("incident-4711", "Overview");
  await workbench.click(
    workbench.view.locator(".frames button.code", { hasText: "last_id" }),
    workbench.atSource("crash.c", lineOf("while (at->id != 9)")),
  );
});

it("finds the source of a binary built elsewhere, and remembers where all of them are", async () => {
  const { view, page, folder } = workbench;
  const map = `-fdebug-prefix-map=${join(repository, ".cache/native")}=/build/agent-7`;
  const program = buildProgram({ sources: ["crash.c"], compiler: "gcc", flags: ["-g", "-O1", map] });
  cpSync(await coreOf(program, ["segv"]), join(folder, "elsewhere-4712"));
  const built = basename(program.folder);
  cpSync(source, join(folder, "app", built, "crash.c"));
  await workbench.show("elsewhere-4712", "Overview");
  const frame = view.locator(".frames button.code", { hasText: "last_id" });
  const line = lineOf("while (at->id != 9)");
  const offer = page.locator(".notification-toast", {
    hasText: "Look for everything from /build/agent-7 in",
  });
  await workbench.step(
    "the frame's source, and the offer to remember where it was",
    async () => {
      await page.locator(".tab", { hasText: "elsewhere-4712" }).first().click({ timeout: 5_000 });
      await frame.click({ timeout: 5_000 });
    },
    async () => (await workbench.atSource("crash.c", line)()) && (await offer.isVisible()),
  );
  await workbench.screenshot("path-map-offer-dark");
  const settings = join(folder, ".vscode/settings.json");
  const remembered = () =>
    existsSync(settings) ? JSON.parse(readFileSync(settings, "utf8"))["exhume.source.pathMap"] : undefined;
  const remember = offer.getByRole("button", { name: "Remember" });
  await expect
    .poll(
      async () => {
        if (await remember.isVisible()) await remember.click({ timeout: 5_000 }).catch(() => undefined);
        return remembered();
      },
      { timeout: 90_000 },
    )
    .toEqual({ "/build/agent-7": join(folder, "app") });
  // Another file with the same end of its path: only what was remembered still tells which it is.
  cpSync(source, join(folder, "archive", built, "crash.c"));
  await workbench.click(
    page.locator(".tab", { hasText: "elsewhere-4712" }),
    workbench.activeTab("elsewhere-4712"),
  );
  await workbench.click(frame, workbench.atSource("crash.c", line));
  await page
    .locator(".editor-group-container.active .monaco-breadcrumb-item", { hasText: /^app$/ })
    .waitFor();
});

/** Where the C library was loaded: what names its row. */
async function libraryStart(): Promise<string> {
  await workbench.show("incident-4711", "Modules");
  const cells = workbench.rows().filter({ hasText: "libc.so" }).first().getByRole("gridcell");
  return (await cells.filter({ hasText: /^0x[0-9a-f]+$/ }).innerText()).trim();
}

it("draws every view of a core", async () => {
  const { view } = workbench;
  await workbench.openDump("incident-4711");
  for (const tab of ["Threads", "Modules", "Memory", "Malloc", "Triage"]) {
    await workbench.chooseTab(tab);
    await workbench.settled();
    expect(await view.locator(".state.fault").allTextContents(), tab).toEqual([]);
    await workbench.screenshot(`core-${tab.toLowerCase()}-dark`);
  }
  await workbench.chooseTab("Modules");
  await workbench.rows().filter({ hasText: "libc" }).first().waitFor();
});

it("shows goroutines with the same stack together", async () => {
  const { view, folder } = workbench;
  const { core } = await goCore(parkedProgram);
  cpSync(core, join(folder, "core.4716"));
  await workbench.hasFile("core.4716");
  await workbench.show("core.4716", "Threads");
  const crowd = view.getByText(/^40 × goroutine \d+, …$/);
  await crowd.click();
  await crowd.press("ArrowRight");
  await view
    .getByText(/^goroutine \d+$/)
    .first()
    .waitFor();
  await view.locator(".frames li", { hasText: "main.receive" }).waitFor();
  await workbench.screenshot("core-goroutines-dark");
});

it("lists the locks that goroutines wait for, with those that wait", async () => {
  const { view } = workbench;
  await view.getByRole("combobox", { name: "Show" }).click();
  await view.getByRole("option", { name: /^\d+ locks? they wait for$/ }).click();
  const gate = view.getByRole("treegrid", { name: "Locks" }).locator("[role=row]", { hasText: "main.gate" });
  await gate.filter({ hasText: /held by someone/ }).dblclick();
  await view.locator(".frames li", { hasText: "main.lock" }).waitFor();
  await workbench.screenshot("core-go-locks-dark");
});

it("counts the objects of a Go program by type, and says who holds the largest", async () => {
  const { view } = workbench;
  await workbench.chooseTab("Malloc");
  const kinds = view.getByRole("grid", { name: "Used blocks by what they are" });
  const row = kinds.locator("[role=row]", { hasText: "[]main.pair" });
  await row.filter({ hasText: "80.0 KiB" }).scrollIntoViewIfNeeded();
  await workbench.screenshot("core-go-types-dark");
  await row.click({ button: "right" });
  await view.getByRole("menuitem", { name: "Show the Largest and Who Holds It" }).click();
  await workbench.activeView("Bytes").waitFor();
  await view.getByText("main.pairs in program").waitFor();
});

it("goes where a link says, and is there again after the window was reloaded", async () => {
  const { view, page, folder } = workbench;
  const module = view.locator("[role=row][aria-selected=true]", { hasText: "libc.so" });
  const sort = { column: "status", descending: true };
  const row = { table: "modules", key: await libraryStart(), sort };
  await workbench.openLink("incident-4711", { view: "modules", row }, module);
  const input = view.locator("li", { hasText: join(folder, "status.txt") });
  const paths = [join(folder, "status.txt")];
  await workbench.openLink("smaps.txt", { view: "triage", params: { paths } }, input);
  const grown = view.getByRole("grid", { name: "Growth by dominator path" });
  const others = [join(folder, "earlier.hprof.gz")];
  const params = { others, part: "paths" };
  await workbench.openLink("recon.hprof.gz", { view: "compare", params }, grown);
  await expect.poll(() => workbench.hasKept('"compare:part":"paths"'), { timeout: 90_000 }).toBe(true);
  let reloaded = false;
  page.once("domcontentloaded", () => {
    reloaded = true;
  });
  await workbench.command("Developer: Reload Window", async () => reloaded);
  await grown.waitFor();
  await workbench.click(page.locator(".tab", { hasText: "smaps.txt" }), input);
  await workbench.click(page.locator(".tab", { hasText: "incident-4711" }), module);
  await workbench.screenshot("core-reloaded-dark");
});

it("opens a saved text with its figures and tables", async () => {
  await workbench.show("smaps.txt", "Overview");
  const { view } = workbench;
  await view.locator(".key-value").first().waitFor();
  await workbench.screenshot("text-overview-dark");
  await workbench.chooseTab("Tables");
  await workbench.rows().first().waitFor();
  await workbench.screenshot("text-tables-dark");
});

it("says why in the program's own words, in the editor and in the exception box", async () => {
  const { view, page, folder } = workbench;
  const draft = { sources: ["deaths.c"], compiler: "gcc", flags: ["-g", "-O1", "-w"] } as const;
  const program = buildProgram(draft);
  cpSync(await coreOf(program, ["assert"]), join(folder, "incident-4713"));
  cpSync(await coreOf(program, ["recurse"]), join(folder, "incident-4714"));
  const why =
    'SIGABRT: assertion failed: queue->length > 0 && "queue must not be empty", in check at deaths.c';
  await workbench.show("incident-4713", "Overview");
  await view.locator(".verdict", { hasText: why }).waitFor();
  await workbench.screenshot("core-assertion-dark");
  await workbench.show("incident-4714", "Overview");
  await view.locator(".verdict", { hasText: "SIGSEGV: stack overflow" }).waitFor();
  await view.locator(".frames .badge", { hasText: "×" }).waitFor();
  await workbench.screenshot("core-overflow-dark");
  const box = page.locator(".exception-widget", { hasText: why });
  await workbench.step(
    "the exception box",
    () => workbench.chooseInExplorer("incident-4713", "Debug Dump", box),
    box,
  );
  await workbench.screenshot("debug-core-assertion-dark");
  await workbench.step(
    "the end of the session",
    () => page.keyboard.press("Shift+F5"),
    async () => !(await page.locator(".debug-toolbar").isVisible()),
  );
});

it("names a deadlock, who waits for whom, and the frames that are only likely", async () => {
  const { view, folder } = workbench;
  // The C library has no unwind rules: its frames are looked for on the stacks.
  const program = buildProgram({ sources: ["waits.c"], compiler: "musl-gcc", flags: ["-g"] });
  cpSync(await coreOf(program, [], "gcore"), join(folder, "incident-4715"));
  await workbench.show("incident-4715", "Overview");
  const verdict = view.locator(".verdict", { hasText: "Deadlock of 2 threads" });
  await verdict.waitFor();
  expect(await verdict.textContent()).toMatch(
    /thread (\d+) waits for the end of thread (\d+); thread \2 waits for the mutex held \(0x\w+\), held by thread \1/,
  );
  await workbench.screenshot("core-deadlock-dark");
  await workbench.chooseTab("Threads");
  const waits = workbench
    .rows()
    .filter({ hasText: /for the mutex held \(0x\w+\), held by thread \d+, in wait_for_it/ });
  await waits.waitFor();
  await workbench
    .rows()
    .filter({ hasText: /for the end of thread \d+, in main at waits\.c/ })
    .waitFor();
  const main = view.locator(".frames li", { hasText: "main" });
  await main.locator(".badge", { hasText: "scanned" }).waitFor();
  expect(await main.locator(".badge", { hasText: /rests on/ }).count()).toBe(1);
  await workbench.screenshot("core-waits-dark");
});
