import { isDefined, type ReadCollector, spaceOf } from "./heapSpace";

/** Parallel: generations in static fields of `ParallelScavengeHeap`. */
export const readParallel: ReadCollector = (structs) => {
  const young = structs.staticWord(["ParallelScavengeHeap", "_young_gen"]);
  const old = structs.staticWord(["ParallelScavengeHeap", "_old_gen"]);
  const mutable = (name: string, space: number | undefined) =>
    spaceOf(
      name,
      structs.word(space, ["MutableSpace", "_bottom"], ["ImmutableSpace", "_bottom"]),
      structs.word(space, ["MutableSpace", "_top"]),
      structs.word(space, ["MutableSpace", "_end"], ["ImmutableSpace", "_end"]),
    );
  const spaces = [
    mutable("eden", structs.word(young, ["PSYoungGen", "_eden_space"])),
    mutable("from", structs.word(young, ["PSYoungGen", "_from_space"])),
    mutable("to", structs.word(young, ["PSYoungGen", "_to_space"])),
    mutable("old", structs.word(old, ["PSOldGen", "_object_space"])),
  ].filter(isDefined);
  return spaces.length === 4 ? { spaces } : undefined;
};
