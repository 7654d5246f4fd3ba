import { ExhumeError } from "../base/errors";

/** Whoever goes from one view to another gives a question up and asks it again. In milliseconds. */
const leaveGrace = 500;

interface Shared {
  readonly answer: Promise<unknown>;
  readonly stop: AbortController;
  /** Who still waits. */
  waiting: number;
  isThere: boolean;
}

/** Answers of one dump that are worked out once, whoever asks and how often; a failure is not kept. */
export class SharedAnswers {
  private readonly answers = new Map<string, Shared>();

  /** The work goes on as long as somebody waits for it. @throws ExhumeError `cancelled` at once when the signal fires */
  ask(
    question: string,
    signal: AbortSignal | undefined,
    workOut: (signal: AbortSignal) => Promise<unknown>,
  ): Promise<unknown> {
    if (signal?.aborted === true) return Promise.reject(new ExhumeError({ code: "cancelled" }));
    const shared = this.answers.get(question) ?? this.begin(question, workOut);
    shared.waiting++;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        shared.waiting--;
        if (shared.waiting === 0) setTimeout(() => this.stopUnwanted(question, shared), leaveGrace).unref();
        reject(new ExhumeError({ code: "cancelled" }));
      };
      signal?.addEventListener("abort", leave, { once: true });
      shared.answer.then(resolve, reject).finally(() => {
        signal?.removeEventListener("abort", leave);
      });
    });
  }

  private begin(question: string, workOut: (signal: AbortSignal) => Promise<unknown>): Shared {
    const stop = new AbortController();
    const shared: Shared = { answer: workOut(stop.signal), stop, waiting: 0, isThere: false };
    this.answers.set(question, shared);
    shared.answer.then(
      () => {
        shared.isThere = true;
      },
      () => this.forget(question, shared),
    );
    return shared;
  }

  private stopUnwanted(question: string, shared: Shared): void {
    if (shared.waiting > 0 || shared.isThere) return;
    this.forget(question, shared);
    shared.stop.abort();
  }

  private forget(question: string, shared: Shared): void {
    if (this.answers.get(question) === shared) this.answers.delete(question);
  }
}
