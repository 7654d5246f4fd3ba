import type { ByteSource } from "../../base/byteSource";
import { unwatched, type Work } from "../../base/work";

/** What a pass is given in the thread where it runs. */
export interface PassContext {
  readonly source: ByteSource;
  /** @throws ExhumeError `cancelled`; called between groups and every few megabytes. */
  throwIfCancelled(): void;
}

/**
 * A function from structured-cloneable inputs to outputs that shares large columns through SharedArrayBuffers, so
 * that it can run in this thread or in another, which finds it by its name: see `heap/passes.ts`.
 */
export interface Pass<Input, Output> {
  readonly name: string;
  /** True for the pass that goes over all contents anyway: what is to be noted of them is noted as it reads. */
  readonly readsContents?: boolean;
  /** True for a pass over a dump that was noted before: what it reads is compared with the notes. */
  readonly comparesContents?: boolean;
  /** True for a pass that only looks at headers of records: what is in them need not be there. */
  readonly readsHeadersOnly?: boolean;
  run(this: void, input: Input, context: PassContext): Output;
}

/** Runs passes side by side. */
export interface Parallel {
  /** How many inputs run at once. */
  readonly workers: number;
  /**
   * Runs a pass once per input, all at once; outputs come in the order of the inputs.
   * Callers give at most {@link workers} inputs; inputs share the remaining work by counters in shared memory.
   * @param watch is called from time to time while they run, for progress.
   */
  run<Input, Output>(
    pass: Pass<Input, Output>,
    inputs: readonly Input[],
    watch?: () => void,
  ): Promise<Output[]>;
  /** Lets go of threads and their memory until the next pass. */
  rest(): Promise<void>;
}

/**
 * Runs every pass in the calling thread: for tests, small dumps and machines with one processor.
 * @param sourceFor what a pass is given to read from
 */
export function inProcess(
  source: ByteSource,
  work: Work = unwatched,
  sourceFor: (pass: Pass<never, unknown>) => ByteSource = () => source,
): Parallel {
  return {
    workers: 1,
    async run(pass, inputs, watch) {
      const throwIfCancelled = (): void => {
        work.throwIfCancelled();
        watch?.();
      };
      return inputs.map((input) => pass.run(input, { source: sourceFor(pass), throwIfCancelled }));
    },
    rest: () => Promise.resolve(),
  };
}
