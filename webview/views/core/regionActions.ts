import type { RegionRow } from "../../../analyzer/protocol/core/regions";
import type { Navigate } from "../../navigation";
import type { MenuAction } from "../../widgets/contextMenu";
import { copyAction, presentActions } from "../rowActions";

/** Where one can go from a region: its bytes, and its thread, module, objects or blocks as far as it has them. */
export function regionActions(navigate: Navigate, row: RegionRow): MenuAction[] {
  const { lwp, path } = row;
  return presentActions([
    {
      id: "bytes",
      title: "Show Bytes",
      run: () => navigate({ view: "bytes", params: { address: row.start } }),
    },
    lwp === undefined
      ? undefined
      : {
          id: "thread",
          title: `Go to Thread ${lwp}`,
          run: () => navigate({ view: "coreThreads", params: { lwp } }),
        },
    path === undefined || !row.kind.startsWith("library")
      ? undefined
      : { id: "module", title: "Go to Module", run: () => navigate({ view: "modules", params: { path } }) },
    row.kind !== "java-heap"
      ? undefined
      : { id: "objects", title: "Show Objects", run: () => navigate({ view: "javaHeap", params: {} }) },
    !row.kind.startsWith("malloc")
      ? undefined
      : { id: "blocks", title: "Show Blocks", run: () => navigate({ view: "malloc", params: {} }) },
    copyAction("copyRange", "Copy Address Range", `${row.start}-${row.end}`),
  ]);
}
