import { stat } from "node:fs/promises";
import { basename } from "node:path";
import {
  type CancellationToken,
  type CustomDocument,
  Disposable,
  type Event,
  EventEmitter,
  type Memento,
  RelativePattern,
  Uri,
  workspace,
} from "vscode";
import type { Capability } from "../analyzer/protocol/capabilities";
import type { DumpKind, DumpState, OpenResult } from "../analyzer/protocol/dump/open";
import type { Method, ParamsOf, ResultOf } from "../analyzer/protocol/requests";
import type { DocumentFacts, DocumentState } from "../analyzer/protocol/view/hostMessages";
import type { DumpId, WireFault } from "../analyzer/protocol/wire";
import { type AnalyzerClient, AnalyzerError, type AnalyzerLoss } from "./analyzerClient";
import { coreOptionsWith, rememberChoice, rememberedChoice } from "./coreProgram";
import { tellWarning } from "./dialogs";
import { DisposableStore } from "./disposable";
import { openUnlocked } from "./encryption";
import { dumpFileOf, isHeapOfCore } from "./heapOfCoreUri";
import type { Log } from "./log";
import { choicesIn, chooseDumpIn, type PickedDump, undecided } from "./severalDumps";

/** A dump that kills the analyzer again this soon is not opened a third time unasked. */
const restartPause = 60_000;

/**
 * One open dump: a use of the analyzer's session for the file, given back on dispose. Survives the analyzer: when
 * that dies, the dump is opened again.
 */
