/** The pure rooms, judged by their unit tests: `npm run mutate` (see test/README.md). */
export default {
  // A sample of every room that is through in minutes; `npm run mutate -- --mutate FILES` takes others.
  mutate: [
    "analyzer/base/{figures,ranking}.ts",
    "analyzer/formats/hprof/heapRecords.ts",
    "analyzer/formats/texts/amounts.ts",
    "analyzer/heap/hprof/index/rootGroups.ts",
    "analyzer/heap/hprof/contents/{referrers,referenceWalk}.ts",
    "analyzer/heap/graph/suspects/scoring.ts",
    "analyzer/heap/java/paths/{paths,rootFacts}.ts",
    "analyzer/core/regions/residency.ts",
    "analyzer/sources/{className,pathMap}.ts",
  ],
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: "test/mutation/vitest.config.mts" },
  coverageAnalysis: "perTest",
  // TypeScript 7 has no library that could rewrite a tsconfig; vitest needs none.
  tsconfigFile: "none.json",
  ignorePatterns: [".cache", ".tsbuild", ".vscode-test", "dist", "*.vsix", "test/sample", "test/oracle"],
  tempDirName: ".cache/stryker",
  reporters: ["clear-text", "json"],
  jsonReporter: { fileName: ".cache/mutation.json" },
  clearTextReporter: { allowColor: false, reportTests: false, logTests: false },
  // Texts for people are judged by golden outputs, in processes that Stryker does not see.
  mutator: { excludedMutations: ["StringLiteral", "ObjectLiteral"] },
  ignoreStatic: true,
  timeoutMS: 20_000,
  dryRunTimeoutMinutes: 30,
  concurrency: 2,
  allowEmpty: true,
};
