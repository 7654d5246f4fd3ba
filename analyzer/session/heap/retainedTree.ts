import type { GraphProfile } from "../../heap/graph/growth/profile";
import type { RetainedTree } from "../../protocol/heap/growth";
import type { DumpSession } from "../dumpSession";

/** The merged dominator tree of the profile that comparisons are made of, which is worked out once. */
export async function retainedTree(session: DumpSession, signal?: AbortSignal): Promise<RetainedTree> {
  const { reachableBytes, paths } = (await session.ask("heap/profile", {}, signal)) as GraphProfile;
  const { leftOut } = await session.ask("heap/summary", {}, signal);
  return {
    reachableBytes: reachableBytes ?? 0,
    ...(leftOut === undefined ? {} : { leftOut }),
    nodes: paths.map(({ parent, className, field, objects, retainedBytes }) => ({
      parent,
      className,
      ...(field === undefined ? {} : { field }),
      objects,
      retainedBytes,
    })),
  };
}
