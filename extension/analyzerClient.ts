import { type CancellationToken, type Event, EventEmitter } from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  ResponseError,
} from "vscode-languageclient/node";
import type { DumpProgress, DumpStateChanged } from "../analyzer/protocol/dump/open";
import { type Method, methodPrefix, type ParamsOf, type ResultOf } from "../analyzer/protocol/requests";
import type { WireFault } from "../analyzer/protocol/wire";
import { type AnalyzerLaunch, endOf, startAnalyzerProcess } from "./analyzerProcess";
import { DisposableStore } from "./disposable";
import type { Log } from "./log";

/** A request the analyzer answered with a fault, or could not answer because it is gone. */
export class AnalyzerError extends Error {
  constructor(readonly fault: WireFault) {
    super(fault.message);
    this.name = "AnalyzerError";
  }
}

/** One life of the analyzer process. */
interface Life {
  readonly client: LanguageClient;
  readonly pid: number | undefined;
  /** Rejects with `analyzerLost` when this life ends; never resolves. */
  readonly lost: Promise<never>;
}

/** The end of a life nobody foresaw, or that the user asked for. */
export interface AnalyzerLoss {
  readonly reason: string;
  /** By *Restart Analyzer*: nothing is wrong with the dumps that were open. */
  readonly asked: boolean;
}

export interface AnalyzerClientOptions {
  readonly launch: () => AnalyzerLaunch;
  readonly clientOptions: LanguageClientOptions;
  readonly log: Log;
  /** Called when the process has started, and again with each later one. */
  readonly onStarted?: (client: LanguageClient) => void;
}

/**
 * The analyzer as seen from the extension: a language server in a process of its own, started with the first
 * request and started again by the first request after it died.
 */
export class AnalyzerClient {
  private readonly store = new DisposableStore();
  private readonly stateChanged = this.store.add(new EventEmitter<DumpStateChanged>());
  private readonly progress = this.store.add(new EventEmitter<DumpProgress>());
  private readonly lost = this.store.add(new EventEmitter<AnalyzerLoss>());
  private life: Promise<Life> | undefined;
  private stopping = false;
  private restarting = false;

  readonly onStateChanged: Event<DumpStateChanged> = this.stateChanged.event;
  /** Fires while a long question is answered or a copy written. */
  readonly onProgress: Event<DumpProgress> = this.progress.event;
  /** Fires when the process ended before the extension did. */
  readonly onLost: Event<AnalyzerLoss> = this.lost.event;

  constructor(private readonly options: AnalyzerClientOptions) {}

  /** Sends one request. @throws AnalyzerError */
  async request<M extends Method>(
    method: M,
    params: ParamsOf<M>,
    token?: CancellationToken,
  ): Promise<ResultOf<M>> {
    const { client, lost } = await this.ensureLife();
    try {
      const answer =
        token === undefined
          ? // A trailing undefined would travel as a second positional parameter.
            client.sendRequest<ResultOf<M>>(methodPrefix + method, params)
          : client.sendRequest<ResultOf<M>>(methodPrefix + method, params, token);
      return await Promise.race([answer, lost]);
    } catch (thrown) {
      throw new AnalyzerError(faultOf(thrown, token));
    }
  }

  /** Starts the analyzer if it is not running, e.g. for code lenses before any dump is open. */
  async start(): Promise<LanguageClient> {
    return (await this.ensureLife()).client;
  }

  /** Process id of the running analyzer. */
  async pid(): Promise<number | undefined> {
    return (await this.ensureLife()).pid;
  }

  async restart(): Promise<void> {
    const life = await this.life?.catch(() => undefined);
    if (life?.pid === undefined) return;
    this.restarting = true;
    process.kill(life.pid);
    await life.lost.catch(() => undefined);
  }

  async dispose(): Promise<void> {
    this.stopping = true;
    const life = await this.life?.catch(() => undefined);
    await life?.client.stop(2000).catch((error) => this.options.log.warn(`Stopping the analyzer: ${error}`));
    this.store.dispose();
  }

  private ensureLife(): Promise<Life> {
    this.life ??= this.begin().catch((error) => {
      this.life = undefined;
      throw new AnalyzerError(faultOf(error));
    });
    return this.life;
  }

  private async begin(): Promise<Life> {
    const { log } = this.options;
    const launch = this.options.launch();
    const child = startAnalyzerProcess(launch);
    log.info(
      `Starting the analyzer (${launch.nodePath ?? "VS Code's own Node"}), process ${child.pid ?? "?"}`,
    );
    const client = new LanguageClient("exhume", "Exhume", () => Promise.resolve(child), {
      ...this.options.clientOptions,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
      },
    });
    const lost = endOf(child).then((reason): never => {
      this.life = undefined;
      const asked = this.restarting;
      this.restarting = false;
      if (!this.stopping) {
        if (asked) log.info("The analyzer is started again as asked");
        else log.error(`The analyzer is gone: ${reason}`);
        this.lost.fire({ reason, asked });
      }
      throw new AnalyzerError({
        code: "analyzerLost",
        message: `The analyzer process ended: ${reason}.`,
        data: { reason },
      });
    });
    // Nobody may be waiting for an answer when it dies.
    lost.catch(() => undefined);
    await Promise.race([client.start(), lost]);
    client.onNotification(`${methodPrefix}dump/progress`, (event: DumpProgress) => this.progress.fire(event));
    client.onNotification(`${methodPrefix}dump/stateChanged`, (event: DumpStateChanged) =>
      this.stateChanged.fire(event),
    );
    this.options.onStarted?.(client);
    return { client, pid: child.pid, lost };
  }
}

function faultOf(thrown: unknown, token?: CancellationToken): WireFault {
  if (thrown instanceof AnalyzerError) return thrown.fault;
  if (token?.isCancellationRequested) return { code: "cancelled", message: "Cancelled.", data: {} };
  if (thrown instanceof ResponseError && isFault(thrown.data)) return thrown.data;
  return { code: "internal", message: thrown instanceof Error ? thrown.message : String(thrown), data: {} };
}

function isFault(data: unknown): data is WireFault {
  return typeof data === "object" && data !== null && "code" in data && "message" in data;
}
