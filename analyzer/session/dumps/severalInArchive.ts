import { ExhumeError } from "../../base/errors";
import type { ProblemList } from "../../base/problems";
import type { OpenOptions } from "../../protocol/dump/open";

/** Dumps of one archive. */
export interface DumpsOfArchive {
  readonly file: string;
  readonly shown: string;
  readonly others: readonly string[];
}

/** @throws ExhumeError `severalDumps` where one has to be named */
export function reportSeveralInArchive(
  { file, shown, others }: DumpsOfArchive,
  { refuseSeveral }: OpenOptions,
  problems: ProblemList,
): void {
  if (others.length === 0) return;
  const choices = [shown, ...others];
  const count = choices.length;
  if (refuseSeveral === true)
    throw new ExhumeError({ code: "severalDumps", file, option: "member", choices, count });
  const message = `The archive holds ${count} dumps; shown is ${shown}. The others: ${others.join(", ")}.`;
  problems.add({ code: "several-dumps", message, losesData: false });
}
