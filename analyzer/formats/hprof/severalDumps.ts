import type { Work } from "../../base/work";
import type { Segment } from "./segment";
import { walkRecords } from "./subRecords";
import { heapTag } from "./tags";
import { type IdKey, readIdKey, type Window } from "./window";

/**
 * Segments by heap dump. One that may begin a dump does when it describes a class again: writers that cut one dump into
 * several records describe each class once.
 * @param beginnings positions of segments that may begin a dump
 */
export function segmentsByDump(
  window: Window,
  segments: readonly Segment[],
  beginnings: ReadonlySet<number>,
  idSize: number,
  work: Work,
): Segment[][] {
  if (segments.length === 0) return [];
  const lastBeginning = [...beginnings].at(-1) ?? 0;
  if (lastBeginning === 0) return [[...segments]];
  const dumps: Segment[][] = [];
  const described = new Set<IdKey>();
  segments.forEach((segment, position) => {
    const dump = dumps.at(-1);
    if (
      dump === undefined ||
      (beginnings.has(position) && repeatsClass(window, segment, idSize, described, work))
    ) {
      dumps.push([segment]);
      described.clear();
    } else dump.push(segment);
    if (position >= lastBeginning) return;
    let records = 0;
    walkRecords(window, segment.start, segment.end, idSize, (tag, at) => {
      if ((++records & 0xffff) === 0) work.throwIfCancelled();
      if (tag === heapTag.classDump) described.add(classAt(window, at, idSize));
      return true;
    });
  });
  return dumps;
}

/** Whether a segment describes a class that is described already; agents write classes behind their instances. */
function repeatsClass(
  window: Window,
  { start, end }: Segment,
  idSize: number,
  described: ReadonlySet<IdKey>,
  work: Work,
): boolean {
  let repeats = false;
  let records = 0;
  walkRecords(window, start, end, idSize, (tag, at) => {
    if ((++records & 0xffff) === 0) work.throwIfCancelled();
    if (tag === heapTag.classDump) repeats = described.has(classAt(window, at, idSize));
    return !repeats;
  });
  return repeats;
}

function classAt(window: Window, position: number, idSize: number): IdKey {
  const index = window.at(position + 1, idSize);
  return readIdKey(window.view, index, idSize);
}
