/** Evaluating a short expression takes one unit, some ten microseconds. */
const unitsOfAnswer = 150_000;

/** What the rules of printers files may do for one answer: they come with a workspace, like any other text in it. */
export class WorkBudget {
  private left: number;

  constructor(private readonly units = unitsOfAnswer) {
    this.left = units;
  }

  get isSpent(): boolean {
    return this.left <= 0;
  }

  /** False when there is nothing left: whoever asked gives up. */
  spend(units: number): boolean {
    this.left -= units;
    return this.left > 0;
  }

  renew(): void {
    this.left = this.units;
  }
}
