import { ExhumeError } from "../../base/errors";
import { CancelFlag } from "../../base/work";
import type { DumpLane } from "./dumpLane";
import { DumpWorker } from "./dumpWorker";
import type { FromWorker, ToWorker } from "./workerMessages";

/**
 * A lane in the thread that asks, for a process that has one question and nothing else to do meanwhile: a thread costs
 * more than reading a small dump. What is asked here cannot be cancelled while it runs.
 */
export class UnthreadedLane implements DumpLane {
  readonly buildCancel = new CancelFlag();
  private readonly worker: DumpWorker;
  private readonly pending = new Map<number, (answer: FromWorker) => void>();
  private nextId = 1;

  constructor(onMessage: (message: FromWorker) => void) {
    this.worker = new DumpWorker((message) => {
      if (message.type === "answer" || message.type === "refusal") this.pending.get(message.id)?.(message);
      else onMessage(message);
    });
  }

  post(message: ToWorker): void {
    // Whoever starts a lane may not have it yet.
    queueMicrotask(() => {
      if (!this.buildCancel.isCancelled) void this.worker.take(message);
    });
  }

  async ask(method: string, params: unknown, signal?: AbortSignal): Promise<unknown> {
    if (signal?.aborted) throw new ExhumeError({ code: "cancelled" });
    const flag = new CancelFlag();
    const cancel = () => flag.cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    const id = this.nextId++;
    let answer: FromWorker | undefined;
    this.pending.set(id, (given) => {
      answer = given;
    });
    try {
      await this.worker.take({ type: "ask", id, method, params, cancel: flag.shared });
    } finally {
      this.pending.delete(id);
      signal?.removeEventListener("abort", cancel);
    }
    if (answer?.type === "answer") return answer.result;
    throw new ExhumeError(answer?.type === "refusal" ? answer.fault : { code: "cancelled" });
  }

  async end(): Promise<void> {
    this.buildCancel.cancel();
  }
}
