import type { Heap } from "../../../heap";
import type { Sees } from "../evaluate";
import type { Budget } from "./budget";
import type { ScriptValue } from "./values";

/** What a query runs in: the heap, what it may take, and the names every query knows. */
export interface ScriptWorld {
  readonly heap: Heap;
  readonly budget: Budget;
  readonly globals: ReadonlyMap<string, ScriptValue>;
  /** Objects the query sees at all. */
  readonly sees: Sees;
  /** Runs the code of a callback given as a text, with the names it has for its values. */
  readonly callbackOf: (
    code: string,
    names: readonly string[],
  ) => (values: readonly ScriptValue[]) => ScriptValue;
}
