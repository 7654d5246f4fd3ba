import {
  commands,
  type DebugAdapter,
  type DebugAdapterDescriptor,
  type DebugAdapterDescriptorFactory,
  DebugAdapterInlineImplementation,
  type DebugConfiguration,
  type DebugConfigurationProvider,
  type DebugProtocolMessage,
  type Disposable,
  debug,
  EventEmitter,
  type Memento,
  Uri,
  type WorkspaceFolder,
  workspace,
} from "vscode";
import { asLabel } from "../analyzer/base/foreignText";
import { fileNameOf } from "../analyzer/base/pathNames";
import { coreOptionsOf, dumpNamedIn, launchArguments } from "../analyzer/protocol/debug/launch";
import { type DebugMessage, debugMessageName } from "../analyzer/protocol/debug/tunnel";
import { methodPrefix } from "../analyzer/protocol/requests";
import { checkShape } from "../analyzer/protocol/shapes";
import type { AnalyzerClient } from "./analyzerClient";
import { activeFile, type CommandTarget, uriOfTarget } from "./commandTarget";
import { chooseProgram } from "./coreProgram";
import { tellError } from "./dialogs";
import { DisposableStore } from "./disposable";
import { textMapSetting } from "./settings";

export const debugType = "exhume";

type LanguageClient = Awaited<ReturnType<AnalyzerClient["start"]>>;

/** Debug sessions over dumps: their adapter runs in the analyzer, so the dump the editor shows is not indexed again. */
export function registerDebugging(analyzer: AnalyzerClient, memory: Memento): Disposable[] {
  const tunnels = new DebugTunnels(analyzer);
  return [
    tunnels,
    debug.registerDebugAdapterDescriptorFactory(debugType, tunnels),
    debug.registerDebugConfigurationProvider(debugType, new DumpConfigurations(analyzer, memory)),
    commands.registerCommand("exhume.debugDump", (target?: CommandTarget) => debugDump(analyzer, target)),
  ];
}

/** Starts a session without a launch configuration. @returns false when it could not be started. */
async function debugDump(analyzer: AnalyzerClient, target: CommandTarget | undefined): Promise<boolean> {
  const dump = uriOfTarget(target) ?? activeFile();
  if (dump === undefined) {
    tellError("Select a dump in the explorer to debug it.");
    return false;
  }
  const path = dump.fsPath;
  try {
    const { kind } = await analyzer.request("dump/identify", { path });
    const named = kind === "core" ? { core: path } : { dump: path };
    const name = fileNameOf(path);
    const configuration = { type: debugType, request: "launch", name: asLabel(`Dump ${name}`), ...named };
    const isStarted = await debug.startDebugging(workspace.getWorkspaceFolder(dump), configuration);
    // The stack and its variables are what one came for; VS Code shows them by itself for the first session only.
    if (isStarted) await commands.executeCommand("workbench.view.debug");
    return isStarted;
  } catch (error) {
    tellError(error);
    return false;
  }
}

/** Fills in what a configuration leaves out. */
class DumpConfigurations implements DebugConfigurationProvider {
  constructor(
    private readonly analyzer: AnalyzerClient,
    private readonly memory: Memento,
  ) {}

  resolveDebugConfiguration(
    _folder: WorkspaceFolder | undefined,
    configuration: DebugConfiguration,
  ): DebugConfiguration | undefined {
    const named = configuration["dump"] ?? configuration["core"] ?? configuration["coreDumpPath"];
    const dump = named ?? activeFile()?.fsPath;
    if (dump === undefined) {
      tellError('Name the dump in the launch configuration: "dump" or "core".');
      return undefined;
    }
    const settings = workspace.getConfiguration("exhume");
    return {
      ...configuration,
      type: debugType,
      request: "launch",
      name: configuration.name ?? "Dump",
      ...(named === undefined ? { dump } : {}),
      showRetained: configuration["showRetained"] ?? settings.get("debug.showRetainedSizes", true),
      sourceFileMap: configuration["sourceFileMap"] ?? textMapSetting("source.pathMap"),
    };
  }

