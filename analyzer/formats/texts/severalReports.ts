import type { ProblemList } from "../../base/problems";

/** What one of several reports in a file says, by name; what it does not say is absent. */
export type ReportFigures = Readonly<Record<string, number>>;

/** More reports than this of one file are not kept: one a minute for a week. */
const mostReports = 10_080;
/** No report has as many categories or states; names are foreign, and a text could be made of them. */
const mostNames = 100;

/** The figures of the reports a file holds one after another, in its order. */
export class ReportSeries {
  private readonly reports: ReportFigures[] = [];

  add(figures: ReportFigures): void {
    if (this.reports.length >= mostReports) return;
    const entries = Object.entries(figures);
    if (entries.length <= mostNames) this.reports.push(figures);
    else this.reports.push(Object.fromEntries(entries.sort((a, b) => b[1] - a[1]).slice(0, mostNames)));
  }

  /** Absent where there is one report only: then there is nothing to compare. */
  toFields(): { readonly series?: readonly ReportFigures[] } {
    return this.reports.length > 1 ? { series: this.reports } : {};
  }
}

/** Says that a file holds one report after another, of which the last was read. */
export function reportSeveral(count: number, problems: ProblemList): void {
  problems.add({
    code: "several-reports",
    message: `The file holds ${count} reports one after another; figures are of the last.`,
    losesData: false,
  });
}
