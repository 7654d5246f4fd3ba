import type { VmStructs } from "../vmStructs";
import { type HeapSpace, isDefined, type ReadCollector, spaceOf } from "./heapSpace";

/** Serial: `GenCollectedHeap` to JDK 21, `SerialHeap` from 22; JDK 8 has the generations in an array. */
export const readSerial: ReadCollector = (structs, heap) => {
  const list = structs.offset(["GenCollectedHeap", "_gens"]);
  const generation = (index: number) =>
    list === undefined ? undefined : structs.wordAt(heap + list + 8 * index);
  const young =
    structs.word(heap, ["SerialHeap", "_young_gen"], ["GenCollectedHeap", "_young_gen"]) ?? generation(0);
  const old =
    structs.word(heap, ["SerialHeap", "_old_gen"], ["GenCollectedHeap", "_old_gen"]) ?? generation(1);
  const oldSpace = structs.word(
    old,
    ["TenuredGeneration", "_the_space"],
    ["OneContigSpaceCardGeneration", "_the_space"],
  );
  const spaces = [
    contiguous(structs, "eden", structs.word(young, ["DefNewGeneration", "_eden_space"])),
    contiguous(structs, "from", structs.word(young, ["DefNewGeneration", "_from_space"])),
    contiguous(structs, "to", structs.word(young, ["DefNewGeneration", "_to_space"])),
    contiguous(structs, "old", oldSpace),
  ].filter(isDefined);
  return spaces.length === 4 ? { spaces } : undefined;
};

function contiguous(structs: VmStructs, name: string, space: number | undefined): HeapSpace | undefined {
  return spaceOf(
    name,
    structs.word(space, ["ContiguousSpace", "_bottom"], ["Space", "_bottom"]),
    structs.word(space, ["ContiguousSpace", "_top"]),
    structs.word(space, ["ContiguousSpace", "_end"], ["Space", "_end"]),
  );
}
