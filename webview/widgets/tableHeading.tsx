import type { SortOrder } from "../../analyzer/protocol/wire";
import { ColumnEdge } from "./columnEdge";
import type { Column } from "./columns";

export interface TableHeadingProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly sort: SortOrder<string>;
  readonly template: string;
  readonly onSort: (column: Column<Row>) => void;
  /** undefined: back to its own width. */
  readonly onResize: (column: Column<Row>, pixels: number | undefined) => void;
}

/** Column titles; sortable ones are buttons. Sticks to the top of the scroller. */
export function TableHeading<Row>({ columns, sort, template, onSort, onResize }: TableHeadingProps<Row>) {
  return (
    <div class="grid-heading" role="rowgroup">
      <div class="grid-row heading" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
        {columns.map((column) => {
          const direction =
            column.id !== sort.column ? undefined : sort.descending ? "descending" : "ascending";
          return (
            <div
              key={column.id}
              class={`cell ${column.align}`}
              role="columnheader"
              aria-sort={column.sortable ? (direction ?? "none") : undefined}
              title={column.hint}
            >
              {column.sortable ? (
                <button type="button" class="sort" onClick={() => onSort(column)}>
                  {column.title}
                  <span class="sort-mark" aria-hidden="true">
                    {direction === undefined ? "" : direction === "descending" ? "▼" : "▲"}
                  </span>
                </button>
              ) : (
                <span class="heading-title">{column.title}</span>
              )}
              <ColumnEdge title={column.title} onResize={(pixels) => onResize(column, pixels)} />
            </div>
          );
        })}
      </div>
    </div>
  );
}
