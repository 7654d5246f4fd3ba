import { useEffect, useMemo } from "preact/hooks";
import { firstLightThread } from "../../../analyzer/base/lightThreadIds";
import type { CoreLightSummary } from "../../../analyzer/protocol/core/lightThreads";
import type { CoreThreadRow } from "../../../analyzer/protocol/core/stacks";
import { ask } from "../../ask";
import { formatCount, formatQuantity } from "../../format";
import { useLinkParams } from "../../navigation";
import { useSaved } from "../../state";
import { countColumn, textColumn } from "../../widgets/columns";
import type { MenuAction } from "../../widgets/contextMenu";
import { DataTable } from "../../widgets/dataTable";
import type { RowSource } from "../../widgets/rowSource";
import { EmptyState } from "../../widgets/states";
import { Dropdown } from "../../widgets/toolkit";
import { Answered } from "../answered";
import { openSource } from "../rowActions";
import { useAnswer } from "../useAnswer";
import type { ViewProps } from "../viewProps";
import { BacktraceFrames, lineOf } from "./coreFrames";
import { LightLocks } from "./lightLocks";
import { LightThreads } from "./lightThreads";

const columns = [
  textColumn<CoreThreadRow>("name", "Thread", (row) => row.name ?? `thread ${row.lwp}`, {
    sortable: false,
    render: (row) => (
      <>
        {row.name ?? `thread ${row.lwp}`}
        {row.crashed && <span class="badge">crashed</span>}
        {row.runs !== undefined && <span class="badge">runs {row.runs}</span>}
      </>
    ),
  }),
  countColumn<CoreThreadRow>("lwp", "LWP", (row) => row.lwp, {
    sortable: false,
    render: (row) => String(row.lwp),
  }),
  textColumn<CoreThreadRow>(
    "wait",
    "Waits",
    (row) => row.wait?.replace(/^(waits|is parked to wait) /, "") ?? "",
    {
      sortable: false,
    },
  ),
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
  const [wanted, setShown] = useSaved<ThreadKind | undefined>("coreThreads:shown", undefined);
  useEffect(() => {
    if (params.lwp === undefined) return;
    setChosen(params.lwp);
    if (params.lwp < firstLightThread) setShown("system");
  }, [params, setChosen, setShown]);
  useLinkParams("coreThreads", chosen === undefined ? {} : { lwp: chosen });
  const reveal = useMemo(
    () => (params.lwp === undefined ? undefined : { key: String(params.lwp) }),
    [params],
  );
  const light = useAnswer("core/lightThreadGroups", {});
  const summary = light.state === "answered" && light.result.noun !== undefined ? light.result : undefined;
  // Threads of a JVM are those of the system first: virtual ones are never what crashed.
  const shown = wanted ?? (summary?.noun?.[0] === "virtual thread" ? "system" : "light");
  const first = shown === "light" ? summary?.groups[0]?.threads[0]?.lwp : undefined;
  return (
    <div class="split">
      <div class="view">
        {summary !== undefined && <KindChoice summary={summary} value={shown} onChange={setShown} />}
        {summary !== undefined && shown === "light" ? (
          <LightThreads summary={summary} onChoose={setChosen} />
        ) : summary !== undefined && shown === "locks" ? (
          <LightLocks summary={summary} onChoose={setChosen} />
        ) : (
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
        )}
      </div>
      <div class="stack-pane">
        {chosen !== undefined ? (
          <Stack lwp={chosen} />
        ) : first !== undefined ? (
          <Stack lwp={first} />
        ) : (
          <FirstStack />
        )}
      </div>
    </div>
  );
}

/** Threads of the system, those a runtime schedules by itself, or the locks that these wait for. */
type ThreadKind = "system" | "light" | "locks";

interface KindChoiceProps {
  readonly summary: CoreLightSummary;
  readonly value: ThreadKind;
  readonly onChange: (value: ThreadKind) => void;
}

function KindChoice({ summary, value, onChange }: KindChoiceProps) {
  const [one, many] = summary.noun!;
  const choices = [
    { value: "light", label: formatQuantity(summary.total, one, many) },
    ...(summary.locks.length === 0
      ? []
      : [
          {
            value: "locks",
            label: formatQuantity(summary.locks.length, "lock they wait for", "locks they wait for"),
          } as const,
        ]),
    { value: "system", label: "Threads of the system" },
  ] as const;
  return (
    <div class="toolbar" role="toolbar" aria-label="Threads">
      <Dropdown label="Show" choices={choices} value={value} onChange={onChange} />
      <span class="aside">
        {summary.runtimes.join(", ")}
        {summary.leftOut !== undefined && `, ${formatCount(summary.leftOut)} more groups are not listed`}
      </span>
    </div>
  );
}

/** Until a thread is chosen, that of the first row: the crashing one. */
function FirstStack() {
  const first = useAnswer("core/threads", { start: 0, count: 1 });
  return (
    <Answered answer={first} waiting="Unwinding the stack…">
      {({ rows }) =>
        rows[0] === undefined ? <EmptyState title="The core names no thread." /> : <Stack lwp={rows[0].lwp} />
      }
    </Answered>
  );
}

function Stack({ lwp }: { readonly lwp: number }) {
  return <BacktraceFrames key={lwp} lwp={lwp} />;
}

function sourceOfTop({ top }: CoreThreadRow): MenuAction[] {
  const target = top === undefined ? undefined : lineOf(top);
  if (target === undefined) return [];
  return [{ id: "source", title: "Go to Source of Top Frame", run: () => openSource(target) }];
}
