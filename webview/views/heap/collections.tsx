import { useMemo } from "preact/hooks";
import type { CollectionClassRow, CollectionsResult } from "../../../analyzer/protocol/heap/waste";
import { formatCount } from "../../format";
import { useNavigate } from "../../navigation";
import { useSaved } from "../../state";
import { bytesColumn, type Column, countColumn, textColumn } from "../../widgets/columns";
import { DataTable } from "../../widgets/dataTable";
import { localSource } from "../../widgets/rowSource";
import { EmptyState, FaultState, LoadingState } from "../../widgets/states";
import { Dropdown, TextField } from "../../widgets/toolkit";
import { useAnswer } from "../useAnswer";
import type { ViewProps } from "../viewProps";
import { ClassCell } from "./classCell";
import { collectionClassActions, objectActions } from "./objectActions";
import { objectColumn } from "./objectTable";

const parts = [
  { value: "largest", label: "Largest collections" },
  { value: "classes", label: "Fill by class" },
] as const;

type Large = CollectionsResult["largest"][number];

/** Collections by size, and how full they are. */
export function CollectionsView(_: ViewProps<"collections">) {
  const answer = useAnswer("heap/collections", {});
  const [part, setPart] = useSaved<"largest" | "classes">("collections:part", "largest");
  const [filter, setFilter] = useSaved("collections:filter", "");
  if (answer.state === "loading") return <LoadingState label="Measuring collections…" />;
  if (answer.state === "failed") return <FaultState fault={answer.fault} onRetry={answer.retry} />;
  const { largest, classes, looked, total } = answer.result;
  return (
    <div class="view">
      <div class="toolbar" role="toolbar" aria-label="Collections">
        <TextField label="Filter by class name" value={filter} onInput={setFilter} />
        <Dropdown label="Show" choices={parts} value={part} onChange={setPart} />
        {looked < total && (
          <span class="note">
            estimated from {formatCount(looked)} of {formatCount(total)}
          </span>
        )}
      </div>
      {part === "largest" ? (
        <Largest rows={largest} filter={filter} />
      ) : (
        <Classes rows={classes} filter={filter} />
      )}
    </div>
  );
}

const largestColumns: readonly Column<Large>[] = [
  objectColumn<Large>("object", "Collection", (row) => row),
  countColumn("size", "Elements", (row) => row.size),
  countColumn("capacity", "Capacity", (row) => row.capacity),
  bytesColumn("retained", "Retained", (row) => row.retainedBytes),
];

interface FilteredRows<Row> {
  readonly rows: readonly Row[];
  readonly filter: string;
}

function Largest({ rows, filter }: FilteredRows<Large>) {
  const navigate = useNavigate();
  const source = useMemo(
    () => localSource({ rows, columns: largestColumns, keyOf: (row) => row.objectId, filter }),
    [rows, filter],
  );
  return (
    <DataTable
      label="Largest collections"
      columns={largestColumns}
      source={source}
      initialSort={{ column: "size", descending: true }}
      stateKey="collections:largest"
      noun={["collection", "collections"]}
      empty={
        <EmptyState
          title={
            filter === "" ? "Every collection of this dump is empty." : `No collection contains “${filter}”.`
          }
        />
      }
      actions={(row) => objectActions(navigate, row)}
    />
  );
}

const classColumns: readonly Column<CollectionClassRow>[] = [
  textColumn("className", "Class", (row) => row.className, {
    width: "minmax(20em, 1fr)",
    render: (row) => <ClassCell className={row.className} />,
  }),
  countColumn("collections", "Collections", (row) => row.collections),
  countColumn("empty", "Empty", (row) => row.empty),
  countColumn("sparse", "Below ¼ full", (row) => row.byFill[0]),
  countColumn("half", "Below ½ full", (row) => row.byFill[1]),
  countColumn("elements", "Elements", (row) => row.elements),
  bytesColumn("wasted", "Unused slots", (row) => row.wastedBytes),
  bytesColumn("emptyBytes", "Kept by empty", (row) => row.emptyBytes),
];

function Classes({ rows, filter }: FilteredRows<CollectionClassRow>) {
  const navigate = useNavigate();
  const source = useMemo(
    () => localSource({ rows, columns: classColumns, keyOf: (row) => row.className, filter }),
    [rows, filter],
  );
  return (
    <DataTable
      label="Collections by class"
      columns={classColumns}
      source={source}
      initialSort={{ column: "wasted", descending: true }}
      stateKey="collections:classes"
      noun={["class", "classes"]}
      actions={(row) => collectionClassActions(navigate, row)}
    />
  );
}
