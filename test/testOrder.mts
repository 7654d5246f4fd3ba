import { statSync } from "node:fs";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take longest, by what a whole run measured: `.cache/vitest.json` has it. */
const longest: readonly string[] = [
  "e2e/themes.test.ts",
  "oracle/heap/leakShapes.test.ts",
  "oracle/memory/jvmRegionsByRules.test.ts",
  "e2e/coreJourney.test.ts",
  "oracle/heap/shallowSizes.test.ts",
  "oracle/memory/mallocHeap.test.ts",
  "oracle/native/stacks.test.ts",
  "oracle/heap/redactedCopies.test.ts",
  "oracle/memory/jvmRegions.test.ts",
  "fuzz/parsers.test.ts",
  "oracle/memory/triage.test.ts",
  "oracle/heap/verdicts.test.ts",
  "e2e/sourceJourney.test.ts",
  "oracle/heap/heapVerbs.test.ts",
  "e2e/growth.test.ts",
  "oracle/dwarf/variables.test.ts",
  "e2e/questions.test.ts",
  "oracle/native/goroutines.test.ts",
  "unit/fronts/goldenOutputs.test.ts",
  "oracle/heap/withoutDominators.test.ts",
  "e2e/heapJourney.test.ts",
  "oracle/heap/languageSources.test.ts",
  "e2e/memoryJourney.test.ts",
  "oracle/heap/secretScan.test.ts",
  "oracle/runtime/budgets.test.ts",
  "e2e/hostileDump.test.ts",
  "oracle/runtime/ageTool.test.ts",
  "oracle/dwarf/symbolize.test.ts",
  "e2e/coreDebug.test.ts",
  "oracle/memory/savedTexts.test.ts",
  "oracle/heap/heapQuestions.test.ts",
  "oracle/native/locks.test.ts",
  "e2e/longDump.test.ts",
  "unit/fronts/hostileNames.test.ts",
  "e2e/package.test.ts",
  "oracle/memory/redactedCores.test.ts",
  "oracle/native/deaths.test.ts",
  "e2e/start.test.ts",
  "unit/session/changedDump.test.ts",
  "unit/session/encryption/openEncrypted.test.ts",
];

/** Long files first, so that none is left over for one worker at the end while the others have nothing to do. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = longest.findIndex((file) => moduleId.endsWith(`/test/${file}`));
      return at < 0 ? longest.length : at;
    };
    const size = ({ moduleId }: TestSpecification) => statSync(moduleId).size;
    return [...files].sort((a, b) => rank(a) - rank(b) || size(b) - size(a));
  }
}
