import { basename } from "node:path";
import { commands, Range, Uri, window, workspace } from "vscode";
import { formatCount } from "../analyzer/base/figures";
import type { SecretRow } from "../analyzer/protocol/privacy/secrets";
import type { ParamsOf } from "../analyzer/protocol/requests";
import type { Navigation } from "../analyzer/protocol/view/navigation";
import type { AnalyzerClient } from "./analyzerClient";
import { choose, type PickEntry, tell, tellWarning } from "./dialogs";
import type { DumpEditors } from "./dumpEditor";
import { withDumpProgress } from "./dumpProgress";
import { readSettings } from "./settings";

type SecretEntry = PickEntry & { readonly row: SecretRow };

/** Scans a dump for secrets and lists them, masked; choosing one goes to where it is. */
export async function findSecrets(
  analyzer: AnalyzerClient,
  editors: DumpEditors,
  dump: Uri,
): Promise<readonly SecretRow[]> {
  await editors.show(dump);
  const document = editors.current?.document;
  if (document === undefined || document.file.fsPath !== dump.fsPath) return [];
  const name = basename(dump.fsPath);
  const { rows, texts } = await withDumpProgress(analyzer, dump, "Looking for secrets in", async (token) => {
    await document.ready();
    return document.ask("privacy/secrets", {}, token);
  });
  if (rows.length === 0) {
    void tell(
      `Nothing in ${formatCount(texts)} texts of ${name} looks like a secret or personal data. That proves nothing: only known kinds are found.`,
    );
    return rows;
  }
  void showSecrets(editors, dump, rows);
  return rows;
}

async function showSecrets(editors: DumpEditors, dump: Uri, rows: readonly SecretRow[]): Promise<void> {
  const entries = rows.map((row): SecretEntry => {
    const { kind, holder, field, count, masked, length, at } = row;
    return {
      row,
      icon: "key",
      label: `${kind}: ${field === undefined ? holder : `${holder}.${field}`}`,
      description: `${formatCount(count)} ×`,
      detail: `one of them: ${masked}, ${length} characters${at === undefined ? "" : `, at ${at}`}`,
    };
  });
  const picked = await choose(entries, {
    title: `Secrets in ${basename(dump.fsPath)}`,
    placeHolder: "Choose one to go to what holds it",
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked !== undefined) await goToSecret(editors, dump, picked.row);
}

/** To the object, the bytes or the line it is in; notes of a core have no place. */
export async function goToSecret(editors: DumpEditors, dump: Uri, { at }: SecretRow): Promise<void> {
  if (at === undefined) return;
  const place = placeOf(editors, at);
  if (place !== undefined) await editors.show(dump, place);
  else await showLine(dump, Number(at));
}

/** Undefined for texts, where it is a line. */
function placeOf(editors: DumpEditors, at: string): Navigation | undefined {
  switch (editors.current?.document.facts.kind) {
    case "heap":
      return { view: "inspector", params: { objectId: at } };
    case "core":
      return { view: "bytes", params: { address: at } };
    default:
      return undefined;
  }
}

async function showLine(file: Uri, line: number): Promise<void> {
  const text = await workspace.openTextDocument(file);
  const at = Math.max(0, Math.min(text.lineCount, line) - 1);
  await window.showTextDocument(text, { selection: new Range(at, 0, at, 0) });
}

type RedactedLevel = ParamsOf<"dump/redact">["level"];

const levels: readonly (PickEntry & { readonly level: RedactedLevel })[] = [
  {
    level: "fields",
    label: "All contents",
    description: "fields",
    detail: "Strings, arrays, fields; of a core all but its structure. Names stay.",
  },
  {
    level: "names",
    label: "All contents, and names",
    description: "names",
    detail: "Names of classes, methods and files too; a file beside the copy has them.",
  },
  {
    level: "arrays",
    label: "Texts and arrays",
    description: "arrays",
    detail: "Numbers in fields stay, of a core those on stacks and in static data.",
  },
  { level: "strings", label: "Texts only", description: "strings", detail: "Numbers and arrays stay." },
];

/** Writes a copy without contents, and shows what was proven of it. */
export async function saveRedactedCopy(analyzer: AnalyzerClient, dump: Uri): Promise<void> {
  const name = basename(dump.fsPath);
  const picked = await choose(levels, { title: `Redacted copy of ${name}`, placeHolder: "What goes" });
  if (picked === undefined) return;
  const defaultUri = Uri.file(`${dump.fsPath.replace(/(\.\w+)?$/, ".redacted$1")}`);
  const out = await window.showSaveDialog({ defaultUri, title: "Redacted copy", saveLabel: "Save Copy" });
  if (out === undefined) return;
  await writeRedactedCopy(analyzer, dump, out, picked.level);
}

/** @throws AnalyzerError */
export async function writeRedactedCopy(
  analyzer: AnalyzerClient,
  dump: Uri,
  out: Uri,
  level: RedactedLevel,
): Promise<void> {
  const options = readSettings().openOptions;
  const { passed, lines } = await withDumpProgress(
    analyzer,
    dump,
    "Writing and proving a redacted copy of",
    (token) => analyzer.request("dump/redact", { path: dump.fsPath, out: out.fsPath, level, options }, token),
  );
  const report = await workspace.openTextDocument({
    content: `${lines.join("\n")}\n`,
    language: "plaintext",
  });
  await window.showTextDocument(report, { preview: true });
  if (!passed) {
    void tellWarning(
      `The copy of ${basename(dump.fsPath)} was not proven and is deleted; the report says why.`,
    );
    return;
  }
  void tellOfCopy(out);
}

async function tellOfCopy(copy: Uri): Promise<void> {
  const reveal = "Show in Folder";
  const chosen = await tell(`Wrote ${copy.fsPath}, proven; its report is beside it.`, reveal);
  if (chosen === reveal) await commands.executeCommand("revealFileInOS", copy);
}
