import { formatHex } from "../../base/units";
import type { Work } from "../../base/work";
import type { Heap, ObjectIndex } from "../../heap/heap";
import { describedHeap } from "../../heap/java/objects/describedHeap";
import { stringOf } from "../../heap/java/objects/strings";
import { collectionStatistics } from "../../heap/java/waste/collectionStatistics";
import type { Duplicates } from "../../heap/java/waste/duplicates";
import { type WasteHolder, wasteOf } from "../../heap/java/waste/waste";
import type { CollectionsResult, DuplicatesResult, WasteResult } from "../../protocol/heap/waste";
import { objectRow } from "../graph/objectRows";

export function wasteRows(heap: Heap, work: Work): WasteResult {
  const { strings, arrays, kinds } = wasteOf(heap, work);
  return { strings: duplicateRows(heap, strings), arrays: duplicateRows(heap, arrays), kinds };
}

const shownText = 200;
const shownBytes = 16;

function duplicateRows(
  heap: Heap,
  { groups, ...rest }: Duplicates & { readonly holders: readonly WasteHolder[] },
): DuplicatesResult {
  return {
    ...rest,
    groups: groups.map(({ example, count, bytesEach, wastedBytes }) => ({
      objectId: formatHex(heap.idOf(example)),
      className: heap.classNameOf(example),
      text: contentsOf(heap, example),
      count,
      bytesEach,
      wastedBytes,
    })),
  };
}

/** The text of a string; class, length and first bytes of an array. */
function contentsOf(heap: Heap, object: ObjectIndex): string {
  const text = stringOf(heap, object, shownText);
  if (text !== undefined) return text;
  const bytes = heap.primitiveBytesOf(object, 0, shownBytes).subarray(0, shownBytes);
  const start = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return `${heap.classNameOf(object).replace("[]", "")}[${heap.lengthOf(object)}] ${start}${bytes.length === shownBytes ? " …" : ""}`;
}

export function collectionRows(heap: Heap, referenceBytes: number, work: Work): CollectionsResult {
  const { classes, largest, looked, total } = collectionStatistics(heap, referenceBytes, work);
  return {
    looked,
    total,
    classes: classes.map(({ type, largest: biggest, largestSize: _size, emptyBytes, ...row }) => ({
      className: heap.classes.nameOf(type),
      ...row,
      ...(emptyBytes === undefined ? {} : { emptyBytes }),
      ...(biggest === undefined ? {} : { largestId: formatHex(heap.idOf(biggest)) }),
    })),
    largest: largest.map(({ object, size, capacity }) => ({
      ...objectRow(describedHeap(heap), object),
      size,
      ...(capacity === undefined ? {} : { capacity }),
    })),
  };
}
