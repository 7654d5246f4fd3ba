import { useMemo } from "preact/hooks";
import type { InspectResult } from "../../../analyzer/protocol/heap/inspector";
import type { ObjectRow } from "../../../analyzer/protocol/heap/objects";
import { formatBytesOrDash } from "../../format";
import { useNavigate } from "../../navigation";
import { bytesColumn, textColumn } from "../../widgets/columns";
import type { MenuAction } from "../../widgets/contextMenu";
import { DataTable } from "../../widgets/dataTable";
import type { RowSource } from "../../widgets/rowSource";
import { EmptyState } from "../../widgets/states";
import { copyAction, goToHoldingField, presentActions } from "../rowActions";
import { objectActions } from "./objectActions";
import { type ObjectPart, ObjectParts } from "./objectParts";
import { ObjectName } from "./objectTable";

const columns = [
  textColumn<ObjectPart>("name", "Name", (row) => row.name, {
    sortable: false,
    width: "minmax(12em, 18em)",
    tooltip: (row) => (row.heldBy === undefined ? row.name : `${row.heldBy.className}.${row.heldBy.field}`),
    render: (row) => (row.value === undefined ? <span class="note">{row.name}</span> : row.name),
  }),
  textColumn<ObjectPart>("value", "Value", (row) => row.value?.text ?? "", {
    sortable: false,
    width: "minmax(18em, 1fr)",
    render: ({ value }) =>
      value?.object === undefined ? (
        <span class="code">{value?.text}</span>
      ) : (
        <ObjectName row={value.object} />
      ),
  }),
  sizeColumn("shallow", "Shallow", (object) => object.shallowBytes),
  sizeColumn("retained", "Retained", (object) => object.retainedBytes),
];

/** Blank for numbers, which are part of their object; a dash where the size of an object is not known. */
function sizeColumn(id: string, title: string, sizeOf: (object: ObjectRow) => number | undefined) {
  const size = ({ value }: ObjectPart) => (value?.object === undefined ? undefined : sizeOf(value.object));
  return bytesColumn<ObjectPart>(id, title, size, {
    sortable: false,
    render: (row) => (row.value?.object === undefined ? "" : formatBytesOrDash(size(row))),
  });
}

/** What is in an object: each of its parts opens in place, as deep as one likes. */
export function ObjectTree({ result }: { readonly result: InspectResult }) {
  const navigate = useNavigate();
  const source = useMemo(() => partSource(result), [result]);
  return (
    <div class="table-box fitting">
      <DataTable
        label="What is in it"
        columns={columns}
        source={source}
        stateKey="inspector:parts"
        initialSort={{ column: "none", descending: false }}
        noun={nounOf(result)}
        empty={<EmptyState title="Nothing is in it." />}
        actions={(row) => {
          const { value, heldBy, entryKey } = row;
          const further = keyActions(entryKey?.object?.objectId, (objectId) =>
            navigate({ view: "inspector", params: { objectId } }),
          );
          if (value?.object !== undefined) {
            const { object } = value;
            return [...objectActions(navigate, { ...object, heldBy }), ...further];
          }
          if (value === undefined) return [];
          return presentActions([
            goToHoldingField(heldBy),
            copyAction("copyValue", "Copy Value", value.text),
            ...further,
          ]);
        }}
      />
    </div>
  );
}

/** The key of an entry is an object too. */
function keyActions(keyId: string | undefined, inspect: (objectId: string) => void): MenuAction[] {
  if (keyId === undefined) return [];
  return [{ id: "inspectKey", title: "Inspect Key", separated: true, run: () => inspect(keyId) }];
}

function nounOf({ collection, array }: InspectResult): readonly [string, string] {
  if (collection !== undefined) return ["row", "rows"];
  return array === undefined ? ["field", "fields"] : ["element", "elements"];
}

function partSource(result: InspectResult): RowSource<ObjectPart> {
  const parts = new ObjectParts(result);
  return {
    page: ({ path, start, count }, signal) => {
      const parent = path.at(-1);
      if (parent?.fieldsOf !== undefined) return parts.fields(parent.fieldsOf, start, count, signal);
      const objectId = parent === undefined ? result.object.objectId : parent.value?.object?.objectId;
      return parts.page(objectId ?? "", start, count, signal);
    },
    // Rows of a collection's own fields are told from its entries.
    keyOf: (row) => `${row.of} ${row.position} ${row.name}`,
    locate: (key) => {
      const [of, position] = key.split(" ", 2);
      return Promise.resolve(of === result.object.objectId ? [Number(position)] : []);
    },
    expandable: (row) => row.fieldsOf !== undefined || row.value?.object !== undefined,
  };
}
