import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildProgram, coreOf } from "../build/nativePrograms";
import { Workbench } from "./workbench";

let workbench: Workbench;
beforeAll(async () => {
  const program = buildProgram({ sources: ["heapBlocks.cpp"], compiler: "g++", flags: ["-g", "-O1"] });
  const core = await coreOf(program, ["leak"]);
  workbench = await Workbench.open();
  cpSync(core, join(workbench.folder, "core.4711"));
  for (const name of ["nmt-17-summary.txt", "gc-17-g1.txt", "threads-25.txt", "smaps-rollup.txt"])
    cpSync(join(__dirname, "../texts", name), join(workbench.folder, name));
});
afterAll(() => workbench?.close());

it("opens a saved text from the explorer by its content", async () => {
  await workbench.show("nmt-17-summary.txt", "Overview");
  const { view } = workbench;
  await view.getByText("Committed").first().waitFor();
  expect(await view.locator(".key-value").first().textContent()).toContain("157 MiB");
  await workbench.chooseTab("Tables");
  await view.getByText("Java Heap").first().waitFor();
  await workbench.screenshot("text-lists");
});

it("weighs the causes and says what to capture next", async () => {
  await workbench.show("nmt-17-summary.txt", "Triage");
  const { view } = workbench;
  await view.getByRole("heading", { name: /Not determined/ }).waitFor();
  await view.locator(".tile").first().waitFor();
  expect(await view.locator(".capture code").count()).toBeGreaterThan(0);
  await workbench.screenshot("triage");
});

it("shows whose every byte of a core is", async () => {
  await workbench.show("core.4711", "Memory");
  const { view } = workbench;
  await view.locator(".map-mark").first().waitFor();
  await workbench.rows().first().waitFor();
  const map = view.getByRole("slider", { name: "Address space, to scale" });
  const drawn = () => map.getAttribute("aria-valuetext");
  const press = (key: string, shown: () => Promise<boolean>) =>
    workbench.until(`${key} on the map`, () => map.press(key, { timeout: 5_000 }), shown);
  const whole = await drawn();
  for (const key of ["+", "+", "+"]) {
    const previous = await drawn();
    await press(key, async () => (await drawn()) !== previous);
  }
  expect(await drawn()).toMatch(/0x.* 12\.5 % shown$/s);
  await press("Home", async () => (await drawn()) === whole);
  await workbench.screenshot("regions");
});

it("lists leaked blocks by type", async () => {
  await workbench.show("core.4711", "Malloc");
  const { view } = workbench;
  await view.getByText("Widget").first().waitFor();
  await workbench.screenshot("malloc");
});

it("calls a native leak by its name", async () => {
  await workbench.show("core.4711", "Triage");
  await workbench.view.getByRole("heading", { name: /Retention/ }).waitFor();
  await workbench.screenshot("triage-core");
});
