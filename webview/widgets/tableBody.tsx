import type { Column } from "./columns";
import type { MenuPlace } from "./contextMenu";
import { TableRow } from "./tableRow";
import type { RowWindow } from "./useRowScroll";
import type { TreeView } from "./useTreeRows";

export interface TableBodyProps<Row> {
  /** Of the table: a row's own is made of it and the row's position. */
  readonly id: string;
  readonly columns: readonly Column<Row>[];
  readonly template: string;
  readonly tree: TreeView<Row>;
  readonly view: RowWindow;
  readonly isExpandable: ((row: Row) => boolean) | undefined;
  readonly onSelect: (position: number) => void;
  readonly onToggle: (position: number) => void;
  readonly onOpen: (position: number) => void;
  readonly onMenu: (position: number, place: MenuPlace) => void;
}

/** The rows in view. */
export function TableBody<Row>(props: TableBodyProps<Row>) {
  const { id, columns, template, tree, view, isExpandable } = props;
  const drawn = Array.from({ length: Math.max(0, view.end - view.start) }, (_, step) => view.start + step);
  return (
    <div class="grid-rows" role="rowgroup" style={{ height: `${view.height}px` }}>
      {drawn.map((position) => {
        const line = tree.rows.lineAt(position);
        return (
          <TableRow
            key={`${line.branch.level}/${position}`}
            id={`${id}-${position}`}
            position={position}
            line={line}
            columns={columns}
            template={template}
            top={view.topOf(position)}
            active={position === tree.active}
            expandable={line.row === undefined ? undefined : isExpandable?.(line.row)}
            onSelect={() => props.onSelect(position)}
            onToggle={() => props.onToggle(position)}
            onOpen={() => props.onOpen(position)}
            onMenu={(place) => props.onMenu(position, place)}
          />
        );
      })}
    </div>
  );
}
