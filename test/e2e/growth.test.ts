import { cpSync, mkdirSync } from "node:fs";
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
  for (const [at, dump] of dumps.entries()) cpSync(dump, join(workbench.folder, `soak-${at + 1}.hprof`));
  await workbench.file("soak-3.hprof").waitFor();
});
afterAll(() => workbench?.close());

it("compares two dumps chosen in the explorer and names the field that grew", async () => {
  const { view } = workbench;
  await workbench.file("soak-1.hprof").click();
  await workbench.file("soak-3.hprof").click({ modifiers: ["Control"] });
  await workbench.chooseInExplorer("soak-3.hprof", "Compare Heap Dumps");
  const growing = view.locator(".growing li");
  await growing.first().waitFor({ timeout: 60_000 });
  expect(await growing.count()).toBe(1);
  expect(await growing.textContent()).toMatch(/\+2\.9\d MiB leaks\.Growing\$AuditTrail\.entries/);
  const first = workbench.rows().first();
  await first.waitFor();
  expect(await first.textContent()).toContain("byte[]");
  await workbench.screenshot("compare-dark");
  await growing.getByRole("button").click();
  await workbench.atSource("Growing.java", 11);
  await workbench.page.locator(".tab", { hasText: "soak-3.hprof" }).click();
});

it("says why the objects of a class are alive", async () => {
  const { view } = workbench;
  await workbench.chooseTab("Why Alive");
  const box = view.getByRole("textbox", { name: "Object id (0x…) or class name" });
  await box.fill("leaks.Growing$AuditTrail");
  const way = view.locator(".path.merged");
  await way.waitFor({ timeout: 30_000 });
  expect(await way.textContent()).toMatch(/leaks\.Growing.*trail.*AuditTrail/s);
  await workbench.screenshot("why-alive-class-dark");
});

it("ranks collections and counts references", async () => {
  await workbench.chooseTab("Collections");
  await workbench.rows().first().waitFor({ timeout: 30_000 });
  expect(await workbench.rows().first().textContent()).toMatch(/ArrayList.*5,000/s);
  await workbench.screenshot("collections-dark");
  await workbench.chooseInRow("ArrayList", "Why Is It Alive?");
  await workbench.view.locator("ol.path", { hasText: "AuditTrail" }).first().waitFor({ timeout: 30_000 });
  await workbench.screenshot("why-alive-dark");
  await workbench.view.getByRole("tab", { name: "References" }).click();
  await workbench.rows().first().waitFor({ timeout: 30_000 });
  await workbench.screenshot("references-dark");
});
