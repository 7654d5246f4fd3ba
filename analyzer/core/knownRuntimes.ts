import { findGo } from "./go/findGo";
import { jvmModuleOf } from "./hotspot/jvmModules";
import { mayHaveV8 } from "./javascript/v8Files";
import type { LoadedProcess } from "./loadedProcess";
import type { FindRuntime, Runtime, RuntimeInputs } from "./managed/runtime";
import { mayHavePython } from "./python/pythonFiles";

interface KnownRuntime {
  /** Told by what is mapped, so that the code of others need not be read. */
  readonly mayBeIn: (process: LoadedProcess) => boolean;
  readonly load: () => Promise<FindRuntime>;
}

/** The runtimes whose frames are joined with native ones. */
const known: readonly KnownRuntime[] = [
  {
    mayBeIn: ({ image }) => jvmModuleOf(image) !== undefined,
    load: async () => (await import("./hotspot/javaRuntime")).findJavaRuntime,
  },
  { mayBeIn: mayHavePython, load: async () => (await import("./python/findPython")).findPython },
  // Nothing but the contents of its modules tells.
  { mayBeIn: () => true, load: async () => findGo },
  { mayBeIn: mayHaveV8, load: async () => (await import("./javascript/findV8")).findV8 },
];

/** @returns what finds all runtimes of a process: one can embed another */
export async function runtimeFinderOf(process: LoadedProcess): Promise<(inputs: RuntimeInputs) => Runtime[]> {
  const likely = known.filter(({ mayBeIn }) => mayBeIn(process));
  const finders = await Promise.all(likely.map(({ load }) => load()));
  return (inputs) => finders.flatMap((find) => find(inputs) ?? []);
}
