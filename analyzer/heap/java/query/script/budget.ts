import { ExhumeError } from "../../../../base/errors";
import { formatCount } from "../../../../base/figures";
import type { Work } from "../../../../base/work";

/** Evaluated expressions and visited list elements of one query: minutes of work. */
const mostSteps = 2_000_000_000;
/** Values that lists of one query keep: sorting and `map` need all of theirs. */
const mostKept = 20_000_000;
/** Steps between two looks at the cancel flag: less than a millisecond. */
const stride = 2048;

/** What one query may take. It ends with a fault, whatever the query calls. */
export class Budget {
  private steps = 0;
  private kept = 0;

  constructor(readonly work: Work) {}

  step(): void {
    if (++this.steps % stride !== 0) return;
    this.work.throwIfCancelled();
    if (this.steps > mostSteps) throw tooMuch(`more than ${formatCount(mostSteps)} steps`);
  }

  keep(): void {
    if (++this.kept > mostKept) throw tooMuch(`lists of more than ${formatCount(mostKept)} values`);
  }
}

function tooMuch(what: string): ExhumeError {
  return new ExhumeError({
    code: "invalid",
    what: `The query takes ${what}: narrow it with a class or WHERE`,
    column: 1,
  });
}
