import type { Heap } from "../../heap";

/** What HotSpot calls its fillers since JDK 19; they are objects only so that the heap can be walked over. */
const fillerClass = /^jdk\.internal\.vm\.Filler(?:Object|Array|Element)(?:\[\])*$/;

/**
 * What garbage of a class is when no program made it. Collectors fill the gaps that they leave between objects: with
 * classes of their own, before JDK 19 with int[] that nothing tells from others.
 */
export function fillerWords({ classes }: Heap, className: string): string | undefined {
  if (fillerClass.test(className)) return "filler of the collector between objects";
  if (className !== "int[]") return undefined;
  for (const name of ["FillerObject", "FillerElement[]", "FillerArray"]) {
    if (classes.findByName(`jdk.internal.vm.${name}`).length > 0) return undefined;
  }
  return "some may be filler of the collector between objects";
}
