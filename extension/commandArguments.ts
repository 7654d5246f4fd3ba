import { objectId } from "../analyzer/protocol/heap/objects";
import { checkShape, object, type Shape } from "../analyzer/protocol/shapes";

/** What the menu of a variable in a debug session passes, as far as it is looked at. */
export const variableTarget = object({ variable: object({ memoryReference: objectId }) });

/**
 * An argument of a command, which any extension may run with anything.
 * @throws Error with a sentence
 */
export function checkedArgument<Value>(command: string, shape: Shape<Value>, value: unknown): Value {
  const checked = checkShape(shape, value);
  if (!checked.ok) throw new Error(`${command} was run in a wrong way: ${checked.what}.`);
  return checked.value;
}
