import type { Problem } from "../../../base/problems";
import { cutRecord } from "../../../formats/hprof/heapRecords";

/** A file of nothing but damage would have as many places as records. */
const mostKept = 1000;

/** Sub-records that could not be read, and what was left out with each. */
export function newDamageList() {
  const kept: Problem[] = [];
  let furtherPlaces = 0;
  let furtherBytes = 0;
  return {
    /** @param next where reading goes on; undefined when that is only at the end of the segment */
    add(reason: number, tag: number, offset: number, next: number | undefined, end: number): void {
      const bytes = (next ?? end) - offset;
      if (kept.length < mostKept) kept.push(problemOf(reason, tag, offset, bytes, next));
      else {
        furtherPlaces++;
        furtherBytes += bytes;
      }
    },
    toArray(): Problem[] {
      if (furtherPlaces === 0) return kept;
      const message = `At ${furtherPlaces} further places ${furtherBytes} bytes of sub-records that cannot be read were left out.`;
      return [...kept, { code: "unknown-subrecord", message, losesData: true }];
    },
  };
}

function problemOf(
  reason: number,
  tag: number,
  offset: number,
  bytes: number,
  next: number | undefined,
): Problem {
  const rest =
    next === undefined
      ? `the remaining ${bytes} bytes of its segment were left out`
      : `${bytes} bytes were left out, up to ${next} where sub-records follow each other again`;
  return reason === cutRecord
    ? {
        code: "truncated",
        message: `An object record at ${offset} does not end within its segment; ${rest}.`,
        offset,
        losesData: true,
      }
    : {
        code: "unknown-subrecord",
        message: `Unknown sub-record 0x${tag.toString(16)}; ${rest}.`,
        offset,
        losesData: true,
      };
}
