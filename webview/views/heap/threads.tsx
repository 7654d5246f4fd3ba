import { useEffect, useMemo } from "preact/hooks";
import { capitalized } from "../../../analyzer/base/capitalized";
import type { ObjectRow } from "../../../analyzer/protocol/heap/objects";
import type { FrameLocals, ThreadDetail, ThreadRow } from "../../../analyzer/protocol/heap/threads";
import { ask } from "../../ask";
import { formatBytes, formatExactBytes } from "../../format";
import { useLinkParams, useNavigate } from "../../navigation";
import { NoteMark } from "../../notes";
import { useSaved } from "../../state";
import { bytesColumn, countColumn, textColumn } from "../../widgets/columns";
import { DataTable } from "../../widgets/dataTable";
import type { RowSource } from "../../widgets/rowSource";
import { EmptyState } from "../../widgets/states";
import { Checkbox, TextField } from "../../widgets/toolkit";
import { Answered } from "../answered";
import { copyAction, openFrame } from "../rowActions";
import { useAnswer } from "../useAnswer";
import { useDelayed } from "../useDelayed";
import type { ViewProps } from "../viewProps";
import { objectActions } from "./objectActions";
import { ObjectLink, RetainedSize } from "./objectLink";
import { StackGroups } from "./stackGroups";

/** Threads of the dead JVM; below the list the stack of the chosen one with the locals each frame held. */
export function ThreadsView({ params }: ViewProps<"threads">) {
  const [filter, setFilter] = useSaved("threads:filter", "");
  const [byStack, setByStack] = useSaved("threads:byStack", false);
  const [chosen, setChosen] = useSaved<string | undefined>("threads:chosen", undefined);
  const navigate = useNavigate();
  const applied = useDelayed(filter);
  const source = useMemo(() => threadSource(applied), [applied]);
  useEffect(() => {
    if (params.objectId !== undefined) setChosen(params.objectId);
  }, [params, setChosen]);
  useLinkParams("threads", chosen === undefined ? {} : { objectId: chosen });
  return (
    <div class="split">
      <div class="view">
        <div class="toolbar" role="toolbar" aria-label="Threads">
          <TextField label="Filter by name, state or frame" value={filter} onInput={setFilter} />
          <Checkbox label="Group by stack" checked={byStack} onChange={setByStack} />
        </div>
        {byStack ? (
          <StackGroups filter={applied} onChoose={setChosen} />
        ) : (
          <DataTable
            label="Threads"
            columns={columns}
            source={source}
            stateKey="threads"
            initialSort={{ column: "order", descending: true }}
            noun={["thread", "threads"]}
            empty={
              <EmptyState
                title={applied === "" ? "This dump has no threads." : `No thread has “${applied}”.`}
              />
            }
            onActive={(row) => setChosen(row.objectId)}
            actions={(row) =>
              objectActions(navigate, row, [copyAction("copyThread", "Copy Thread Name", row.name)])
            }
          />
        )}
      </div>
      <div>{chosen === undefined ? <FirstStack /> : <Stack key={chosen} objectId={chosen} />}</div>
    </div>
  );
}

const columns = [
  textColumn<ThreadRow>("name", "Thread", (row) => row.name, {
    sortable: false,
    render: (row) => (
      <>
        {row.name}
        {row.outOfMemory && <span class="badge">OutOfMemoryError</span>}
        {row.deadlocked === true && <span class="badge">deadlock</span>}
        {row.virtual && <span class="badge">virtual</span>}
        {row.daemon && <span class="aside">daemon</span>}
        <NoteMark id={row.objectId} />
      </>
    ),
  }),
  textColumn<ThreadRow>("state", "State", (row) => row.state, { width: "11em", sortable: false }),
  textColumn<ThreadRow>("wait", "Waits", (row) => row.wait?.replace(/^is parked to wait /, "") ?? "", {
    sortable: false,
  }),
  textColumn<ThreadRow>("top", "Top frame", (row) => row.top?.text ?? "", { sortable: false }),
  countColumn<ThreadRow>("frames", "Frames", (row) => row.frameCount, { sortable: false, width: "6em" }),
  countColumn<ThreadRow>("locals", "Locals", (row) => row.locals, { sortable: false, width: "6em" }),
  bytesColumn<ThreadRow>("retained", "Retained", (row) => row.retainedBytes, { sortable: false }),
];

function threadSource(filter: string): RowSource<ThreadRow> {
  return {
    page: ({ start, count }, signal) =>
      ask("heap/threads", { start, count, ...(filter === "" ? {} : { filter }) }, signal),
    keyOf: (row) => row.objectId,
  };
}

/** Until a thread is chosen, that of the first row: the one that ran out of memory, or holds most. */
function FirstStack() {
  const first = useAnswer("heap/threads", { start: 0, count: 1 });
  return (
    <Answered answer={first} waiting="Reading the stack…">
      {({ rows }) => rows[0] !== undefined && <Stack key={rows[0].objectId} objectId={rows[0].objectId} />}
    </Answered>
  );
}

function Stack({ objectId }: { readonly objectId: string }) {
  const answer = useAnswer("heap/thread", { objectId });
  return (
    <Answered answer={answer} waiting="Reading the stack…">
      {(detail) => <Frames detail={detail} />}
    </Answered>
  );
}

function Frames({ detail }: { readonly detail: ThreadDetail }) {
  const { name, wait } = detail.thread;
  if (detail.frames.length === 0) return <EmptyState title={`${name} has no frames in this dump.`} />;
  return (
    <>
      {wait !== undefined && <p class="note inset">{capitalized(wait)}</p>}
      <Stacked detail={detail} />
    </>
  );
}

function Stacked({ detail }: { readonly detail: ThreadDetail }) {
  return (
    <ol class="frames" aria-label={`Stack of ${detail.thread.name}`}>
      {detail.frames.map((frame, depth) => (
        <Frame key={depth} frame={frame} />
      ))}
      {detail.others.length > 0 && (
        <li>
          Held by the thread itself
          <Locals locals={detail.others} />
        </li>
      )}
    </ol>
  );
}

function Frame({ frame: { frame, locals, retainedBytes } }: { readonly frame: FrameLocals }) {
  return (
    <li>
      <button type="button" class="link code" onClick={() => openFrame(frame)}>
        {frame.text}
      </button>
      {retainedBytes !== undefined && retainedBytes > 0 && (
        <span class="aside" title={formatExactBytes(retainedBytes)}>
          locals retain {formatBytes(retainedBytes)}
        </span>
      )}
      <Locals locals={locals} />
    </li>
  );
}

function Locals({ locals }: { readonly locals: readonly (ObjectRow & { readonly kind: string })[] }) {
  if (locals.length === 0) return null;
  return (
    <ul>
      {locals.map((local, position) => (
        <li key={position}>
          <ObjectLink object={local} />
          <RetainedSize bytes={local.retainedBytes} />
        </li>
      ))}
    </ul>
  );
}
