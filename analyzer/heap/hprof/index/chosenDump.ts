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

/** Nobody picks from more. */
const mostChoices = 1000;

/** @throws ExhumeError `invalid` when there is none of that number, `severalDumps` when one has to be named */
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
      const choices = Array.from({ length: Math.min(of, mostChoices) }, (_, k) => String(k + 1));
      throw new ExhumeError({ code: "severalDumps", file, option: "dump", choices, count: of });
    }
    problems.add({
      code: "several-dumps",
      message: `The file holds ${of} heap dumps; shown is the last. The command line opens the others (--dump N).`,
      losesData: false,
    });
  }
  return { number: dumpNumber ?? of, of };
}
