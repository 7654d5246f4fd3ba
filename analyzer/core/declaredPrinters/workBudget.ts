/** Evaluating a short expression takes one unit, some microseconds. */
const unitsOfAnswer = 400_000;

/** What the rules of printers files may do for one answer: they come with a workspace, like any other text in it. */
export class WorkBudget {
  private left = unitsOfAnswer;

  get isSpent(): boolean {
    return this.left <= 0;
  }

  /** False when there is nothing left: whoever asked gives up. */
  spend(units: number): boolean {
    this.left -= units;
    return this.left > 0;
  }

  renew(): void {
    this.left = unitsOfAnswer;
  }
}
