import type { DebugProtocol } from "@vscode/debugprotocol";
import { formatCount } from "../../base/figures";
import type { DumpSession } from "../../session/dumpSession";

/** Clients list all threads at once. */
const mostListed = 500;

/**
 * Goroutines and the like as threads of the debug session. Of many, one of each group with the same stack stands for
 * the rest.
 */
export async function lightThreadsOf(
  session: DumpSession,
  signal: AbortSignal,
): Promise<DebugProtocol.Thread[]> {
  const { rows, total } = await session.ask("core/lightThreads", { start: 0, count: mostListed }, signal);
  const nameOf = (title: string, state: string, place: string | undefined) =>
    [title, state, ...(place === undefined ? [] : [place])].join(" · ");
  if (total <= mostListed)
    return rows.map(({ lwp, title, state, top }) => ({ id: lwp, name: nameOf(title, state, top?.function) }));
  const { groups } = await session.ask("core/lightThreadGroups", { maximumFrames: 1 }, signal);
  return groups.slice(0, mostListed).map(({ threads: [first], count, state, top }) => {
    const { lwp, title } = first!;
    const others = count === 1 ? title : `${title} and ${formatCount(count - 1)} like it`;
    return { id: lwp, name: nameOf(others, state, top?.function) };
  });
}
