import type { ComparisonResult } from "../../protocol/heap/growth";
import type { SuspectsResult } from "../../protocol/heap/suspects";
import type { ResultOf } from "../../protocol/requests";
import type { DumpSession } from "../dumpSession";
import { compareHeaps } from "./compareHeaps";

/** Suspects of a dump, knowing what grew since an earlier one. */
export async function suspectsWithGrowth(
  session: DumpSession,
  comparison: ComparisonResult | undefined,
  signal?: AbortSignal,
): Promise<SuspectsResult> {
  // What a field kept before is not known without dominators: nothing is said of growth then.
  if (comparison === undefined || comparison.leftOut !== undefined) {
    return await session.ask("heap/suspects", {}, signal);
  }
  const grown = [
    ...comparison.growing,
    ...comparison.collections.filter(({ grownElements }) => grownElements > 0),
  ].flatMap(({ field, grownBytes = 0 }) => (field === undefined ? [] : [{ field, grownBytes }]));
  return await session.ask("heap/suspects", { grown }, signal);
}

/**
 * Suspects of one of several dumps of a program, knowing what grew up to it. Dumps written after it do not count.
 * @param sessions all the dumps in the order they were written, `session` among them
 */
export async function suspectsSince(
  session: DumpSession,
  sessions: readonly DumpSession[],
  signal?: AbortSignal,
): Promise<ResultOf<"heap/suspectsSince">> {
  const upToIt = sessions.slice(0, sessions.indexOf(session) + 1);
  const comparison = upToIt.length < 2 ? undefined : await compareHeaps(upToIt, signal);
  return {
    ...(await suspectsWithGrowth(session, comparison, signal)),
    since: upToIt.slice(0, -1).map(({ path }) => path),
  };
}
