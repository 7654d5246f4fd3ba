import { useEffect, useMemo } from "preact/hooks";
import type { CoreThreadRow } from "../../analyzer/protocol/coreRequests";
import { ask } from "../host";
import { useLinkParams } from "../navigation";
import { useSaved } from "../state";
import { countColumn, textColumn } from "../widgets/columns";
import type { MenuAction } from "../widgets/contextMenu";
import { DataTable } from "../widgets/dataTable";
import type { RowSource } from "../widgets/rowSource";
import { EmptyState } from "../widgets/states";
import { BacktraceFrames, lineOf } from "./coreFrames";
import type { ViewProps } from "./registry";
import { openSource } from "./rowActions";

const columns = [
  textColumn<CoreThreadRow>("name", "Thread", (row) => row.name ?? `thread ${row.lwp}`, {
    sortable: false,
    render: (row) => (
      <>
        {row.name ?? `thread ${row.lwp}`}
        {row.crashed && <span class="badge">crashed</span>}
      </>
    ),
  }),
  countColumn<CoreThreadRow>("lwp", "LWP", (row) => row.lwp, {
    sortable: false,
    render: (row) => String(row.lwp),
  }),
  textColumn<CoreThreadRow>("top", "Top frame", (row) => row.top?.function ?? row.top?.pc ?? "", {
    sortable: false,
  }),
];

const source: RowSource<CoreThreadRow> = {
  page: ({ start, count }, signal) => ask("core/threads", { start, count }, signal),
  keyOf: (row) => String(row.lwp),
};

/** Threads of the dead process, the crashing one first; below the list the stack of the chosen one. */
export function CoreThreadsView({ params }: ViewProps<"coreThreads">) {
  const [chosen, setChosen] = useSaved<number | undefined>("coreThreads:chosen", undefined);
  useEffect(() => {
    if (params.lwp !== undefined) setChosen(params.lwp);
  }, [params, setChosen]);
  useLinkParams("coreThreads", chosen === undefined ? {} : { lwp: chosen });
  const reveal = useMemo(
    () => (params.lwp === undefined ? undefined : { key: String(params.lwp) }),
    [params],
  );
  return (
    <div class="split">
      <div class="view">
        <DataTable
          label="Threads"
          columns={columns}
          source={source}
          stateKey="coreThreads"
          initialSort={{ column: "order", descending: false }}
          noun={["thread", "threads"]}
          reveal={reveal}
          onActive={(row) => setChosen(row.lwp)}
          actions={(row) => [
            { id: "stack", title: "Show Stack", run: () => setChosen(row.lwp) },
            ...sourceOfTop(row),
          ]}
        />
      </div>
      {chosen === undefined ? (
        <div>
          <EmptyState title="Choose a thread to see its stack." />
        </div>
      ) : (
        <div class="stack-pane">
          <BacktraceFrames key={chosen} lwp={chosen} />
        </div>
      )}
    </div>
  );
}

function sourceOfTop({ top }: CoreThreadRow): MenuAction[] {
  const target = top === undefined ? undefined : lineOf(top);
  if (target === undefined) return [];
  return [{ id: "source", title: "Go to Source of Top Frame", run: () => openSource(target) }];
}
