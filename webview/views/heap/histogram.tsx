import { useEffect, useMemo } from "preact/hooks";
import type {
  HistogramColumn,
  HistogramGrouping,
  HistogramRow,
} from "../../../analyzer/protocol/heap/histogram";
import type { SortOrder } from "../../../analyzer/protocol/wire";
import { ask } from "../../ask";
import { formatQuantity } from "../../format";
import { useNavigate } from "../../navigation";
import { useSaved } from "../../state";
import { bytesColumn, type Column, countColumn, shareColumn, textColumn } from "../../widgets/columns";
import { DataTable } from "../../widgets/dataTable";
import type { RowSource } from "../../widgets/rowSource";
import { EmptyState } from "../../widgets/states";
import { Dropdown, TextField } from "../../widgets/toolkit";
import { copyAction } from "../rowActions";
import { useDelayed } from "../useDelayed";
import type { ViewProps } from "../viewProps";
import { ClassCell } from "./classCell";
import { useHeapBytes } from "./heapTotals";
import { classActions } from "./objectActions";

const groupings = [
  { value: "class", label: "No grouping" },
  { value: "package", label: "Group by package" },
  { value: "loader", label: "Group by class loader" },
  { value: "generated", label: "Group generated classes" },
] as const;

export function HistogramView({ params }: ViewProps<"histogram">) {
  const [filter, setFilter] = useSaved("histogram:filter", "");
  const [groupBy, setGroupBy] = useSaved<HistogramGrouping>("histogram:group", "class");
  const applied = useDelayed(filter);
  const heapBytes = useHeapBytes();
  const navigate = useNavigate();
  const source = useMemo(() => histogramSource(applied, groupBy), [applied, groupBy]);
  const columns = useMemo(() => columnsFor(heapBytes), [heapBytes]);

  useEffect(() => {
    if (params.filter !== undefined) setFilter(params.filter);
    if (params.groupBy !== undefined) setGroupBy(params.groupBy);
  }, [params, setFilter, setGroupBy]);

  return (
    <div class="view">
      <div class="toolbar" role="toolbar" aria-label="Histogram">
        <TextField label="Filter by class name" value={filter} onInput={setFilter} />
        <Dropdown label="Grouping" choices={groupings} value={groupBy} onChange={setGroupBy} />
      </div>
      <DataTable
        label="Class histogram"
        columns={columns}
        source={source}
        initialSort={{ column: "retainedBytes", descending: true }}
        stateKey="histogram"
        noun={
          groupBy === "class"
            ? ["class", "classes"]
            : groupBy === "generated"
              ? ["row", "rows"]
              : ["group", "groups"]
        }
        empty={
          <EmptyState
            title={applied === "" ? "This dump has no objects." : `No class name contains “${applied}”.`}
          />
        }
        actions={(row) =>
          row.classIndex < 0
            ? [copyAction("copyName", "Copy Name", row.className)]
            : classActions(navigate, row)
        }
      />
    </div>
  );
}

function histogramSource(filter: string, groupBy: HistogramGrouping): RowSource<HistogramRow> {
  const query = { ...(filter === "" ? {} : { filter }), groupBy };
  const page: RowSource<HistogramRow>["page"] = ({ path, start, count, sort }, signal) => {
    const group = path[0] === undefined ? {} : { group: path[0].className };
    // Groups have no retained size of their own: what their classes retain overlaps. Among generated classes most rows
    // are no groups.
    const onlyGroups = groupBy === "package" || groupBy === "loader";
    const column = onlyGroups && sort.column === "retainedBytes" ? "shallowBytes" : sort.column;
    const order = { ...sort, column } as SortOrder<HistogramColumn>;
    return ask("heap/histogram", { ...query, ...group, start, count, sort: order }, signal);
  };
  const keyOf = (row: HistogramRow) =>
    row.classIndex < 0 ? `group ${row.className}` : `class ${row.classIndex}`;
  return groupBy === "class" ? { page, keyOf } : { page, keyOf, expandable: (row) => row.classIndex < 0 };
}

function columnsFor(heapBytes: number): Column<HistogramRow>[] {
  return [
    textColumn("className", "Class", (row) => row.className, {
      width: "minmax(20em, 1fr)",
      tooltip: (row) => `${row.className}\n${row.loader === "" ? "" : `loaded by ${row.loader}`}`.trim(),
      render: (row) =>
        row.classIndex < 0 ? (
          <>
            {row.className === "" ? "(no package)" : row.className}
            <span class="aside">{formatQuantity(row.classes ?? 0, "class", "classes")}</span>
          </>
        ) : (
          <ClassCell className={row.className} />
        ),
    }),
    countColumn("objects", "Objects", (row) => row.objects),
    bytesColumn("shallowBytes", "Shallow", (row) => row.shallowBytes, {
      hint: "Memory of the objects themselves",
    }),
    bytesColumn("retainedBytes", "Retained", (row) => row.retainedBytes, {
      hint: "Memory that would be freed if all objects of the class were gone; each object counts once",
    }),
    shareColumn("share", "Of heap", (row) => row.retainedBytes ?? row.shallowBytes, heapBytes),
  ];
}