export class DumpDocument implements CustomDocument {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new EventEmitter<DocumentFacts>());
  private readonly notesWritten = this.store.add(new EventEmitter<void>());
  private opening: Promise<DumpId>;
  private dump: DumpId | undefined;
  private kind: DumpKind = "unknown";
  private capabilities: readonly Capability[] = [];
  private format = "";
  private isEncrypted = false;
  private bytes = 0;
  private state: DocumentState = { state: "opening" };
  private restartedAfter: string | undefined;
  private isChanged = false;
  /** What the file was like when it was opened. */
  private version: FileVersion | undefined;
  private lastLoss = 0;
  private choice: PickedDump = undecided;
  private disposed = false;

  readonly onChanged: Event<DocumentFacts> = this.changed.event;
  readonly onNotesWritten: Event<void> = this.notesWritten.event;

  /** Where the dump is. */
  readonly file: Uri;

  /** @param uri of the editor */
  constructor(
    readonly uri: Uri,
    private readonly analyzer: AnalyzerClient,
    private readonly log: Log,
    /** Where what was chosen for cores is remembered. */
    private readonly memory: Memento,
    private readonly onClosed: () => void,
  ) {
    this.file = dumpFileOf(uri);
    this.store.add(
      analyzer.onStateChanged(({ dump, state }) => {
        if (dump === this.dump) this.setState(state);
      }),
    );
    this.store.add(this.watchFile());
    this.store.add(analyzer.onLost((loss) => this.onAnalyzerLost(loss)));
    this.opening = this.open();
  }

  get facts(): DocumentFacts {
    return {
      path: this.file.fsPath,
      name: isHeapOfCore(this.uri)
        ? `Java heap of ${basename(this.file.fsPath)}`
        : basename(this.file.fsPath),
      kind: this.kind,
      capabilities: this.capabilities,
      format: this.format,
      isEncrypted: this.isEncrypted,
      bytes: this.bytes,
      state: this.state,
      ...(this.restartedAfter === undefined ? {} : { restartedAfter: this.restartedAfter }),
      ...(this.isChanged ? { isChanged: true } : {}),
    };
  }

  /** Asks the analyzer about this dump; `dump` is filled in here. @throws AnalyzerError */
  async ask<M extends Method>(
    method: M,
    params: Omit<ParamsOf<M>, "dump">,
    token?: CancellationToken,
  ): Promise<ResultOf<M>> {
    const dump = await this.opening;
    try {
      const answer = await this.analyzer.request(method, fillIn(params, dump) as ParamsOf<M>, token);
      if (method === "notes/write") this.notesWritten.fire();
      return answer;
    } catch (thrown) {
      const { code, data } = faultOf(thrown);
      if (code === "changedOnDisk" && data["file"] === this.file.fsPath && dump === this.dump)
        this.noteChange();
      throw thrown;
    }
  }

  /** Resolves once everything can be asked. @throws AnalyzerError */
  async ready(): Promise<void> {
    await this.ask("dump/ready", {});
  }

  async stopIndexing(): Promise<void> {
    await this.ask("dump/cancel", {});
  }

  /** Starts over after a failure. */
  async reopen(): Promise<void> {
    await this.close();
    this.restartedAfter = undefined;
    this.isChanged = false;
    this.opening = this.open();
    await this.opening.catch(() => undefined);
  }

  dispose(): void {
    this.disposed = true;
    void this.close();
    this.store.dispose();
    this.onClosed();
  }

  private open(): Promise<DumpId> {
    this.setState({ state: "opening" });
    const opening = this.openNow();
    // The failure is part of the facts; whoever asks meets it again.
    opening.catch((thrown) => this.setState({ state: "failed", fault: faultOf(thrown) }));
    return opening;
  }

  private async openNow(): Promise<DumpId> {
    const path = this.file.fsPath;
    this.version = await versionOf(path);
    this.bytes = this.version?.bytes ?? 0;
    const heapOfCore = isHeapOfCore(this.uri) ? { heapOfCore: true } : {};
    const opened = await this.openWithItsFiles(path, { ...this.choice, ...heapOfCore });
    const { dump, kind, capabilities, format, isEncrypted } = opened;
    this.isEncrypted = isEncrypted;
    this.kind = kind;
    this.capabilities = capabilities;
    this.format = format;
    this.dump = dump;
    this.log.info(`Opened ${path} (${kind}) as ${dump}`);
    if (this.disposed) await this.close();
    else this.setState(await this.analyzer.request("dump/state", { dump }));
    return dump;
  }

  /** A core with the files that were chosen for it. When they are refused by now, the core is opened without. */
  private async openWithItsFiles(path: string, choice: PickedDump): Promise<OpenResult> {
    const chosen = rememberedChoice(this.memory, path);
    if (Object.keys(chosen).length === 0) return openUnlocked(this.analyzer, path, choice);
    let opened: OpenResult | undefined;
    try {
      const core = coreOptionsWith({}, chosen);
      opened = await openUnlocked(this.analyzer, path, { ...choice, core });
      await this.analyzer.request("dump/ready", { dump: opened.dump });
      return opened;
    } catch (thrown) {
      if (opened !== undefined) await this.analyzer.request("dump/close", { dump: opened.dump });
      if (!["refused", "unreadable"].includes(faultOf(thrown).code)) throw thrown;
      await rememberChoice(this.memory, path, {});
      void tellWarning(`${faultOf(thrown).message} ${basename(path)} is opened without it.`);
      return openUnlocked(this.analyzer, path, choice);
    }
  }

  /** Views say so before anybody asks them for more. */
  private watchFile(): Disposable {
    const { file } = this;
    // A name may have what a pattern takes for something else.
    const pattern = new RelativePattern(Uri.joinPath(file, ".."), "*");
    const watcher = workspace.createFileSystemWatcher(pattern, false, false, true);
    const look = async (seen: Uri): Promise<void> => {
      if (seen.fsPath !== file.fsPath || this.dump === undefined) return;
      const now = await versionOf(file.fsPath);
      if (now !== undefined && JSON.stringify(now) !== JSON.stringify(this.version)) this.noteChange();
    };
    return Disposable.from(watcher, watcher.onDidChange(look), watcher.onDidCreate(look));
  }

  private noteChange(): void {
    if (this.isChanged || this.disposed) return;
    this.isChanged = true;
    this.changed.fire(this.facts);
  }

  private async close(): Promise<void> {
    const { dump } = this;
    this.dump = undefined;
    if (dump === undefined) return;
    await this.analyzer
      .request("dump/close", { dump })
      .catch((error) => this.log.warn(`Closing ${dump}: ${error.message}`));
  }

  private onAnalyzerLost({ reason, asked }: AnalyzerLoss): void {
    if (this.disposed) return;
    const again = !asked && Date.now() - this.lastLoss < restartPause;
    if (!asked) this.lastLoss = Date.now();
    this.dump = undefined;
    this.restartedAfter = again || asked ? undefined : reason;
    if (again) {
      const fault = {
        code: "analyzerLost",
        message: `The analyzer process ended: ${reason}.`,
        data: { reason },
      };
      this.opening = Promise.reject(new AnalyzerError(fault));
      this.opening.catch(() => undefined);
      this.setState({ state: "failed", fault });
      return;
    }
    this.opening = this.open();
  }

  private setState(state: DocumentState | DumpState): void {
    this.state = state;
    if (this.disposed) return;
    this.changed.fire(this.facts);
    if (state.state === "failed") void this.askWhichDump(state.fault);
  }

  private async askWhichDump(fault: WireFault): Promise<void> {
    const choices = choicesIn(fault);
    const choice =
      choices === undefined ? undefined : await chooseDumpIn(basename(this.file.fsPath), choices);
    if (choice === undefined || this.disposed) return;
    this.choice = choice;
    await this.reopen();
  }
}

interface FileVersion {
  readonly bytes: number;
  readonly modifiedMs: number;
  readonly inode: number;
}

async function versionOf(path: string): Promise<FileVersion | undefined> {
  try {
    const { size, mtimeMs, ino } = await stat(path);
    return { bytes: size, modifiedMs: mtimeMs, inode: ino };
  } catch {
    return undefined;
  }
}

/** Views do not know ids of dumps: they leave `dump` out, and write "this" in a list of several. */
function fillIn(params: object, dump: DumpId): object {
  const { dumps } = params as { readonly dumps?: readonly string[] };
  if (dumps === undefined) return { ...params, dump };
  return { ...params, dumps: dumps.map((each) => (each === "this" ? dump : each)) };
}

function faultOf(thrown: unknown): WireFault {
  if (thrown instanceof AnalyzerError) return thrown.fault;
  return { code: "internal", message: thrown instanceof Error ? thrown.message : String(thrown), data: {} };
}
