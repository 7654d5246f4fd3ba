import { basename } from "node:path";
import { ProgressLocation, Uri, window } from "vscode";
import { formatBytes } from "../analyzer/base/figures";
import type { OpenResult } from "../analyzer/protocol/dump/open";
import { checkShape, path } from "../analyzer/protocol/shapes";
import type { WireFault } from "../analyzer/protocol/wire";
import { type AnalyzerClient, AnalyzerError } from "./analyzerClient";
import { askText, tell } from "./dialogs";
import { readSettings } from "./settings";
import type { PickedDump } from "./severalDumps";

/** Identity files somebody chose in this window; those of always are in the settings. */
const chosenIdentities: string[] = [];

/**
 * Opens a dump. Of an encrypted one it asks for what is missing, until it opens or the user gives up. A passphrase goes to
 * the analyzer and is not kept.
 * @throws AnalyzerError
 */
export async function openUnlocked(
  analyzer: AnalyzerClient,
  dump: string,
  choice: PickedDump,
): Promise<OpenResult> {
  for (;;) {
    const openOptions = { ...readSettings().openOptions, ...choice };
    const identityFiles = [...(openOptions.identityFiles ?? []), ...chosenIdentities];
    try {
      return await analyzer.request("dump/open", { path: dump, options: { ...openOptions, identityFiles } });
    } catch (thrown) {
      const isLocked = thrown instanceof AnalyzerError && thrown.fault.code === "locked";
      if (!isLocked || !(await unlock(analyzer, thrown.fault))) throw thrown;
    }
  }
}

/** @returns whether it is worth trying again */
async function unlock(analyzer: AnalyzerClient, { message, data }: WireFault): Promise<boolean> {
  const file = checkShape(path, data["file"]);
  if (!file.ok) return false;
  if (data["wants"] === "passphrase") return askPassphrase(analyzer, file.value);
  if (data["wants"] !== "identity") return false;
  const chosen = await window.showOpenDialog({
    title: `Identity file (age) that opens ${basename(file.value)}`,
    openLabel: "Use Identity",
  });
  if (chosen?.[0] === undefined) return false;
  if (chosenIdentities.includes(chosen[0].fsPath)) {
    void tell(message);
    return false;
  }
  chosenIdentities.push(chosen[0].fsPath);
  return true;
}

async function askPassphrase(analyzer: AnalyzerClient, file: string): Promise<boolean> {
  let prompt = "It is not kept.";
  for (;;) {
    const title = `Passphrase of ${basename(file)}`;
    const passphrase = await askText({ title, prompt, password: true });
    if (passphrase === undefined || passphrase === "") return false;
    try {
      await analyzer.request("dump/unlock", { path: file, passphrase });
      return true;
    } catch (thrown) {
      if (!(thrown instanceof AnalyzerError) || thrown.fault.code !== "locked") throw thrown;
      prompt = "This is not its passphrase.";
    }
  }
}

/** Writes an encrypted copy of a dump for the recipients of the settings, or those typed. */
export async function encryptDump(analyzer: AnalyzerClient, dump: Uri): Promise<void> {
  const typed = await askText({
    title: `Encrypt ${basename(dump.fsPath)}`,
    prompt: "Who can open it: recipients of age, with spaces between",
    placeHolder: "age1…",
    value: readSettings().recipients.join(" "),
  });
  const recipients = (typed ?? "").split(/\s+/).filter((each) => each !== "");
  if (recipients.length === 0) return;
  const defaultUri = Uri.file(`${dump.fsPath}.age`);
  const out = await window.showSaveDialog({ defaultUri, title: "Encrypted copy", saveLabel: "Encrypt" });
  if (out === undefined) return;
  const { bytes } = await window.withProgress(
    {
      location: ProgressLocation.Notification,
      title: `Encrypting ${basename(dump.fsPath)}`,
      cancellable: true,
    },
    (_, token) => analyzer.request("dump/encrypt", { path: dump.fsPath, out: out.fsPath, recipients }, token),
  );
  void tell(
    `Wrote ${out.fsPath} (${formatBytes(bytes)}). ${basename(dump.fsPath)} is still there; Delete Dump removes it.`,
  );
}
