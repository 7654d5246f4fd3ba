import { expect, it } from "vitest";
import { flagsOfBriefRuns } from "../../../analyzer/fronts/cli/engineFlags";

it.each([
  ["11.3.244.8-node.33", ["--no-incremental-marking", "--interrupt-budget=1000000"]],
  [
    "11.8.172.17-node.20",
    ["--no-incremental-marking", "--no-maglev", "--invocation-count-for-turbofan=20000"],
  ],
  [
    "14.6.202.34-node.40",
    ["--no-incremental-marking", "--no-maglev", "--invocation-count-for-turbofan=20000"],
  ],
  ["10.2.154.26-node.39", []],
  ["15.0.1", []],
  ["", []],
])("V8 %s is given flags it knows, and one nobody has seen none", (version, flags) => {
  expect(flagsOfBriefRuns(version)).toEqual(flags);
});
