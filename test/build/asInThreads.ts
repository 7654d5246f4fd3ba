import type { Parallel } from "../../analyzer/heap/graph/parallel";

/**
 * Passes here whose inputs and outputs are cloned as a message to a thread is: what only works because nothing is
 * posted fails in every test.
 */
export function asInThreads(parallel: Parallel): Parallel {
  return {
    ...parallel,
    async run(name, inputs, watch) {
      const outputs = await parallel.run(name, structuredClone(inputs), watch);
      return structuredClone(outputs);
    },
  };
}
