import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { installExtension, repository } from "../../.scripts/vscodeServer.mjs";
import { Workbench } from "./workbench";

it("installs from its package and works without development files, also in restricted mode where others mean harm", async () => {
  const data = mkdtempSync(join(tmpdir(), "exhume-vsix-"));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  mkdirSync(join(data, "ext"), { recursive: true });
  installExtension(join(repository, "exhume.vsix"), data);
  const installed = readdirSync(join(data, "ext")).find((name) => name.startsWith("exhume.exhume-"));
  expect(installed).toBeDefined();
  const files = readdirSync(join(data, "ext", installed!), { recursive: true, encoding: "utf8" });
  expect(
    files.filter((file) =>
      /\.(tsx?|map|mts)$|^(test|node_modules|analyzer|webview)\b|^dist\/(cli|cliProcess|adapter|brief)\b/.test(
        file,
      ),
    ),
  ).toEqual([]);

  const { victims, environment } = squattedFolder(data);
  const program = join(data, "program");
  writeFileSync(program, `#!/bin/sh\ntouch ${join(data, "was-run")}\nexec ${process.execPath} "$@"\n`);
  chmodSync(program, 0o755);
  const settings = {
    "exhume.analyzer.nodePath": program,
    "exhume.index.directory": victims,
    "exhume.audit.log": join(victims, "log"),
    "exhume.encryption.identityFiles": ["/dev/zero"],
    "exhume.source.pathMap": { "/": "//evil.example/share/" },
    "exhume.source.builds": { "recon.hprof.gz": "--output=was-run" },
    "exhume.analyzer.workers": "many",
    "exhume.heap.sizeModel": ["none"],
  };
  const workbench = await Workbench.open({
    data,
    environment,
    files: { ".vscode/settings.json": JSON.stringify(settings) },
    fromSources: false,
    trust: true,
  });
  onTestFinished(() => workbench.close());
  await workbench.show("recon.hprof.gz", "Overview");
  await workbench.view.locator(".tile", { hasText: "through RecentEntries.BY_REFERENCE" }).waitFor();
  await workbench.screenshot("installed-restricted");
  await openTheSample(workbench);
  expect(existsSync(join(data, "was-run"))).toBe(false);
  expect(readdirSync(victims)).toEqual(["999999999-a-b"]);
});

/** In a window of its own: a heap dump that is open, its program, and a core whose program is found beside it. */
async function openTheSample(workbench: Workbench): Promise<void> {
  const context = workbench.page.context();
  await workbench.command("Exhume: Open Sample", async () => context.pages().length === 2);
  const [, sample] = context.pages();
  await sample!.locator(".tab", { hasText: "recon.hprof.gz" }).waitFor();
  const files = sample!.locator(".explorer-folders-view .monaco-list-row");
  for (const name of ["settle.core.gz", "settle", "src"])
    await files.filter({ hasText: name }).first().waitFor();
  const overview = sample!.frameLocator("iframe.webview.ready:visible").frameLocator("iframe#active-frame");
  await overview.getByText("Biggest objects").waitFor();
  await sample!.screenshot({ path: join(repository, ".cache/screenshots/sample-window.png") });
  await sample!.close();
}

/** A temporary folder in which somebody laid links where ours belong, to files that look as if a dead process left them. */
function squattedFolder(parent: string) {
  const victims = join(parent, "victims");
  const temporary = join(parent, "tmp");
  for (const folder of [victims, temporary]) mkdirSync(folder);
  writeFileSync(join(victims, "999999999-a-b"), "precious");
  for (const name of ["exhume-unpacked", `exhume-${process.getuid!()}`])
    symlinkSync(victims, join(temporary, name));
  return { victims, environment: { TMPDIR: temporary } };
}
