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

it("opens a saved text with its figures and tables", async () => {
  await workbench.show("smaps.txt", "Overview");
  const { view } = workbench;
  await view.locator(".key-value").first().waitFor();
  await workbench.screenshot("text-overview-dark");
  await workbench.chooseTab("Tables");
  await workbench.rows().first().waitFor();
  await workbench.screenshot("text-tables-dark");
});
