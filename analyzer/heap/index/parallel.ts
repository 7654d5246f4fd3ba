import type { ByteSource } from "../../base/byteSource";
import { unwatched, type Work } from "../../base/work";
import { type PassInput, type PassName, type PassOutput, passes } from "./passes";

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
}

/** Runs every pass in the calling thread: for tests and machines with one processor. */
export function inProcess(source: ByteSource, work: Work = unwatched): Parallel {
  return {
    workers: 1,
    async run(name, inputs, watch) {
      const outputs: PassOutput<typeof name>[] = [];
      for (const input of inputs) {
        const pass = passes[name] as (input: unknown, context: PassContext) => PassOutput<typeof name>;
        outputs.push(
          pass(input, {
            source,
            throwIfCancelled: () => {
              work.throwIfCancelled();
              watch?.();
            },
          }),
        );
      }
      return outputs;
    },
  };
}
