import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { repository } from "../../.scripts/vscodeServer.mjs";
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
  await workbench.chooseInExplorer("incident-4711", "Open Heap Dump Analysis");
  const { view } = workbench;
  await view.locator(".verdict", { hasText: "SIGSEGV" }).waitFor();
  await view.locator(".frames button.code", { hasText: "last_id" }).waitFor();
  await workbench.screenshot("core-overview-dark");
});

it("goes from the crashing frame to its line", async () => {
  await workbench.view.locator(".frames button.code", { hasText: "last_id" }).first().click();
  await workbench.atSource("crash.c", lineOf("while (at->id != 9)"));
  await workbench.page.locator(".tab", { hasText: "incident-4711" }).click();
});

it("draws every view of a core", async () => {
  const { view } = workbench;
  for (const tab of ["Threads", "Modules", "Memory", "Malloc", "Triage"]) {
    await workbench.chooseTab(tab);
    await expect.poll(() => view.locator(".state[role=status]").count(), { timeout: 60_000 }).toBe(0);
    expect(await view.locator(".state.fault").allTextContents(), tab).toEqual([]);
    await workbench.screenshot(`core-${tab.toLowerCase()}-dark`);
  }
  await workbench.chooseTab("Modules");
  await workbench.rows().filter({ hasText: "libc" }).first().waitFor();
});

it("opens a saved text with its figures and tables", async () => {
  await workbench.chooseInExplorer("smaps.txt", "Open Heap Dump Analysis");
  const { view } = workbench;
  await view.locator(".key-value").first().waitFor();
  await workbench.screenshot("text-overview-dark");
  await workbench.chooseTab("Tables");
  await workbench.rows().first().waitFor();
  await workbench.screenshot("text-tables-dark");
});
