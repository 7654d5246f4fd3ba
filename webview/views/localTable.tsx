import { useMemo } from "preact/hooks";
import type { SortOrder } from "../../analyzer/protocol/wire";
import type { Column } from "../widgets/columns";
import type { MenuAction } from "../widgets/contextMenu";
import { DataTable } from "../widgets/dataTable";
import { localSource } from "../widgets/rowSource";
import { EmptyState } from "../widgets/states";

export interface LocalTableProps<Row> {
  readonly label: string;
  readonly stateKey: string;
  readonly rows: readonly Row[];
  /** A module constant, or memoised. */
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  readonly initialSort: SortOrder<string>;
  readonly noun: readonly [string, string];
  readonly actions?: (row: Row) => readonly MenuAction[];
  readonly filter?: string;
  readonly empty?: string;
  /** Go to the row with this key; a new object goes there again. */
  readonly reveal?: { readonly key: string } | undefined;
  /** Takes the height its rows need (up to a limit) instead of all there is. */
  readonly boxed?: boolean;
}

/** A table over rows that are all here: short lists of one answer. */
export function LocalTable<Row>(props: LocalTableProps<Row>) {
  const { rows, columns, keyOf, filter = "" } = props;
  const source = useMemo(() => localSource({ rows, columns, keyOf, filter }), [rows, columns, keyOf, filter]);
  const table = (
    <DataTable
      label={props.label}
      columns={columns}
      source={source}
      stateKey={props.stateKey}
      initialSort={props.initialSort}
      noun={props.noun}
      reveal={props.reveal}
      {...(props.actions === undefined ? {} : { actions: props.actions })}
      empty={<EmptyState title={props.empty ?? `No ${props.noun[1]}.`} />}
    />
  );
  if (!props.boxed) return table;
  return (
    <div class="table-box" style={{ height: `${Math.min(14, Math.max(3, rows.length)) * 24 + 56}px` }}>
      {table}
    </div>
  );
}
