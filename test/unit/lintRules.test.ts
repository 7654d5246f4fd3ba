import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(__dirname, "../..");

const showsMessage = 'import { window } from "vscode";\n\nvoid window.showErrorMessage("x");\n';
const opensList = 'import { window } from "vscode";\n\nexport const pick = window.createQuickPick();\n';
const asks = 'import * as vscode from "vscode";\n\nvoid vscode.window.showInputBox({ prompt: "x" });\n';
const hovers = 'import { MarkdownString } from "vscode";\n\nexport const hover = new MarkdownString("x");\n';
const prints = 'process.stdout.write("x");\n';
const warns = 'process.stderr.write("x");\n';
const logs = 'console.log("x");\n';

/** The files of which our own lint rules complain, when these are all there is. */
function refused(files: Readonly<Record<string, string>>): string[] {
  const folder = mkdtempSync(join(tmpdir(), "exhume-lint-"));
  try {
    cpSync(join(root, "biome.json"), join(folder, "biome.json"));
    cpSync(join(root, ".scripts/lint"), join(folder, ".scripts/lint"), { recursive: true });
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
    const args = [biome, "lint", "--reporter=json", "--max-diagnostics=none", "."];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    const complaints = `${stdout}${stderr}`;
    return Object.keys(files).filter((path) => complaints.includes(path));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it("refuses the ways around the places that escape what a dump says, and those places alone", () => {
  const around = {
    "extension/message.ts": showsMessage,
    "extension/list.ts": opensList,
    "extension/question.ts": asks,
    "extension/hover.ts": hovers,
    "analyzer/fronts/cli/print.ts": prints,
    "analyzer/session/warn.ts": warns,
    "analyzer/fronts/lsp/log.ts": logs,
    "analyzer/bin/server.ts": logs,
  };
  const places = { "extension/dialogs.ts": showsMessage, "analyzer/bin/cli.ts": prints };
  expect(refused({ ...around, ...places }).sort()).toEqual(Object.keys(around).sort());
});
