import { useContext } from "preact/hooks";
import type { SortOrder } from "../../analyzer/protocol/wire";
import { callHost } from "../host";
import { PlaceContext } from "../navigation";
import type { Column } from "./columns";
import type { MenuAction } from "./contextMenu";
import { rowAsText, topRowsAsCsv } from "./rowExport";
import type { RowSource } from "./rowSource";
import type { TreeRows } from "./treeRows";

const mostRowsCopied = 10_000;
const mostRowsSaved = 200_000;

export interface TableActionsInputs<Row> {
  readonly columns: readonly Column<Row>[];
  readonly source: RowSource<Row>;
  readonly sort: SortOrder<string>;
  readonly rows: TreeRows<Row>;
  /** The table's own name in links, and of its file. */
  readonly stateKey: string;
  readonly exportName?: string | undefined;
  /** What the view offers for a row; the first is what Enter and double click do. */
  readonly actions?: ((row: Row, path: readonly Row[]) => readonly MenuAction[]) | undefined;
}

export interface TableActions {
  /** Of the row at a position: the view's own, then what can be done with any row. None for a row that is loading. */
  readonly of: (position: number) => readonly MenuAction[];
  readonly copyRow: (position: number) => void;
  readonly copyCsv: () => Promise<void>;
  readonly saveCsv: () => Promise<void>;
}

/** What can be done with the rows of a table, by menu, keys and buttons. */
export function useTableActions<Row>(inputs: TableActionsInputs<Row>): TableActions {
  const { columns, source, sort, rows, stateKey, exportName = stateKey, actions } = inputs;
  const place = useContext(PlaceContext);
  const rowAt = (position: number) => (rows.length === 0 ? undefined : rows.lineAt(position).row);
  const csv = (limit: number) => topRowsAsCsv({ source, columns, sort, limit }, new AbortController().signal);
  const copyRow = (position: number) => {
    const row = rowAt(position);
    if (row !== undefined) copy(rowAsText(columns, row));
  };
  const copyCsv = async () => copy(await csv(mostRowsCopied));
  const saveCsv = async () => {
    await callHost("saveAs", { suggestedName: `${exportName}.csv`, text: await csv(mostRowsSaved) });
  };
  const copyRowLink = (row: Row): MenuAction => ({
    id: "copyLink",
    title: "Copy Link to Row",
    separated: true,
    run: () => {
      const at = { table: stateKey, key: source.keyOf(row), sort };
      void callHost("copyLink", { ...place.current, row: at });
    },
  });
  const of = (position: number): readonly MenuAction[] => {
    const row = rowAt(position);
    if (row === undefined) return [];
    const path = pathTo(rows, position);
    const own = actions?.(row, path) ?? [];
    return [
      ...own,
      ...(path.length > 0 || own.some((action) => action.id === "copyLink") ? [] : [copyRowLink(row)]),
      { id: "copyRow", title: "Copy Row", separated: true, run: () => copyRow(position) },
      { id: "copyCsv", title: "Copy Table as CSV", run: () => void copyCsv() },
      { id: "saveCsv", title: "Save Table as CSV…", run: () => void saveCsv() },
    ];
  };
  return { of, copyRow, copyCsv, saveCsv };
}

/** The rows above a row of a tree, from the top down. */
function pathTo<Row>(rows: TreeRows<Row>, position: number): Row[] {
  const path: Row[] = [];
  for (let { branch } = rows.lineAt(position); branch.row !== undefined; branch = branch.parent!)
    path.unshift(branch.row);
  return path;
}

function copy(text: string): void {
  void callHost("copyText", { text });
}
