import { basename, dirname } from "node:path";
import {
  ConfigurationTarget,
  type Disposable,
  Range,
  Selection,
  TextEditorRevealType,
  Uri,
  window,
  workspace,
} from "vscode";
import type { NativeSourceAnswer, SourceAnswer, SourceLocation } from "../analyzer/protocol/source/sources";
import type { SourceTarget } from "../analyzer/protocol/view/hostCalls";
import type { AnalyzerClient } from "./analyzerClient";
import { choose, type PickEntry, tell, tellWarning } from "./dialogs";
import { readSettings, textMapSetting } from "./settings";

/** From names in a dump to lines in the workspace: asks the analyzer where, lets the user pick, opens. */
export class SourceNavigator {
  constructor(private readonly analyzer: AnalyzerClient) {}

  /** False when there was nothing to open, or the user chose nothing; the user has been told. */
  async open(target: SourceTarget): Promise<boolean> {
    const answer = await this.find(target);
    const location = await chooseLocation(target, answer);
    if (location === undefined) return false;
    await showLocation(location);
    if (target.kind === "line") void tellOfNative(answer as NativeSourceAnswer);
    return true;
  }

  private find(target: SourceTarget): Promise<SourceAnswer> {
    switch (target.kind) {
      case "class":
        return this.analyzer.request("source/class", { className: target.className });
      case "field":
        return this.analyzer.request("source/field", { className: target.className, field: target.field });
      case "frame": {
        const { kind: _, ...frame } = target;
        return this.analyzer.request("source/frame", frame);
      }
      case "line": {
        const { kind: _, file, ...place } = target;
        return this.analyzer.request("source/native", {
          path: file,
          ...place,
          pathMap: readSettings().pathMap,
        });
      }
    }
  }
}

/** What makes the line doubtful, and the rule that would find all files of this build at once. */
async function tellOfNative({ warnings, suggestedRule }: NativeSourceAnswer): Promise<void> {
  if (warnings.length > 0) void tellWarning(warnings.join(" "));
  if (suggestedRule === undefined) return;
  const { from, to } = suggestedRule;
  const remember = "Remember";
  const question = `Found by the end of its path. Look for everything from ${from} in ${to}?`;
  if ((await tell(question, remember)) !== remember) return;
  const section = workspace.getConfiguration("exhume");
  const known = textMapSetting("source.pathMap");
  // What a workspace says is not read before it is trusted.
  const target = workspace.isTrusted ? ConfigurationTarget.Workspace : ConfigurationTarget.Global;
  await section.update("source.pathMap", { ...known, [from]: to }, target);
}

async function chooseLocation(
  target: SourceTarget,
  { locations, searched }: SourceAnswer,
): Promise<SourceLocation | undefined> {
  if (locations.length === 1) return locations[0];
  if (locations.length === 0) {
    const looked = searched.length === 0 ? "No folder is open." : `Looked in: ${searched.join("; ")}.`;
    void tellWarning(`No source found for ${describeTarget(target)}. ${looked}`);
    return undefined;
  }
  const items = locations.map((location): PickEntry & { location: SourceLocation } => ({
    label: `${basename(location.path)}:${location.line}`,
    description: workspace.asRelativePath(dirname(location.path)),
    detail: location.match,
    location,
  }));
  const picked = await choose(items, {
    title: `Several sources for ${describeTarget(target)}`,
    matchOnDescription: true,
  });
  return picked?.location;
}

async function showLocation({ path, line, column }: SourceLocation): Promise<void> {
  const document = await workspace.openTextDocument(isInArchive(path) ? archiveUri(path) : Uri.file(path));
  const editor = await window.showTextDocument(document, { preview: true });
  const position = document.validatePosition(
    new Range(line - 1, Math.max(0, column - 1), line - 1, Math.max(0, column - 1)).start,
  );
  editor.selection = new Selection(position, position);
  editor.revealRange(new Range(position, position), TextEditorRevealType.InCenterIfOutsideViewport);
}

/** Sources inside a jar or zip are `<archive>!/<entry>`; VS Code shows them through {@link archivedSources}. */
function isInArchive(path: string): boolean {
  return path.includes("!/");
}

const archiveScheme = "exhume-source";

function archiveUri(path: string): Uri {
  return Uri.file(path).with({ scheme: archiveScheme });
}

/** Read-only text of sources inside archives. */
export function archivedSources(analyzer: AnalyzerClient): Disposable {
  return workspace.registerTextDocumentContentProvider(archiveScheme, {
    provideTextDocumentContent: async (uri) => {
      const { text } = await analyzer.request("source/text", { path: uri.with({ scheme: "file" }).fsPath });
      return text;
    },
  });
}

function describeTarget(target: SourceTarget): string {
  switch (target.kind) {
    case "class":
      return target.className;
    case "field":
      return `${target.className}.${target.field}`;
    case "frame":
      return `${target.className}.${target.method}`;
    case "line":
      return `${target.file}:${target.line}`;
  }
}
