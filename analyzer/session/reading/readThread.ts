import { LaneThread } from "../threads/laneThread";
import type { ReadQuestions, SourceFileChange, ToReader } from "./readMessages";

/**
 * A thread that reads what others wrote, started with the first question. It lasts as long as the process, which may
 * end meanwhile; one that does not answer a cancel is ended, and another goes on.
 */
export class ReadThread {
  private thread: LaneThread<ToReader> | undefined;
  private roots: Extract<ToReader, { type: "roots" }> = { type: "roots", roots: [] };

  /** @param workerFolder with the bundles */
  constructor(private readonly workerFolder: string) {}

  /** @throws ExhumeError with the fault of the answer, `cancelled` at once when the signal fires */
  async ask<Q extends keyof ReadQuestions & string>(
    question: Q,
    params: ReadQuestions[Q]["params"],
    signal?: AbortSignal,
  ): Promise<ReadQuestions[Q]["result"]> {
    return (await this.started().ask(question, params, signal)) as ReadQuestions[Q]["result"];
  }

  /** Folders in which sources are looked for, best first. */
  setRoots(roots: readonly string[]): void {
    this.roots = { type: "roots", roots };
    if (this.thread !== undefined || roots.length > 0) this.started().post(this.roots);
  }

  filesChanged(changes: readonly SourceFileChange[]): void {
    this.thread?.post({ type: "filesChanged", changes });
  }

  async end(): Promise<void> {
    const { thread } = this;
    this.thread = undefined;
    await thread?.end();
  }

  private started(): LaneThread<ToReader> {
    if (this.thread !== undefined) return this.thread;
    const thread: LaneThread<ToReader> = new LaneThread<ToReader>(
      this.workerFolder,
      () => undefined,
      () => {
        // The next question starts another.
        if (this.thread === thread) this.thread = undefined;
      },
      { attach: () => this.roots, onRestart: () => undefined },
      { script: "readWorker.js", mayBeLeft: true },
    );
    this.thread = thread;
    thread.post(this.roots);
    return thread;
  }
}
