import { findJavaRuntime } from "./hotspot/javaRuntime";
import type { FindRuntime, Runtime, RuntimeInputs } from "./managed/runtime";

/** The runtimes whose frames are joined with native ones. */
const known: readonly FindRuntime[] = [findJavaRuntime];

/** All runtimes of a process: one can embed another. */
export function runtimesOf(inputs: RuntimeInputs): Runtime[] {
  return known.flatMap((find) => find(inputs) ?? []);
}
