import type { Work } from "../../../base/work";
import { type ClassDump, readClassDump } from "../../../formats/hprof/classDump";
import type { Segment } from "../../../formats/hprof/outline";
import { walkRecords } from "../../../formats/hprof/subRecords";
import { heapTag } from "../../../formats/hprof/tags";
import type { Window } from "../../../formats/hprof/window";

/**
 * Class descriptions of a dump.
 * @param extent HotSpot writes all of them before the first object; others mix them, or leave some out
 */
export function collectClasses(
  window: Window,
  segments: readonly Segment[],
  idSize: number,
  extent: "until first object" | "everywhere",
  work: Work,
): ClassDump[] {
  const found: ClassDump[] = [];
  let records = 0;
  let isAtObjects = false;
  for (const { start, end } of segments) {
    walkRecords(window, start, end, idSize, (tag, position) => {
      if ((++records & 0xffff) === 0) work.throwIfCancelled();
      if (tag === heapTag.classDump) found.push(readClassDump(window, position, end, idSize)!);
      isAtObjects = tag >= heapTag.instance && tag <= heapTag.primitiveArray;
      return !(isAtObjects && extent === "until first object");
    });
    if (isAtObjects && extent === "until first object") break;
  }
  return found;
}
