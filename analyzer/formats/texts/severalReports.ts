import type { ProblemList } from "../../base/problems";

/** Says that a file holds one report after another, of which the last was read. */
export function reportSeveral(count: number, problems: ProblemList): void {
  problems.add({
    code: "several-reports",
    message: `The file holds ${count} reports one after another; figures are of the last. Save each in a file of its own to compare them.`,
    losesData: false,
  });
}
