import type { CancellationToken } from "vscode";
import { CancellationTokenSource, commands, env, Uri, type Webview, window, workspace } from "vscode";
import { fileNameOf } from "../analyzer/base/pathNames";
import { checkShape } from "../analyzer/protocol/shapes";
import { viewMessage } from "../analyzer/protocol/view/hostCalls";
import type { HostToView, ViewAct } from "../analyzer/protocol/view/hostMessages";
import type { Navigation } from "../analyzer/protocol/view/navigation";
import type { WireFault } from "../analyzer/protocol/wire";
import { AnalyzerError } from "./analyzerClient";
import { commitsBetweenBuilds } from "./buildHistory";
import { DisposableStore } from "./disposable";
import type { DumpDocument } from "./dumpDocument";
import { linkTo } from "./links";
import type { ListedDumps } from "./listedDumps";
import type { Log } from "./log";
import type { SourceNavigator } from "./navigation";
import { retention } from "./policy";
import type { QueryHistory } from "./queryHistory";
import { answerCall, type HostHandlers } from "./viewCalls";

/** Paths of the dumps a comparison or a triage was over, besides the editor's own. */
export interface SeveralDumps {
  readonly others?: readonly string[];
  readonly triagePaths?: readonly string[];
}

export interface ViewHostInputs {
  readonly sources: SourceNavigator;
  readonly listed: ListedDumps;
  readonly queries: QueryHistory;
  readonly log: Log;
}

/** Answers one webview's calls and tells it what happens to its dump. Every call gets an answer. */
export class ViewHost {
  private readonly store = new DisposableStore();
  private readonly underway = new Map<number, CancellationTokenSource>();
  private readonly handlers: HostHandlers<CancellationToken>;
  private greeted = false;
  private wanted: Navigation | undefined;
  private several: SeveralDumps = {};

  constructor(
    readonly document: DumpDocument,
    private readonly webview: Webview,
    private readonly inputs: ViewHostInputs,
  ) {
    this.handlers = this.makeHandlers(inputs);
    this.store.add(webview.onDidReceiveMessage((message: unknown) => this.receive(message)));
    this.store.add(document.onChanged((facts) => this.post({ type: "facts", facts })));
    this.store.add(document.onNotesWritten(() => this.post({ type: "notesChanged" })));
  }

  /** Sends the reader somewhere, at once or as soon as the webview is there. */
  goTo(navigation: Navigation): void {
    if (this.greeted) this.post({ type: "navigate", navigation });
    else this.wanted = navigation;
  }

  /** Does in the webview what a key or a command asks for; nothing while it is not there. */
  act(act: ViewAct): void {
    if (this.greeted) this.post({ type: "act", act });
  }

  /** The webview will start anew and greet: until then nothing that is sent to it arrives. */
  awaitGreeting(): void {
    this.greeted = false;
  }

  /** What the views last asked over this and other dumps: an exported investigation has it too. */
  get overSeveralDumps(): SeveralDumps {
    return this.several;
  }

  private noteSeveralDumps(method: string, params: unknown): void {
    const { others, paths } = (params ?? {}) as { others?: readonly string[]; paths?: readonly string[] };
    if (method === "heap/compareWith" && others !== undefined) this.several = { ...this.several, others };
    if (method === "triage/verdict") this.several = { ...this.several, triagePaths: paths ?? [] };
  }

  dispose(): void {
    for (const source of this.underway.values()) source.cancel();
    this.store.dispose();
  }

  private receive(sent: unknown): void {
    const checked = checkShape(viewMessage, sent);
    if (!checked.ok) {
      this.inputs.log.warn(`A message of a view was not understood: ${checked.what}`);
      return;
    }
    const message = checked.value;
    if (message.type === "abandon") {
      this.underway.get(message.id)?.cancel();
      return;
    }
    const source = new CancellationTokenSource();
    this.underway.set(message.id, source);
    void this.answer(message.id, message.name, message.params, source.token).finally(() => {
      this.underway.delete(message.id);
      source.dispose();
    });
  }

  private async answer(id: number, name: string, params: unknown, token: CancellationToken): Promise<void> {
    try {
      const result = await answerCall(this.handlers, name, params, token);
      this.post({ type: "answer", id, result });
    } catch (thrown) {
      const fault = faultOf(thrown);
      if (fault.code !== "cancelled") this.inputs.log.warn(`${name} failed: ${fault.code}`);
      this.post({ type: "fault", id, fault });
    }
  }

  private makeHandlers({ sources, listed, queries }: ViewHostInputs): HostHandlers<CancellationToken> {
    const { document } = this;
    return {
      hello: async () => {
        this.greeted = true;
        const navigation = this.wanted;
        this.wanted = undefined;
        return { facts: document.facts, ...(navigation === undefined ? {} : { navigation }) };
      },
      ask: ({ method, params }, token) => {
        this.noteSeveralDumps(method, params);
        return document.ask(method, (params ?? {}) as never, token);
      },
      openSource: async (target) => ({ opened: await sources.open(target) }),
      commitsBetween: async ({ file, member, from, to }) =>
        (await commitsBetweenBuilds(Uri.file(file), member, from, to)) ?? null,
      earlierDumps: async () => ({
        paths: (await listed.earlierThan(document.file.fsPath)).map(({ path }) => path),
      }),
      copyText: async ({ text }) => {
        await env.clipboard.writeText(text);
        return null;
      },
      copyLink: async (place) => {
        await env.clipboard.writeText(linkTo(document.uri, place));
        return null;
      },
      saveAs: async ({ suggestedName, text }) => ({
        saved: await saveText(document.file, suggestedName, text),
      }),
      stopIndexing: async () => {
        await document.stopIndexing();
        return null;
      },
      reopen: async () => {
        await document.reopen();
        return null;
      },
      openHeapOfCore: async () => {
        await commands.executeCommand("exhume.openHeapOfCore", document.file);
        return null;
      },
      provideModule: async ({ path, how }) => ({
        provided: await commands.executeCommand<boolean>("exhume.provideModule", document.file, path, how),
      }),
      pickHeapDumps: async () => commands.executeCommand("exhume.pickHeapDumps"),
      pickTriageInputs: async () => commands.executeCommand("exhume.pickTriageInputs"),
      writeNote: async ({ id, title, place }) =>
        (await commands.executeCommand<string | undefined>("exhume.writeNote", id, title, place)) ?? null,
      queryHistory: async () => ({ queries: queries.list(retention().days) }),
      noteQuery: async ({ text }) => {
        if (!document.facts.isEncrypted) await queries.note(text, document.file.fsPath);
        return null;
      },
      clearQueryHistory: async () => {
        await queries.clear();
        return null;
      },
      whoWrote: async ({ file, line }) => commands.executeCommand("exhume.whoWrote", file, line),
    };
  }

  private post(message: HostToView): void {
    void this.webview.postMessage(message);
  }
}

async function saveText(dump: Uri, suggestedName: string, text: string): Promise<boolean> {
  // A name only: not a way to another folder.
  const name = fileNameOf(suggestedName);
  const target = await window.showSaveDialog({ defaultUri: Uri.joinPath(dump, "..", name) });
  if (target === undefined) return false;
  await workspace.fs.writeFile(target, Buffer.from(text, "utf8"));
  return true;
}

function faultOf(thrown: unknown): WireFault {
  if (thrown instanceof AnalyzerError) return thrown.fault;
  return { code: "internal", message: thrown instanceof Error ? thrown.message : String(thrown), data: {} };
}
