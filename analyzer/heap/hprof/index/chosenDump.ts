import { ExhumeError } from "../../../base/errors";
import type { ProblemList } from "../../../base/problems";
import type { DumpOutline } from "../../../formats/hprof/outline";

/** Which heap dump of a file that may hold several. */
export interface DumpChoice {
  /** From 1, oldest first; the last when absent. */
  readonly dumpNumber?: number;
  /** Fails where there are several and none was named, rather than taking the last. */
  readonly refuseSeveral?: boolean;
}

/** Which of how many. */
export interface ChosenDump {
  readonly number: number;
  readonly of: number;
}

/** @throws ExhumeError `invalid` when there is none of that number, or several and one has to be named */
export function chooseDump(
  { dumps }: DumpOutline,
  { dumpNumber, refuseSeveral }: DumpChoice,
  file: string,
  problems: ProblemList,
): ChosenDump {
  const of = Math.max(1, dumps.length);
  if (dumpNumber !== undefined && dumpNumber > of) {
    throw new ExhumeError({
      code: "invalid",
      what: `${file} holds ${of === 1 ? "one heap dump" : `${of} heap dumps`}, there is no number ${dumpNumber}`,
    });
  }
  if (dumpNumber === undefined && of > 1) {
    if (refuseSeveral === true) {
      throw new ExhumeError({
        code: "invalid",
        what: `${file} holds ${of} heap dumps, oldest first: say which one by --dump N, from 1 to ${of}`,
      });
    }
    problems.add({
      code: "several-dumps",
      message: `The file holds ${of} heap dumps; shown is the last. The command line opens the others (--dump N).`,
      losesData: false,
    });
  }
  return { number: dumpNumber ?? of, of };
}
