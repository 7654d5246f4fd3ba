import { useMemo } from "preact/hooks";
import { reachabilityNames, type UnreachableRow } from "../../../analyzer/protocol/heap/histogram";
import type { ReferenceKindRow } from "../../../analyzer/protocol/heap/waste";
import { formatBytesOrDash, formatCount, formatExactBytes } from "../../format";
import { useNavigate } from "../../navigation";
import { useSaved } from "../../state";
import { bytesColumn, type Column, countColumn, textColumn } from "../../widgets/columns";
import { DataTable } from "../../widgets/dataTable";
import { Figures } from "../../widgets/keyValue";
import { localSource } from "../../widgets/rowSource";
import { EmptyState, FaultState, LoadingState } from "../../widgets/states";
import { Dropdown, TextField } from "../../widgets/toolkit";
import { useAnswer } from "../useAnswer";
import type { ViewProps } from "../viewProps";
import { ClassCell } from "./classCell";
import { reachabilityFigures } from "./heapTotals";
import { classActions } from "./objectActions";

const parts = [
  { value: "soft", label: "Soft references" },
  { value: "weak", label: "Weak references" },
  { value: "phantom", label: "Phantom references" },
  { value: "finalizer", label: "Finalizers" },
  { value: "unreachable", label: "Not strongly reachable" },
] as const;

type Part = (typeof parts)[number]["value"];

/** Soft, weak, phantom and finalizer references, and what no root reaches any more. */
export function ReferenceKindsView(_: ViewProps<"referenceKinds">) {
  const [part, setPart] = useSaved<Part>("references:part", "weak");
  const [filter, setFilter] = useSaved("references:filter", "");
  return (
    <div class="view">
      <div class="toolbar" role="toolbar" aria-label="References">
        <TextField label="Filter by class name" value={filter} onInput={setFilter} />
        <Dropdown label="Show" choices={parts} value={part} onChange={setPart} />
      </div>
      {part === "unreachable" ? <Unreachable filter={filter} /> : <Kinds part={part} filter={filter} />}
    </div>
  );
}

interface Filtered {
  /** Part of any cell's text. */
  readonly filter: string;
}

function Kinds({ part, filter }: Filtered & { readonly part: string }) {
  const answer = useAnswer("heap/references", {});
  if (answer.state === "loading") return <LoadingState label="Reading references…" />;
  if (answer.state === "failed") return <FaultState fault={answer.fault} onRetry={answer.retry} />;
  const kind = answer.result.kinds.find((each) => each.kind === part);
  if (kind === undefined) return <EmptyState title="There are none." />;
  return (
    <>
      <div class="head">
        <Figures
          pairs={[
            { key: "References", value: formatCount(kind.references) },
            { key: "Cleared", value: formatCount(kind.cleared) },
            {
              key: "Referents nothing stronger reaches",
              value: kind.onlySoftly === undefined ? "—" : formatCount(kind.onlySoftly),
            },
            {
              key: "Their own size",
              value: formatBytesOrDash(kind.onlySoftlyBytes),
              ...(kind.onlySoftlyBytes === undefined ? {} : { hint: formatExactBytes(kind.onlySoftlyBytes) }),
            },
          ]}
        />
      </div>
      <KindTable key={part} rows={kind.classes} filter={filter} />
    </>
  );
}

type KindClass = ReferenceKindRow["classes"][number];

const kindColumns: readonly Column<KindClass>[] = [
  textColumn("className", "Class of the referent", (row) => row.className, {
    width: "minmax(24em, 1fr)",
    render: (row) => <ClassCell className={row.className} />,
  }),
  countColumn("references", "References", (row) => row.references),
  countColumn("only", "Only so reachable", (row) => row.onlySoftly, { width: "11em" }),
  bytesColumn("bytes", "Their size", (row) => row.onlySoftlyBytes),
];

function KindTable({ rows, filter }: Filtered & { readonly rows: readonly KindClass[] }) {
  const navigate = useNavigate();
  const source = useMemo(
    () => localSource({ rows, columns: kindColumns, keyOf: (row) => row.className, filter }),
    [rows, filter],
  );
  return (
    <DataTable
      label="Referents"
      columns={kindColumns}
      source={source}
      initialSort={{ column: "references", descending: true }}
      stateKey="references:kind"
      noun={["class", "classes"]}
      empty={
        <EmptyState
          title={filter === "" ? "There are no such references." : `No class name contains “${filter}”.`}
        />
      }
      actions={(row) => classActions(navigate, row)}
    />
  );
}

function Unreachable({ filter }: Filtered) {
  const answer = useAnswer("heap/unreachable", {});
  if (answer.state === "loading") return <LoadingState label="Counting unreachable objects…" />;
  if (answer.state === "failed") return <FaultState fault={answer.fault} onRetry={answer.retry} />;
  return (
    <>
      <div class="head">
        <Figures pairs={reachabilityFigures(answer.result.kinds)} />
      </div>
      <UnreachableTable rows={answer.result.rows} filter={filter} />
    </>
  );
}

const unreachableColumns: readonly Column<UnreachableRow>[] = [
  textColumn("className", "Class", (row) => row.className, {
    width: "minmax(24em, 1fr)",
    render: (row) => (
      <>
        <ClassCell className={row.className} />
        {row.filler !== undefined && <span class="aside">{row.filler}</span>}
      </>
    ),
  }),
  textColumn("reached", "Reached", (row) => reachabilityNames[row.reachability][0], { width: "13em" }),
  countColumn("objects", "Objects", (row) => row.objects),
  bytesColumn("shallow", "Shallow", (row) => row.shallowBytes),
];

const keyOfUnreachable = (row: UnreachableRow): string => `${row.reachability} ${row.className}`;

function UnreachableTable({ rows, filter }: Filtered & { readonly rows: readonly UnreachableRow[] }) {
  const navigate = useNavigate();
  const source = useMemo(
    () => localSource({ rows, columns: unreachableColumns, keyOf: keyOfUnreachable, filter }),
    [rows, filter],
  );
  return (
    <DataTable
      label="Objects that are not strongly reachable"
      columns={unreachableColumns}
      source={source}
      initialSort={{ column: "shallow", descending: true }}
      stateKey="references:unreachable"
      noun={["class", "classes"]}
      empty={
        filter === "" ? (
          <EmptyState title="Every object is strongly reachable.">
            <p>Dumps of live objects only, the default of jcmd, leave garbage out.</p>
          </EmptyState>
        ) : (
          <EmptyState title={`No class name contains “${filter}”.`} />
        )
      }
      actions={(row) => classActions(navigate, row)}
    />
  );
}
