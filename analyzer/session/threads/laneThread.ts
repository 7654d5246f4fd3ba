import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { ExhumeError } from "../../base/errors";
import { CancelFlag } from "../../base/work";
import type { FromWorker, ToWorker } from "./workerMessages";

interface Pending {
  readonly settle: (message: Extract<FromWorker, { type: "answer" | "refusal" }>) => void;
  readonly reject: (error: ExhumeError) => void;
}

/**
 * One worker thread of a dump. Every question gets exactly one answer: the thread's, a cancellation at once when
 * the signal fires, or `analyzerLost` when the thread ends.
 */
export class LaneThread {
  /** Set to stop the build this thread was told to do. */
  readonly buildCancel = new CancelFlag();
  private readonly worker: Worker;
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;
  private endedBecause: string | undefined;

  constructor(
    workerFolder: string,
    onMessage: (message: FromWorker) => void,
    onLost: (reason: string) => void,
  ) {
    this.worker = new Worker(join(workerFolder, "dumpWorker.js"));
    this.worker.on("message", (message: FromWorker) => {
      if (message.type === "answer" || message.type === "refusal") this.settle(message);
      else onMessage(message);
    });
    let reason = "its thread stopped";
    this.worker.on("error", (error: Error & { code?: string }) => {
      reason = error.code === "ERR_WORKER_OUT_OF_MEMORY" ? "it ran out of memory" : error.message;
    });
    this.worker.on("exit", () => {
      this.endedBecause = reason;
      for (const pending of this.pending.values()) pending.reject(this.lost());
      this.pending.clear();
      onLost(reason);
    });
  }

  post(message: ToWorker): void {
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
        reject(new ExhumeError({ code: "cancelled" }));
      };
      if (signal?.aborted) return cancel();
      signal?.addEventListener("abort", cancel, { once: true });
      this.pending.set(id, {
        settle: (message) => {
          signal?.removeEventListener("abort", cancel);
          if (message.type === "answer") resolve(message.result);
          else reject(new ExhumeError(message.fault));
        },
        reject,
      });
      this.post({ type: "ask", id, method, params, cancel: flag.shared });
    });
  }

  /** Ends the thread, wherever it is. */
  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private settle(message: Extract<FromWorker, { type: "answer" | "refusal" }>): void {
    const pending = this.pending.get(message.id);
    this.pending.delete(message.id);
    pending?.settle(message);
  }

  private lost(): ExhumeError {
    return new ExhumeError({ code: "analyzerLost", reason: this.endedBecause ?? "its thread stopped" });
  }
}
