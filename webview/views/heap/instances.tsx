import { useMemo } from "preact/hooks";
import type { InstanceColumn } from "../../../analyzer/protocol/heap/inspector";
import type { ObjectId, ObjectRow } from "../../../analyzer/protocol/heap/objects";
import type { SortOrder } from "../../../analyzer/protocol/wire";
import { ask } from "../../ask";
import { useNavigate } from "../../navigation";
import { bytesColumn, shareColumn } from "../../widgets/columns";
import { DataTable } from "../../widgets/dataTable";
import { locateRow, type RowSource } from "../../widgets/rowSource";
import { EmptyState } from "../../widgets/states";
import { useHeapBytes } from "./heapTotals";
import { objectActions } from "./objectActions";
import { objectColumn } from "./objectTable";

export interface InstancesProps {
  readonly className: string;
  /** The class object; absent where all classes of that name are meant. */
  readonly classId?: ObjectId | undefined;
}

/** The objects of a class, those that keep most first. */
export function Instances({ className, classId }: InstancesProps) {
  const navigate = useNavigate();
  const heapBytes = useHeapBytes();
  const columns = useMemo(
    () => [
      { ...objectColumn<ObjectRow>("object", "Object", (row) => row), sortable: false },
      bytesColumn<ObjectRow>("shallowBytes", "Shallow", (row) => row.shallowBytes),
      bytesColumn<ObjectRow>("retainedBytes", "Retained", (row) => row.retainedBytes),
      shareColumn<ObjectRow>("share", "Of heap", (row) => row.retainedBytes, heapBytes),
    ],
    [heapBytes],
  );
  const source = useMemo((): RowSource<ObjectRow> => {
    const asked = classId === undefined ? { className } : { className, classId };
    const source: RowSource<ObjectRow> = {
      page: ({ start, count, sort }, signal) =>
        ask("heap/instances", { ...asked, start, count, sort: sort as SortOrder<InstanceColumn> }, signal),
      keyOf: (row) => `${className} ${row.objectId}`,
    };
    // Rows that were remembered of another class are not looked for in this one.
    const locate: RowSource<ObjectRow>["locate"] = async (key, sort, signal) =>
      key.startsWith(`${className} `) ? locateRow(source, key, sort, signal) : [];
    return { ...source, locate };
  }, [className, classId]);
  return (
    <div class="table-box fitting">
      <DataTable
        label={`Objects of ${className}`}
        columns={columns}
        source={source}
        stateKey="inspector:instances"
        initialSort={{ column: "retainedBytes", descending: true }}
        noun={["object", "objects"]}
        exportName="instances"
        empty={<EmptyState title="There are no objects of this class." />}
        actions={(row) => objectActions(navigate, row)}
      />
    </div>
  );
}
