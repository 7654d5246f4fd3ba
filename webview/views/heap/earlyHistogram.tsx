import { useMemo } from "preact/hooks";
import type { HistogramColumn, HistogramRow } from "../../../analyzer/protocol/heap/histogram";
import type { SortOrder } from "../../../analyzer/protocol/wire";
import { ask } from "../../ask";
import { useSaved } from "../../state";
import { ClassLabel } from "../../widgets/className";
import { bytesColumn, type Column, countColumn, shareColumn, textColumn } from "../../widgets/columns";
import { DataTable } from "../../widgets/dataTable";
import type { RowSource } from "../../widgets/rowSource";
import { EmptyState } from "../../widgets/states";
import { TextField } from "../../widgets/toolkit";
import { copyAction, goToClass, presentActions } from "../rowActions";
import { useDelayed } from "../useDelayed";
import { useHeapBytes } from "./heapTotals";

/**
 * What the first pass over a dump tells: objects and their own sizes by class, while dominators are computed, and after
 * that was stopped.
 */
export function EarlyHistogram({ isStopped = false }: { readonly isStopped?: boolean }) {
  // The histogram proper goes on with the same filter.
  const [filter, setFilter] = useSaved("histogram:filter", "");
  const applied = useDelayed(filter);
  const heapBytes = useHeapBytes();
  const source = useMemo(() => earlySource(applied), [applied]);
  const columns = useMemo(() => columnsFor(heapBytes), [heapBytes]);
  return (
    <div class="view">
      <div class="toolbar" role="toolbar" aria-label="Histogram">
        <TextField label="Filter by class name" value={filter} onInput={setFilter} />
        <span class="note">
          Counts and shallow sizes are complete.{isStopped ? "" : " Retained sizes follow."}
        </span>
      </div>
      <DataTable
        label="Class histogram"
        columns={columns}
        source={source}
        initialSort={{ column: "shallowBytes", descending: true }}
        stateKey="histogram:early"
        noun={["class", "classes"]}
        empty={
          <EmptyState
            title={applied === "" ? "This dump has no objects." : `No class name contains “${applied}”.`}
          />
        }
        actions={(row) =>
          presentActions([goToClass(row.className), copyAction("copyName", "Copy Class Name", row.className)])
        }
      />
    </div>
  );
}

function earlySource(filter: string): RowSource<HistogramRow> {
  return {
    page: ({ start, count, sort }, signal) =>
      ask(
        "heap/histogram",
        { ...(filter === "" ? {} : { filter }), start, count, sort: sort as SortOrder<HistogramColumn> },
        signal,
      ),
    keyOf: (row) => `class ${row.classIndex}`,
  };
}

function columnsFor(heapBytes: number): Column<HistogramRow>[] {
  return [
    textColumn("className", "Class", (row) => row.className, {
      width: "minmax(20em, 1fr)",
      render: (row) => <ClassLabel name={row.className} />,
    }),
    countColumn("objects", "Objects", (row) => row.objects),
    bytesColumn("shallowBytes", "Shallow", (row) => row.shallowBytes),
    shareColumn("share", "Of all objects", (row) => row.shallowBytes, heapBytes),
  ];
}
