import { ExhumeError, type Fault } from "../base/errors";
import { ProblemList } from "../base/problems";
import type { DumpKind, DumpState, OpenOptions } from "../protocol/dump/open";
import type { Method, ResultOf } from "../protocol/requests";
import type { DumpId, WireProblem } from "../protocol/wire";
import { requireQuestion } from "./capabilities";
import type { DumpFormat } from "./dumpFormat";
import { notesKeyOf } from "./encryption/keptKeys";
import { assertUnchanged, watchFile } from "./files/fileIdentity";
import { FileSource } from "./files/fileSource";
import type { Wrapping } from "./files/packing";
import { OpeningProgress } from "./openingProgress";
import { type AskParams, keptQuestion } from "./room";
import { SharedAnswers } from "./sharedAnswers";
import type { DumpLane, StartDumpLane } from "./threads/dumpLane";
import { LaneThread } from "./threads/laneThread";
import type { Built, FromWorker } from "./threads/workerMessages";
import { flatten, wireProblemOf } from "./wireFaults";

export interface SessionInputs {
  readonly id: DumpId;
  readonly path: string;
  readonly format: DumpFormat;
  readonly wrapping: Wrapping;
  /** Further dumps of the same archive, as far as they are known. */
  readonly others: readonly string[];
  readonly options: OpenOptions;
  /** Folder with `dumpWorker.js` and the other bundles. */
  readonly workerFolder: string;
  /** With one, quick questions wait for long ones. */
  readonly lanes: 1 | 2;
  /** Starts a lane that is not a thread; without it each is one. */
  readonly startLane?: StartDumpLane | undefined;
  readonly onState: (state: DumpState) => void;
  /** Told of long questions how far they are. */
  readonly onProgress: (step: string, fraction: number) => void;
}

/**
 * One open dump: its threads over the same shared memory (see `room.ts`), the state they are in, and what was
 * learned early. Holds no dump data itself.
 */
export class DumpSession {
  readonly id: DumpId;
  readonly path: string;
  readonly format: DumpFormat;
  readonly byteLength: number;
  private readonly file: FileSource;
  private readonly long: DumpLane;
  private quick: DumpLane | undefined;
  private built: Built | undefined;
  private early: { readonly value: unknown } | undefined;
  private currentState: DumpState = { state: "indexing", step: "Opening", fraction: 0 };
  private readonly waiting: (() => void)[] = [];
  private disposed = false;
  private readonly opening = new OpeningProgress(() => performance.now());
  private readonly shared = new SharedAnswers();
  private readonly ownProblems = new ProblemList();

  constructor(private readonly inputs: SessionInputs) {
    this.id = inputs.id;
    this.path = inputs.path;
    this.format = inputs.format;
    this.file = FileSource.open(inputs.path);
    this.byteLength = this.file.byteLength;
    this.long = this.startLane();
    this.long.post({
      type: "build",
      formatId: this.format.id,
      file: this.file.share(),
      path: this.path,
      watched: watchFile(inputs.path, this.file),
      wrapping: inputs.wrapping,
      others: inputs.others,
      options: inputs.options,
      workerFolder: inputs.workerFolder,
      cancel: this.long.buildCancel.shared,
    });
  }

  /** Where its index and notes are kept; undefined for the user's cache folder. */
  get indexDirectory(): string | undefined {
    return this.inputs.options.indexDirectory;
  }

  /** Whether it is the Java heap of a core. */
  get heapOfCore(): boolean {
    return this.inputs.options.heapOfCore === true;
  }

  get isEncrypted(): boolean {
    return this.wrapping.fileKey !== undefined;
  }

  /** Opens the notes on an encrypted dump, from which its own key cannot be told. */
  get notesKey(): Uint8Array | undefined {
    return notesKeyOf(this.wrapping.fileKey);
  }

  get wrapping(): Wrapping {
    return this.inputs.wrapping;
  }

  get kind(): DumpKind {
    return this.format.kind;
  }

  get state(): DumpState {
    return this.currentState;
  }

  /** A failed session cannot recover: opening the file again makes a new one. */
  get isUsable(): boolean {
    return !this.disposed && this.currentState.state !== "failed";
  }

  /** @throws ExhumeError with the reason when the dump cannot be indexed. */
  async ready(): Promise<void> {
    while (this.currentState.state === "indexing") await this.nextChange();
    if (this.currentState.state === "failed") throw this.failure();
  }

  /** Problems met so far while reading. */
  get problems(): readonly WireProblem[] {
    return [...(this.built?.problems ?? []), ...this.ownProblems.toArray()].map(wireProblemOf);
  }

