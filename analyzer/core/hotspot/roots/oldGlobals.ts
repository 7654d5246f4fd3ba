import { MemoryWords } from "../../memoryWords";
import type { ProcessModule } from "../../modules/processModule";
import type { ProcessSnapshot } from "../../processSnapshot";
import { moduleDataRanges } from "../moduleData";
import type { VmStructs } from "../vmStructs";
import { valuesOfBlocks } from "./jniHandles";

/** JVMs before OopStorage (12): global references in blocks (8), and objects in variables of the JVM itself (8 and 11). */

/** Global references of JNI in JDK 8; undefined in later ones. What was given back leads to one object that stands for nothing. */
export function globalsInBlocks(structs: VmStructs): number[] | undefined {
  const deletedAt = structs.staticAddress(["JNIHandles", "_deleted_handle"]);
  if (deletedAt === undefined) return undefined;
  const deleted = structs.wordAt(deletedAt);
  const values = valuesOfBlocks(structs, structs.staticWord(["JNIHandles", "_global_handles"]));
  return values.filter((value) => value !== deleted);
}

const mostVariables = 100_000;

/**
 * Words of libjvm's own variables that lead into the heap: thread groups, errors made in advance, class objects of
 * primitive types. Few of these variables are in the JVM's tables.
 */
export function objectsInVariables(
  image: ProcessSnapshot,
  module: ProcessModule,
  isInHeap: (word: number) => boolean,
): number[] {
  const found = new Set<number>();
  const words = new MemoryWords(image.memory);
  for (const [start, end] of moduleDataRanges(image, module))
    for (let at = start - (start % 8); at + 8 <= end && found.size < mostVariables; at += 8) {
      const word = words.u64(at);
      if (word > 0 && isInHeap(word)) found.add(word);
    }
  return [...found];
}
