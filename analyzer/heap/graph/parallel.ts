import type { ByteSource } from "../../base/byteSource";
import { unwatched, type Work } from "../../base/work";
import { type PassInput, type PassName, type PassOutput, passes } from "../passes";

/** What a pass is given in the thread where it runs. */
export interface PassContext {
  readonly source: ByteSource;
  /** @throws ExhumeError `cancelled`; called between groups and every few megabytes. */
  throwIfCancelled(): void;
}

/**
 * Runs passes side by side. A pass is a function from structured-cloneable inputs to outputs that shares large
 * columns through SharedArrayBuffers, so that it can run in this thread or in another.
 */
export interface Parallel {
  /** How many inputs run at once. */
  readonly workers: number;
  /**
   * Runs one pass per input, all at once; outputs come in the order of the inputs.
   * Callers give at most {@link workers} inputs; inputs share the remaining work by counters in shared memory.
   * @param watch is called from time to time while they run, for progress.
   */
  run<Name extends PassName>(
    name: Name,
    inputs: readonly PassInput<Name>[],
    watch?: () => void,
  ): Promise<PassOutput<Name>[]>;
  /** Lets go of threads and their memory until the next pass. */
  rest(): Promise<void>;
}

/** Runs one pass here. */
export function runPass<Name extends PassName>(
  name: Name,
  input: PassInput<Name>,
  context: PassContext,
): PassOutput<Name> {
  const pass = passes[name] as (input: PassInput<Name>, context: PassContext) => PassOutput<Name>;
  return pass(input, context);
}

/** Runs every pass in the calling thread: for tests, small dumps and machines with one processor. */
export function inProcess(source: ByteSource, work: Work = unwatched): Parallel {
  return {
    workers: 1,
    async run(name, inputs, watch) {
      const throwIfCancelled = (): void => {
        work.throwIfCancelled();
        watch?.();
      };
      return inputs.map((input) => runPass(name, input, { source, throwIfCancelled }));
    },
    rest: () => Promise.resolve(),
  };
}
