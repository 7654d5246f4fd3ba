import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { installExtension, repository } from "../../.scripts/vscodeServer.mjs";
import { Workbench } from "./workbench";

it("installs from its package and works without development files, also in restricted mode", async () => {
  const data = mkdtempSync(join(tmpdir(), "exhume-vsix-"));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  mkdirSync(join(data, "ext"), { recursive: true });
  installExtension(join(repository, "exhume.vsix"), data);
  const installed = readdirSync(join(data, "ext")).find((name) => name.startsWith("exhume.exhume-"));
  expect(installed).toBeDefined();
  const files = readdirSync(join(data, "ext", installed!), { recursive: true, encoding: "utf8" });
  expect(
    files.filter((file) => /\.(tsx?|map|mts)$|^(test|node_modules|analyzer|webview)\b/.test(file)),
  ).toEqual([]);

  const workbench = await Workbench.open({ data, fromSources: false, trust: true });
  onTestFinished(() => workbench.close());
  await workbench.show("recon.hprof.gz", "Overview");
  await workbench.view.locator(".tile", { hasText: "through RecentEntries.BY_REFERENCE" }).waitFor();
  await workbench.screenshot("installed-restricted");
});
