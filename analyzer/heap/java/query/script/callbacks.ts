import { CallFault } from "./callFault";
import { ScriptFunction, type ScriptValue } from "./values";
import type { ScriptWorld } from "./world";

/** A callback: code as a text that knows its values by name, or a function. */
export function callback(
  world: ScriptWorld,
  code: ScriptValue,
  names: readonly string[],
): (...values: ScriptValue[]) => ScriptValue {
  if (code instanceof ScriptFunction) return (...values) => code.call(values);
  if (typeof code !== "string")
    throw new CallFault(`A callback is a function or its code as a text, which knows ${names.join(", ")}`);
  const run = world.callbackOf(code, names);
  return (...values) => run(values);
}
