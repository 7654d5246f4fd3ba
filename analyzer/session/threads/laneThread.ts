import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { ExhumeError } from "../../base/errors";
import { CancelFlag } from "../../base/work";
import type { DumpLane } from "./dumpLane";
import { endOfThread } from "./endOfThread";
import type { FromWorker, ToWorker } from "./workerMessages";

/** How long a thread may go on with a question nobody wants any more, in milliseconds. */
const cancelGrace = 1000;

/** How a thread that had to be ended begins anew. */
export interface Restart<Told> {
  /** The message that gives a new thread what it is about; undefined while there is nothing to give. */
  readonly attach: () => Told | undefined;
  readonly onRestart: () => void;
}

/** Which program a thread runs, and whether the process may end while it lives. */
export interface LaneProgram {
  readonly script: string;
  readonly mayBeLeft: boolean;
}

const dumpProgram: LaneProgram = { script: "dumpWorker.js", mayBeLeft: false };

interface Pending {
  readonly message: Extract<ToWorker, { type: "ask" }>;
  readonly settle: (message: Extract<FromWorker, { type: "answer" | "refusal" }>) => void;
  readonly reject: (error: ExhumeError) => void;
}

/**
 * One worker thread of a dump. Every question gets exactly one answer: the thread's, a cancellation at once when
 * the signal fires, or `analyzerLost` when the thread ends. A thread that goes on with a cancelled question is ended;
 * a new one takes over the dump and the questions that wait.
 */
export class LaneThread<Told extends object = ToWorker> implements Omit<DumpLane, "post"> {
  /** Set to stop the build this thread was told to do. */
  readonly buildCancel = new CancelFlag();
  private worker: Worker;
  private readonly pending = new Map<number, Pending>();
  /** Questions the thread has not answered, in the order asked. */
  private readonly unanswered = new Map<number, { isCancelled: boolean }>();
  private watch: NodeJS.Timeout | undefined;
  private watchedId: number | undefined;
  private nextId = 1;
  private endedBecause: string | undefined;

  constructor(
    private readonly workerFolder: string,
    private readonly onMessage: (message: FromWorker) => void,
    private readonly onLost: (reason: string) => void,
    private readonly again?: Restart<Told>,
    private readonly program: LaneProgram = dumpProgram,
  ) {
    this.worker = this.start();
  }

  private start(): Worker {
    const worker = startedWorker(join(this.workerFolder, this.program.script));
    if (this.program.mayBeLeft) worker.unref();
    worker.on("message", (message: FromWorker) => {
      if (worker !== this.worker) return;
      if (message.type === "answer" || message.type === "refusal") this.settle(message);
      else this.onMessage(message);
    });
    let reason = "its thread stopped";
    worker.on("error", (error) => {
      reason = endOfThread(error);
    });
    worker.on("exit", () => {
      if (worker !== this.worker) return;
      clearTimeout(this.watch);
      this.endedBecause = reason;
      for (const pending of this.pending.values()) pending.reject(this.lost());
      this.pending.clear();
      this.onLost(reason);
    });
    return worker;
  }

  post(message: Told): void {
    this.worker.postMessage(message);
  }

  /** @throws ExhumeError */
  ask(method: string, params: unknown, signal?: AbortSignal): Promise<unknown> {
    if (this.endedBecause !== undefined) return Promise.reject(this.lost());
    const id = this.nextId++;
    const flag = new CancelFlag();
    return new Promise((resolve, reject) => {
      const cancel = () => {
        flag.cancel();
        this.pending.delete(id);
        const asked = this.unanswered.get(id);
        if (asked !== undefined) asked.isCancelled = true;
        this.watchCancelled();
        reject(new ExhumeError({ code: "cancelled" }));
      };
      if (signal?.aborted) return cancel();
      signal?.addEventListener("abort", cancel, { once: true });
      const message = { type: "ask", id, method, params, cancel: flag.shared } as const;
      this.unanswered.set(id, { isCancelled: false });
      this.pending.set(id, {
        message,
        settle: (message) => {
          signal?.removeEventListener("abort", cancel);
          if (message.type === "answer") resolve(message.result);
          else reject(new ExhumeError(message.fault));
        },
        reject,
      });
      this.worker.postMessage(message);
    });
  }

  /** Ends the thread, wherever it is. */
  async end(): Promise<void> {
    clearTimeout(this.watch);
    await this.worker.terminate();
  }

  private settle(message: Extract<FromWorker, { type: "answer" | "refusal" }>): void {
    const pending = this.pending.get(message.id);
    this.pending.delete(message.id);
    this.unanswered.delete(message.id);
    this.watchCancelled();
    pending?.settle(message);
  }

  /** Looks again after a while whether the question the thread is at is one that was cancelled. */
  private watchCancelled(): void {
    // What was asked first runs first: a cancelled question behind one that is wanted has to wait for it.
    const [first] = this.unanswered;
    const stuckAt = first?.[1].isCancelled === true && this.again !== undefined ? first[0] : undefined;
    if (stuckAt === this.watchedId) return;
    clearTimeout(this.watch);
    this.watchedId = stuckAt;
    if (stuckAt === undefined) return;
    this.watch = setTimeout(() => this.restart(), cancelGrace);
    this.watch.unref();
  }

  private restart(): void {
    const attach = this.again?.attach();
    if (attach === undefined || this.endedBecause !== undefined) return;
    const stuck = this.worker;
    this.worker = this.start();
    void stuck.terminate();
    this.unanswered.clear();
    this.watchedId = undefined;
    this.post(attach);
    for (const [id, { message }] of this.pending) {
      this.unanswered.set(id, { isCancelled: false });
      this.worker.postMessage(message);
    }
    this.again?.onRestart();
  }

  private lost(): ExhumeError {
    return new ExhumeError({ code: "analyzerLost", reason: this.endedBecause ?? "its thread stopped" });
  }
}

/** @throws ExhumeError `analyzerLost` where the system has no room for another thread */
function startedWorker(script: string): Worker {
  try {
    return new Worker(script);
  } catch (error) {
    throw new ExhumeError({
      code: "analyzerLost",
      reason: `its thread could not start (${(error as Error).message})`,
    });
  }
}
