import { basename } from "node:path";
import {
  commands,
  type Disposable,
  env,
  type QuickInputButton,
  ThemeIcon,
  Uri,
  window,
  workspace,
} from "vscode";
import type { Note } from "../analyzer/protocol/dump/investigation";
import type { Navigation } from "../analyzer/protocol/view/navigation";
import { askText, choose, openPick, type PickEntry, tell } from "./dialogs";
import type { DumpEditors } from "./dumpEditor";

type NoteEntry = PickEntry & { readonly note: Note };

/** Notes on places of a dump, and the investigation as a document. */
export function registerInvestigations(editors: DumpEditors): Disposable[] {
  return [
    commands.registerCommand("exhume.writeNote", (id?: string, title?: string, place?: Navigation) =>
      writeNote(editors, id, title, place),
    ),
    commands.registerCommand("exhume.showNotes", () => showNotes(editors)),
    commands.registerCommand("exhume.exportInvestigation", () => exportInvestigation(editors)),
  ];
}

/** @returns the note's text, empty when it was deleted, undefined when nothing was changed. */
async function writeNote(
  editors: DumpEditors,
  id = "dump",
  title = "The dump as a whole",
  place?: Navigation,
): Promise<string | undefined> {
  const { document } = currentEditor(editors);
  const { notes } = await document.ask("notes/list", {});
  const old = notes.find((note) => note.id === id);
  const text = await askText({
    title: `Note on ${title}`,
    prompt: "Kept beside the index, never in the dump. An empty note is deleted.",
    value: old?.text ?? "",
  });
  if (text === undefined) return undefined;
  const at = place === undefined ? {} : { place: { view: place.view, params: { ...place.params } } };
  await document.ask("notes/write", { note: { id, title, text, changedMs: Date.now(), ...at } });
  return text;
}

/** All notes on the dump one is in; choosing one goes to its place, its button deletes it. */
async function showNotes(editors: DumpEditors): Promise<void> {
  const host = currentEditor(editors);
  const { notes } = await host.document.ask("notes/list", {});
  if (notes.length === 0) {
    void tell(
      `There are no notes on ${basename(host.document.file.fsPath)}. Write one in the object inspector.`,
    );
    return;
  }
  const remove: QuickInputButton = { iconPath: new ThemeIcon("trash"), tooltip: "Delete Note" };
  const { pick, fill } = openPick<NoteEntry>(
    `Notes on ${basename(host.document.file.fsPath)}`,
    "Choose a note to go to what it is about",
  );
  pick.matchOnDetail = true;
  const choices = (all: readonly Note[]) =>
    all.map((note) => ({ label: note.title, detail: note.text, note, buttons: [remove] }));
  fill(choices(notes));
  pick.onDidTriggerItemButton(async ({ item }) => {
    const { notes: left } = await host.document.ask("notes/write", { note: { ...item.item.note, text: "" } });
    fill(choices(left));
    if (pick.items.length === 0) pick.hide();
  });
  pick.onDidAccept(() => {
    const place = pick.selectedItems[0]?.item.note.place as Navigation | undefined;
    pick.hide();
    if (place !== undefined) void editors.show(host.document.uri, place);
  });
  pick.onDidHide(() => pick.dispose());
  pick.show();
}

async function exportInvestigation(editors: DumpEditors): Promise<void> {
  const { document, overSeveralDumps } = currentEditor(editors);
  const forms = [
    { label: "Markdown", description: "for tickets and wikis", format: "markdown" as const },
    { label: "HTML", description: "one file that needs nothing else", format: "html" as const },
  ];
  const form = await choose(forms, {
    title: `Export the investigation of ${basename(document.file.fsPath)}`,
  });
  if (form === undefined) return;
  const { text, suggestedName } = await document.ask("investigation/export", {
    format: form.format,
    uriScheme: env.uriScheme,
    ...overSeveralDumps,
  });
  const target = await window.showSaveDialog({
    defaultUri: Uri.joinPath(document.file, "..", suggestedName),
  });
  if (target === undefined) return;
  await workspace.fs.writeFile(target, Buffer.from(text, "utf8"));
  await openRendered(target, form.format);
}

/** As people read it, not as source; in a remote window no browser can open the file, so it is shown as text there. */
async function openRendered(file: Uri, format: "markdown" | "html"): Promise<void> {
  if (format === "markdown") await commands.executeCommand("markdown.showPreview", file);
  else if (env.remoteName !== undefined || !(await env.openExternal(file)))
    await commands.executeCommand("vscode.open", file);
}

function currentEditor(editors: DumpEditors) {
  const { current } = editors;
  if (current === undefined) throw new Error("Open a dump first.");
  return current;
}
