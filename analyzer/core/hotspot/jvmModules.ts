import { MemoryWords } from "../memoryWords";
import { moduleNameOf, type ProcessModule } from "../modules/processModule";
import type { ProcessSnapshot } from "../processSnapshot";
import { VmStructs } from "./vmStructs";

const running = new WeakMap<ProcessSnapshot, ProcessModule>();

/** Every libjvm that is mapped: a launcher may have looked into one and started another. */
export function jvmModulesOf({ modules }: Pick<ProcessSnapshot, "modules">): ProcessModule[] {
  return modules.filter((module) => moduleNameOf(module) === "libjvm.so");
}

/** The libjvm that runs, else the first that is mapped; undefined when the process is not a JVM. */
export function jvmModuleOf(image: ProcessSnapshot): ProcessModule | undefined {
  const all = jvmModulesOf(image);
  if (all.length < 2) return all[0];
  // While none has a heap its tables may be in a file that has not been found yet.
  const found = running.get(image) ?? all.find((module) => hasHeap(image, module));
  if (found !== undefined) running.set(image, found);
  return found ?? all[0];
}

/** Whether a JVM has come so far as to make its heap. */
export function hasHeap(image: ProcessSnapshot, module: ProcessModule): boolean {
  const structs = VmStructs.read(module, new MemoryWords(image.memory));
  return (structs?.staticWord(["Universe", "_collectedHeap"]) ?? 0) !== 0;
}
