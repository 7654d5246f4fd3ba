import { type ExtensionContext, Uri, window, workspace } from "vscode";
import { AnalyzerClient } from "./analyzerClient";
import { registerCommands } from "./commands";
import { registerCommitCommands } from "./commitCommands";
import { forgetProgram } from "./coreProgram";
import { registerCrashLenses } from "./crashLenses";
import { registerDebugging } from "./debugAdapter";
import { DumpEditors } from "./dumpEditor";
import { DumpsView } from "./dumpsView";
import { registerInvestigations } from "./investigations";
import { tellMenusKinds } from "./kindsInMenus";
import { KnownDumps } from "./knownDumps";
import { followLink } from "./links";
import { parseLink } from "./linkTarget";
import { ListedDumps } from "./listedDumps";
import { escapedLog } from "./log";
import { registerMissingModules } from "./missingModules";
import { archivedSources, SourceNavigator } from "./navigation";
import { policyEnvironment, retention } from "./policy";
import { QueryHistory } from "./queryHistory";
import { openSample, showSample } from "./sample";
import { readSettings } from "./settings";
import { ShownLenses } from "./shownLenses";

/** What tests reach into. */
export interface ExhumeApi {
  readonly analyzer: AnalyzerClient;
  readonly editors: DumpEditors;
  readonly dumps: DumpsView;
  readonly listed: ListedDumps;
}

/** Languages whose declarations a heap dump has something to say about. */
const jvmLanguages = ["java", "kotlin", "scala", "groovy"];

export function activate(context: ExtensionContext): ExhumeApi {
  const log = escapedLog(window.createOutputChannel("Exhume", { log: true }));
  const lenses = new ShownLenses();
  const analyzer = new AnalyzerClient({
    launch: () => ({
      serverPath: Uri.joinPath(context.extensionUri, "dist", "server.js").fsPath,
      nodePath: workspace.isTrusted ? readSettings().nodePath : undefined,
      environment: policyEnvironment(),
    }),
    clientOptions: {
      documentSelector: jvmLanguages.map((language) => ({ scheme: "file", language })),
      outputChannel: log,
      middleware: lenses.middleware,
      // Hovers say what a dump says.
      markdown: { isTrusted: false, supportHtml: false },
    },
    log,
    onStarted: (client) => lenses.follow(client),
  });
  const sources = new SourceNavigator(analyzer);
  const known = new KnownDumps(context.globalState);
  const memory = context.workspaceState;
  const queries = new QueryHistory(memory);
  const listed = new ListedDumps({ analyzer, known, log });
  const editors = new DumpEditors({
    extensionUri: context.extensionUri,
    analyzer,
    sources,
    listed,
    queries,
    log,
    memory,
  });
  const dumps = new DumpsView({ listed, editors, known, log });
  const forget = async (path: string): Promise<void> => {
    await known.forget(path);
    await forgetProgram(memory, path);
    await queries.forget(path);
  };
  editors.onClosed((path) => {
    if (retention().atClose === "everything") void forget(path);
  });
  context.subscriptions.push(
    log,
    analyzer,
    lenses,
    // biome-ignore lint/plugin: what this extension registers
    ...editors.register(),
    archivedSources(analyzer),
    ...registerCommands({ analyzer, editors, listed, log, forget, openSample: () => openSample(context) }),
    ...registerDebugging(analyzer, memory),
    registerMissingModules(analyzer, editors, memory),
    registerCrashLenses(lenses),
    ...registerCommitCommands(),
    ...registerInvestigations(editors),
    known,
    tellMenusKinds(known),
    dumps,
    window.registerUriHandler({
      handleUri: async (uri) => {
        const target = parseLink(uri);
        if (target === undefined) log.warn("A link was not understood");
        else await followLink(editors, target);
      },
    }),
  );
  void showSample(context, editors);
  void known.forgetUnused(retention().days);
  void dumps.remindOfOldDumps();
  return { analyzer, editors, dumps, listed };
}
