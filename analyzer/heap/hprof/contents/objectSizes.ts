import { positionIn } from "../../graph/opened/dominatorQuestions";
import { chunkLengthsOf } from "../edges/chunkLengths";
import { listedApart } from "../edges/edgeInput";
import type { HeapColumns } from "../index/heapColumns";

/** Shallow sizes by node. */
export interface ObjectSizes {
  shallowSizeOf(object: number): number;
  /** Of many objects at once; `into` is at least as long. */
  shallowSizesOf(objects: Uint32Array, into: Float64Array): void;
}

export function openSizes(columns: HeapColumns): ObjectSizes {
  const { objectCount, instanceBytes, classObjectBytes, bigArrays, bigArrayBytes } = columns;
  const { classes, sizeModel, idSize } = columns;
  const chunkType = chunkLengthsOf(classes, sizeModel, instanceBytes, idSize)?.type ?? -1;
  const { classByObject, arrayUnits } = columns.objects;

  function shallowSizeOf(object: number): number {
    if (object >= objectCount) return classObjectBytes[object - objectCount]!;
    const units = arrayUnits[object]!;
    const type = classByObject[object]!;
    if (units === 0 && type !== chunkType) return instanceBytes[type]!;
    if (units > 0 && units < listedApart) return units * 8;
    return bigArrayBytes[positionIn(bigArrays, object)]!;
  }

  return {
    shallowSizeOf,
    shallowSizesOf(objects, into) {
      for (let k = 0; k < objects.length; k++) {
        const object = objects[k]!;
        const units = object >= objectCount ? listedApart : arrayUnits[object]!;
        const type = object >= objectCount ? -1 : classByObject[object]!;
        if (units === 0 && type !== chunkType) into[k] = instanceBytes[type]!;
        else if (units > 0 && units < listedApart) into[k] = units * 8;
        else into[k] = shallowSizeOf(object);
      }
    },
  };
}