  /** A core needs its program: found by build id, or asked for, before the session begins. */
  async resolveDebugConfigurationWithSubstitutedVariables(
    _folder: WorkspaceFolder | undefined,
    configuration: DebugConfiguration,
  ): Promise<DebugConfiguration | undefined> {
    const checked = checkShape(launchArguments, configuration);
    if (!checked.ok) {
      tellError(`The launch configuration "${configuration.name}": ${checked.what}.`);
      return undefined;
    }
    const path = dumpNamedIn(checked.value);
    if (path === undefined) return configuration;
    try {
      const { kind } = await this.analyzer.request("dump/identify", { path });
      if (kind !== "core") return configuration;
      const options = coreOptionsOf(checked.value);
      const { analyzer, memory } = this;
      const choice = await chooseProgram({ analyzer, memory, core: path, options });
      const printerFiles = options.printerFiles ?? (await printerFilesOfWorkspace());
      return choice && { ...configuration, core: path, ...choice, printerFiles };
    } catch (error) {
      tellError(error);
      return undefined;
    }
  }
}

/** How a team wants its values shown: rules in a file of the workspace, once it is trusted. */
async function printerFilesOfWorkspace(): Promise<string[]> {
  if (!workspace.isTrusted) return [];
  const files = (workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === "file")
    .map(({ uri }) => Uri.joinPath(uri, ".vscode", "exhume-printers.json"));
  const there = await Promise.all(
    files.map((file) =>
      workspace.fs.stat(file).then(
        () => true,
        () => false,
      ),
    ),
  );
  return files.filter((_, index) => there[index]).map(({ fsPath }) => fsPath);
}

/** Routes messages between VS Code's debug sessions and their adapters in the analyzer. */
class DebugTunnels implements DebugAdapterDescriptorFactory {
  private readonly store = new DisposableStore();
  private readonly adapters = new Map<string, TunnelAdapter>();
  private readonly listening = new WeakSet<LanguageClient>();

  constructor(private readonly analyzer: AnalyzerClient) {
    this.store.add(
      analyzer.onLost(({ reason }) => {
        for (const adapter of this.adapters.values()) adapter.lose(reason);
        this.adapters.clear();
      }),
    );
  }

  async createDebugAdapterDescriptor(): Promise<DebugAdapterDescriptor> {
    const client = await this.analyzer.start();
    if (!this.listening.has(client)) {
      this.listening.add(client);
      client.onNotification(methodPrefix + debugMessageName, ({ tunnel, message }: DebugMessage) =>
        this.adapters.get(tunnel)?.receive(message as DebugProtocolMessage),
      );
    }
    const { tunnel } = await this.analyzer.request("debug/start", {});
    const adapter = new TunnelAdapter(
      (message) =>
        void client.sendNotification(methodPrefix + debugMessageName, {
          tunnel,
          message,
        } satisfies DebugMessage),
      () => this.end(tunnel),
    );
    this.adapters.set(tunnel, adapter);
    return new DebugAdapterInlineImplementation(adapter);
  }

  dispose(): void {
    this.store.dispose();
  }

  private end(tunnel: string): void {
    if (!this.adapters.delete(tunnel)) return;
    // An analyzer that is gone has ended the session with itself.
    this.analyzer.request("debug/stop", { tunnel }).catch(() => undefined);
  }
}

class TunnelAdapter implements DebugAdapter {
  private readonly sent = new EventEmitter<DebugProtocolMessage>();
  readonly onDidSendMessage = this.sent.event;

  constructor(
    private readonly post: (message: DebugProtocolMessage) => void,
    private readonly end: () => void,
  ) {}

  handleMessage(message: DebugProtocolMessage): void {
    this.post(message);
  }

  receive(message: DebugProtocolMessage): void {
    this.sent.fire(message);
  }

  /** Ends the session in VS Code when nobody is left to answer. */
  lose(reason: string): void {
    const output = `The analyzer process ended: ${reason}.\n`;
    const events = [
      { event: "output", body: { category: "stderr", output } },
      { event: "terminated", body: {} },
    ];
    for (const event of events) this.receive({ type: "event", seq: 0, ...event } as DebugProtocolMessage);
  }

  dispose(): void {
    this.end();
    this.sent.dispose();
  }
}
