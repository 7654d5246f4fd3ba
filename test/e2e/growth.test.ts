import { cpSync, mkdirSync, utimesSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findJdks } from "../build/javaDumps";
import { leakDumps } from "../build/leakDumps";
import { Workbench } from "./workbench";

const programs = resolve(__dirname, "../programs/java/leaks");

let workbench: Workbench;
beforeAll(async () => {
  const dumps = leakDumps(findJdks()[0]!, "Growing", "leak", 3);
  workbench = await Workbench.open();
  mkdirSync(join(workbench.folder, "src/leaks"), { recursive: true });
  cpSync(join(programs, "Growing.java"), join(workbench.folder, "src/leaks/Growing.java"));
  for (const [at, dump] of dumps.entries()) {
    const copy = join(workbench.folder, `soak-${at + 1}.hprof`);
    cpSync(dump, copy);
    // The newest is the one that is compared with the others.
    const hour = new Date(2026, 0, 2, at);
    utimesSync(copy, hour, hour);
  }
  await workbench.file("soak-3.hprof").waitFor();
});
afterAll(() => workbench?.close());

it("compares two dumps chosen in the explorer and names the field that grew", async () => {
  const { view } = workbench;
  const growing = view.locator(".growing li");
  await workbench.chooseInExplorer(
    "soak-3.hprof",
    "Compare Heap Dumps",
    async () => (await workbench.activeTab("soak-3.hprof").isVisible()) && (await growing.count()) === 1,
    ["soak-1.hprof", "soak-3.hprof"],
  );
  expect(await growing.textContent()).toMatch(/\+2\.9\d MiB leaks\.Growing\$AuditTrail\.entries/);
  const first = workbench.rows().first();
  await first.waitFor();
  expect(await first.textContent()).toContain("byte[]");
  await workbench.screenshot("compare-dark");
  await workbench.click(growing.getByRole("button"), workbench.atSource("Growing.java", 11));
});

it("says why the objects of a class are alive", async () => {
  const { view } = workbench;
  await workbench.show("soak-3.hprof", "Why Alive");
  const box = view.getByRole("textbox", { name: "Object id (0x…) or class name" });
  const way = view.locator(".path.merged", { hasText: "AuditTrail" });
  await workbench.until("the way to the class", () => box.fill("leaks.Growing$AuditTrail"), way);
  expect(await way.textContent()).toMatch(/leaks\.Growing.*trail.*AuditTrail/s);
  await workbench.screenshot("why-alive-class-dark");
});

it("ranks collections", async () => {
  await workbench.show("soak-3.hprof", "Collections");
  await workbench.rows().first().waitFor();
  expect(await workbench.rows().first().textContent()).toMatch(/ArrayList.*5,000/s);
  await workbench.screenshot("collections-dark");
  const path = workbench.view.locator("ol.path", { hasText: "AuditTrail" });
  await workbench.chooseInRow("ArrayList", "Why Is It Alive?", path);
  await workbench.screenshot("why-alive-dark");
});

it("counts references", async () => {
  await workbench.show("soak-3.hprof", "References");
  await workbench.rows().first().waitFor();
  await workbench.screenshot("references-dark");
});
