/** Something wrong in a dump that did not stop the reading of it. */
export interface Problem {
  /** Stable kebab-case name, e.g. `truncated`; fronts and tests match on it. */
  readonly code: string;
  /** One sentence with the figures, naming what is missing. */
  readonly message: string;
  /** Where in the file, when it has a place. */
  readonly offset?: number;
  /** True when totals computed after this are only lower bounds. */
  readonly losesData: boolean;
}

/** Collects problems; a hostile file cannot make it grow: per code only the first few are kept, the rest counted. */
export class ProblemList {
  private readonly kept: Problem[] = [];
  private readonly counts = new Map<string, number>();

  constructor(private readonly keptPerCode = 20) {}

  add(problem: Problem): void {
    const count = (this.counts.get(problem.code) ?? 0) + 1;
    this.counts.set(problem.code, count);
    if (count <= this.keptPerCode) this.kept.push(problem);
  }

  get isEmpty(): boolean {
    return this.kept.length === 0;
  }

  /** How often a code was reported, kept or not. */
  countOf(code: string): number {
    return this.counts.get(code) ?? 0;
  }

  /** The kept problems in order, then one line per code that says how many more there were. */
  toArray(): Problem[] {
    const result = [...this.kept];
    for (const [code, count] of this.counts) {
      if (count <= this.keptPerCode) continue;
      const losesData = this.kept.some((problem) => problem.code === code && problem.losesData);
      result.push({ code, message: `${count - this.keptPerCode} more problems of this kind.`, losesData });
    }
    return result;
  }
}