  /**
   * Asks the dump a question. Before the dump is ready only questions that have an early answer come back at once;
   * the others wait. They are what is answered after the indexing was stopped, too.
   * @throws ExhumeError `unsupported` when dumps of its format do not have what is asked for;
   * @throws ExhumeError with the fault of the answer, `cancelled` at once when the signal fires.
   */
  async ask<M extends Method>(method: M, params: AskParams<M>, signal?: AbortSignal): Promise<ResultOf<M>> {
    requireQuestion(this.format, method, this.path);
    if (this.currentState.state !== "ready") {
      const earlyAnswer = (await this.format.loadEarlyAnswers?.())?.[method];
      if (earlyAnswer !== undefined) {
        while (this.currentState.state === "indexing" && this.early === undefined)
          await this.nextChange(signal);
        if (this.answersEarly())
          return earlyAnswer(this.early!.value as never, params as never) as ResultOf<M>;
      }
    }
    while (this.currentState.state === "indexing") await this.nextChange(signal);
    if (this.currentState.state === "failed") throw this.failure();
    const { kept } = this.built!;
    const question = keptQuestion(kept.has(method) ? { isKept: true } : {}, method, params);
    if (question === undefined) return (await this.askLane(method, params, signal)) as ResultOf<M>;
    // What is known already is not asked of the thread, which would say that it is not true any more.
    if (this.built!.readsOn) assertUnchanged(this.built!.watched);
    const workOut = (stop: AbortSignal) => this.askLane(method, params, stop);
    return (await this.shared.ask(question, signal, workOut)) as ResultOf<M>;
  }

  /** While it is indexed, and after that was stopped. */
  private answersEarly(): boolean {
    const { currentState: state } = this;
    return state.state === "indexing" || (state.state === "failed" && state.early === true);
  }

  private askLane(method: string, params: unknown, signal: AbortSignal | undefined): Promise<unknown> {
    const { start = 0 } = params as { readonly start?: number };
    const isQuick = start <= (this.built!.quickUpTo.get(method) ?? -1);
    const lane = isQuick ? this.quickLane() : this.long;
    return lane.ask(method, params, signal);
  }

  /** Stops the indexing, and keeps what has an early answer; a dump that is ready stays so. */
  cancelIndexing(): void {
    if (this.currentState.state === "indexing") this.long.buildCancel.cancel();
  }

  async dispose(): Promise<void> {
    if (this.disposed) return;
    this.disposed = true;
    this.long.buildCancel.cancel();
    if (this.currentState.state === "indexing") this.fail({ code: "cancelled" });
    await Promise.all([this.long.end(), this.quick?.end()]);
    this.file.close();
  }

  private startLane(): DumpLane {
    const take = (message: FromWorker) => this.take(message);
    if (this.inputs.startLane !== undefined) return this.inputs.startLane(take);
    return new LaneThread(this.inputs.workerFolder, take, (reason) => this.lose(reason), {
      attach: () => (this.built === undefined ? undefined : { type: "attach", built: this.built }),
      onRestart: () => this.sayRestarted(),
    });
  }

  private quickLane(): DumpLane {
    if (this.inputs.lanes === 1) return this.long;
    if (this.quick === undefined) {
      this.quick = this.startLane();
      this.quick.post({ type: "attach", built: this.built! });
    }
    return this.quick;
  }

  private take(message: FromWorker): void {
    switch (message.type) {
      case "progress":
        if (this.currentState.state === "indexing") {
          const { early } = this.currentState;
          const opening = this.opening.take(message.step, message.fraction);
          this.become({ state: "indexing", ...opening, ...(early && { early }) });
        } else this.inputs.onProgress(message.step, message.fraction);
        break;
      case "early":
        this.early = { value: message.early };
        if (this.currentState.state === "indexing") this.become({ ...this.currentState, early: true });
        break;
      case "built":
        if (this.disposed) return;
        this.built = message.built;
        this.quickLane();
        this.become({ state: "ready" });
        break;
      case "failed":
        this.fail(message.fault);
        break;
      case "answer":
      case "refusal":
        // LaneThread settles these itself.
        break;
    }
  }

  private sayRestarted(): void {
    this.ownProblems.add({
      code: "thread-restarted",
      message:
        "A question went on after it was cancelled: its thread was ended, and another one has taken over the dump.",
      losesData: false,
    });
    this.inputs.onState(this.currentState);
  }

  private lose(reason: string): void {
    if (!this.disposed) this.fail({ code: "analyzerLost", reason });
  }

  private fail(fault: Fault): void {
    if (this.currentState.state === "failed") return;
    const isStopped = fault.code === "cancelled" && this.early !== undefined;
    this.become({ state: "failed", fault: flatten(fault), ...(isStopped && { early: true }) }, fault);
  }

  private fault: Fault | undefined;

  private failure(): ExhumeError {
    return new ExhumeError(this.fault ?? { code: "internal", message: "failed without a reason" });
  }

  private become(state: DumpState, fault?: Fault): void {
    this.currentState = state;
    this.fault = fault ?? this.fault;
    this.inputs.onState(state);
    for (const wake of this.waiting.splice(0)) wake();
  }

  private nextChange(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = () => reject(new ExhumeError({ code: "cancelled" }));
      if (signal?.aborted) return cancel();
      signal?.addEventListener("abort", cancel, { once: true });
      this.waiting.push(() => {
        signal?.removeEventListener("abort", cancel);
        resolve();
      });
    });
  }
}
