import { defineConfig } from "vitest/config";

/** Unit tests that run a pure room in their own process; those that start bundles would not see a mutant. */
export default defineConfig({
  test: {
    include: ["test/unit/{base,formats,heap,core,sources}/**/*.test.ts"],
    exclude: ["**/memoryBudget.test.ts", "**/walls.test.ts", "**/frozenCosts.test.ts"],
    testTimeout: 60_000,
  },
});
