import { strict as assert } from "node:assert";
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commands, extensions, Uri, window } from "vscode";
import type { DocumentFacts } from "../../analyzer/protocol/view/hostMessages";
import type { ExhumeApi } from "../../extension/extension";
import type { ViewHost } from "../../extension/viewHost";

/** The extension as VS Code loaded it. */
export async function activated(): Promise<ExhumeApi> {
  const extension = extensions.getExtension<ExhumeApi>("exhume.exhume");
  assert.ok(extension, "the extension is not installed");
  return extension.activate();
}

export const sampleDump = Uri.file(
  join(process.env["EXHUME_REPOSITORY"]!, "test/sample/workspace/recon.hprof.gz"),
);

/** A copy of the sample under another name, in a folder of its own. */
export function copyOfSample(name: string): Uri {
  const path = join(mkdtempSync(join(tmpdir(), "exhume-dump-")), name);
  copyFileSync(sampleDump.fsPath, path);
  return Uri.file(path);
}

/** Opens a dump by our command and waits until its facts satisfy the caller. */
export async function opened(
  dump: Uri,
  until: (facts: DocumentFacts) => boolean = ({ state }) => state.state === "ready",
): Promise<ViewHost> {
  const { editors } = await activated();
  await commands.executeCommand("exhume.openHeapDump", dump);
  const host = editors.open.find(({ document }) => document.uri.fsPath === dump.fsPath);
  assert.ok(host, `no editor was opened for ${dump.fsPath}`);
  await factsOf(host, until);
  return host;
}

/** Resolves when the document's facts satisfy the caller; events drive it, not a clock. */
export async function factsOf(
  host: ViewHost,
  until: (facts: DocumentFacts) => boolean,
): Promise<DocumentFacts> {
  const { document } = host;
  if (until(document.facts)) return document.facts;
  return new Promise((done, fail) => {
    const listener = document.onChanged((facts) => {
      if (until(facts)) done(facts);
      else if (facts.state.state === "failed") fail(new Error(facts.state.fault.message));
      else return;
      listener.dispose();
    });
  });
}

/** Keeps what a test made for people to look at. */
export function keepArtefact(name: string, text: string): void {
  const folder = join(process.env["EXHUME_REPOSITORY"]!, ".cache/artefacts");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), text);
}

export async function closeEditors(): Promise<void> {
  await commands.executeCommand("workbench.action.closeAllEditors");
}

/** Where the active text editor stands, as `File.java: text of the line`. */
export function lineUnderCursor(): string {
  const editor = window.activeTextEditor;
  assert.ok(editor, "no text editor is open");
  const { document, selection } = editor;
  return `${document.fileName.split("/").at(-1)}: ${document.lineAt(selection.active.line).text.trim()}`;
}
