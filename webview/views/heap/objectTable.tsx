import type { HoldingField, ObjectRow } from "../../../analyzer/protocol/heap/objects";
import { NoteMark } from "../../notes";
import { ClassLabel } from "../../widgets/className";
import { type Column, textColumn } from "../../widgets/columns";

/** The cell in which tables of many views show an object, with the field that leads to it. */
export function ObjectName({
  row,
  field,
}: {
  readonly row: ObjectRow;
  readonly field?: HoldingField | undefined;
}) {
  return (
    <>
      {field !== undefined && (
        <span class="field-name" title={`${field.className}.${field.field}`}>
          {field.static ? "static " : ""}
          {field.field}
        </span>
      )}
      {row.isClass === true && <span class="badge leading">class</span>}
      <ClassLabel name={row.className} />
      {row.label !== undefined && <span class="object-label">{row.label}</span>}
      <span class="aside">{row.objectId}</span>
      <NoteMark id={row.objectId} />
    </>
  );
}

/** A column of objects. */
export function objectColumn<Row>(
  id: string,
  title: string,
  objectOf: (row: Row) => ObjectRow | undefined,
): Column<Row> {
  return textColumn<Row>(id, title, (row) => objectOf(row)?.className ?? "", {
    width: "minmax(24em, 1fr)",
    tooltip: (row) => {
      const object = objectOf(row);
      return object === undefined ? undefined : `${object.className} @ ${object.objectId}`;
    },
    render: (row) => {
      const object = objectOf(row);
      return object === undefined ? null : <ObjectName row={object} />;
    },
  });
}
