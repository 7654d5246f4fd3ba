import { ExhumeError } from "./errors";

/**
 * What a long computation is given: a way to say how far it is and to learn that nobody wants it any more.
 * Loops ask {@link Work.throwIfCancelled} often enough to stop within a second.
 */
export interface Work {
  /** @throws ExhumeError `cancelled` */
  throwIfCancelled(): void;
  /** `step` is shown to the user as it is; `fraction` runs from 0 to 1 within the step. */
  report(step: string, fraction: number): void;
}

/** For callers that neither watch nor cancel: tests and short questions. */
export const unwatched: Work = {
  throwIfCancelled: () => undefined,
  report: () => undefined,
};

/**
 * A cancel flag both sides of a thread boundary see: set with {@link CancelFlag.cancel}, read by the loop
 * even while its thread never returns to its event loop.
 */
export class CancelFlag {
  private readonly cell: Int32Array;

  constructor(readonly shared: SharedArrayBuffer = new SharedArrayBuffer(4)) {
    this.cell = new Int32Array(shared);
  }

  cancel(): void {
    Atomics.store(this.cell, 0, 1);
  }

  get isCancelled(): boolean {
    return Atomics.load(this.cell, 0) !== 0;
  }

  /** @throws ExhumeError `cancelled` when the flag is set. */
  throwIfCancelled(): void {
    if (this.isCancelled) throw new ExhumeError({ code: "cancelled" });
  }
}
