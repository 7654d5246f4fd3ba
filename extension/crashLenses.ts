import {
  CodeLens,
  commands,
  type DebugSession,
  Disposable,
  debug,
  languages,
  Range,
  type TextDocument,
  Uri,
} from "vscode";
import { missingInHead } from "../analyzer/base/missingHead";
import type { ProvideHow } from "../analyzer/protocol/view/hostCalls";
import { debugType } from "./debugAdapter";
import type { ShownLenses } from "./shownLenses";

/**
 * Where a session stands in code whose file is not here, it shows the instructions: above them are the ways to provide
 * the file. The session begins anew with it.
 */
export function registerCrashLenses(lenses: ShownLenses): Disposable {
  const sessions = new Map<string, DebugSession>();
  return Disposable.from(
    debug.onDidStartDebugSession((session) => {
      if (session.type === debugType) sessions.set(session.id, session);
    }),
    debug.onDidTerminateDebugSession(({ id }) => sessions.delete(id)),
    languages.registerCodeLensProvider(
      { scheme: "debug" },
      lenses.ownProvider("debug", (document) => lensesOf(sessions, document)),
    ),
    commands.registerCommand("exhume.provideForSession", (id: string, path: string, how: ProvideHow) => {
      const session = sessions.get(id);
      return session === undefined ? undefined : provide(session, path, how);
    }),
  );
}

const ways: readonly (readonly [how: ProvideHow, title: string])[] = [
  ["choose", "Choose…"],
  ["searchWorkspace", "Search Workspace"],
  ["useDebuginfod", "Use debuginfod"],
];

function lensesOf(sessions: ReadonlyMap<string, DebugSession>, document: TextDocument): CodeLens[] {
  const session = sessions.get(new URLSearchParams(document.uri.query).get("session") ?? "");
  const path = missingInHead(document.lineAt(0).text);
  if (session === undefined || path === undefined) return [];
  return ways.map(([how, title]) => {
    const command = { title, command: "exhume.provideForSession", arguments: [session.id, path, how] };
    return new CodeLens(new Range(0, 0, 0, 0), command);
  });
}

async function provide(session: DebugSession, path: string, how: ProvideHow): Promise<void> {
  const { configuration, workspaceFolder } = session;
  const core: unknown = configuration["core"];
  if (typeof core !== "string") return;
  if (!(await commands.executeCommand<boolean>("exhume.provideModule", Uri.file(core), path, how))) return;
  await debug.stopDebugging(session);
  const { name, type, request } = configuration;
  await debug.startDebugging(workspaceFolder, { name, type, request, core });
}
