import { findGo } from "./go/findGo";
import { findJavaRuntime } from "./hotspot/javaRuntime";
import { findV8 } from "./javascript/findV8";
import type { FindRuntime, Runtime, RuntimeInputs } from "./managed/runtime";
import { findPython } from "./python/findPython";

/** The runtimes whose frames are joined with native ones. */
const known: readonly FindRuntime[] = [findJavaRuntime, findPython, findGo, findV8];

/** All runtimes of a process: one can embed another. */
export function runtimesOf(inputs: RuntimeInputs): Runtime[] {
  return known.flatMap((find) => find(inputs) ?? []);
}
