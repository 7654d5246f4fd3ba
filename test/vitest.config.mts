import { defineConfig } from "vitest/config";
import { LongestFirst } from "./testOrder.mts";

/** Projects: fast tests without foreign tools, and tests against real JVMs, compilers and debuggers. */
export default defineConfig({
  test: {
    globalSetup: ["test/build/bundle.ts"],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts", "test/fuzz/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Prints measurements, asserts no times. Run by hand: npm run bench
        test: {
          name: "bench",
          include: ["test/bench/**/*.bench.ts"],
          testTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "oracle",
          include: ["test/oracle/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          setupFiles: ["test/e2e/failures.ts"],
        },
      },
    ],
  },
});
