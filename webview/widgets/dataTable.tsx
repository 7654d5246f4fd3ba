import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useId, useRef, useState } from "preact/hooks";
import type { SortOrder } from "../../analyzer/protocol/wire";
import { faultToShow } from "../host";
import { useSaved } from "../state";
import type { Column } from "./columns";
import { type ColumnWidths, resized, templateOf } from "./columnWidths";
import { ContextMenu, type MenuAction, type MenuPlace, returnFocus } from "./contextMenu";
import type { RowSource } from "./rowSource";
import { FaultState, LoadingState } from "./states";
import { useTableActions } from "./tableActions";
import { TableBody } from "./tableBody";
import { TableFoot } from "./tableFoot";
import { TableHeading } from "./tableHeading";
import { pressTableKey } from "./tableKeys";
import { nextSort, savedTableState } from "./tableState";
import { TypeAhead } from "./typeAhead";
import { useRowScroll } from "./useRowScroll";
import { useTreeRows } from "./useTreeRows";

const rowHeight = 24;

export interface DataTableProps<Row> {
  /** Name for screen readers. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  /** Keep it stable (useMemo): a new source starts the table afresh. */
  readonly source: RowSource<Row>;
  readonly initialSort: SortOrder<string>;
  /** Under which the table keeps its order and place over a reload; one per table. */
  readonly stateKey: string;
  /** What can be done with a row; the first is what Enter and double click do. */
  readonly actions?: (row: Row, path: readonly Row[]) => readonly MenuAction[];
  /** The reader moved to a row. */
  readonly onActive?: (row: Row) => void;
  /** Go to the row with this key; a new object goes there again. */
  readonly reveal?: { readonly key: string } | undefined;
  readonly empty?: ComponentChildren;
  /** Singular and plural of what a row is. */
  readonly noun: readonly [string, string];
  /** Base of the file name when saved as CSV. */
  readonly exportName?: string;
}

/**
 * A virtualised table, or tree of rows, over pages of a {@link RowSource}. Keys as in `tableKeys`. An ARIA grid or
 * treegrid whose focus stays on the grid itself.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { columns, source, stateKey, noun } = props;
  const id = useId();
  const grid = useRef<HTMLDivElement>(null);
  const typeAhead = useRef(new TypeAhead());
  const [sort, setSort] = useState(() => savedTableState(stateKey)?.sort ?? props.initialSort);
  const [widths, setWidths] = useSaved<ColumnWidths>(`widths:${stateKey}`, {});
  const [menu, setMenu] = useState<{ actions: readonly MenuAction[]; place: MenuPlace } | undefined>();
  const show = useRef<(row: number) => void>(() => undefined);
  const tree = useTreeRows(source, sort, stateKey, (position) => show.current(position));
  const { rows } = tree;
  const view = useRowScroll(grid, rows.length, rowHeight);
  show.current = view.show;
  const { exportName, actions: ownActions } = props;
  const actions = useTableActions({ columns, source, sort, rows, stateKey, exportName, actions: ownActions });

  useEffect(() => rows.want(view.start, view.end));
  useEffect(() => {
    if (props.reveal === undefined) return;
    const { key } = props.reveal;
    void tree.reveal(key).then((found) => {
      if (found) {
        tree.remember();
        grid.current?.focus();
      }
    });
  }, [props.reveal, rows]);

  const noteActive = () => {
    tree.remember();
    const { row } = tree.rows.lineAt(tree.position());
    if (row !== undefined) props.onActive?.(row);
  };
  const goTo = (position: number) => {
    tree.setActive(position);
    view.show(Math.max(0, Math.min(position, rows.length - 1)));
    noteActive();
  };
  const changeSort = (column: Column<Row>) => {
    tree.remember();
    setSort(nextSort(sort, column));
  };
  const expand = async (position: number) => {
    const line = rows.lineAt(position);
    if (line.row === undefined || !(source.expandable?.(line.row) ?? false)) return;
    await rows.expand(line);
    tree.remember();
  };
  const collapse = (position: number) => {
    rows.collapse(rows.lineAt(position));
    tree.remember();
  };
  const openMenu = (position: number, place: MenuPlace) => {
    tree.setActive(position);
    const offered = actions.of(position);
    if (offered.length > 0) setMenu({ actions: offered, place });
  };
  const openMenuAtRow = (position: number) => {
    const frame = grid.current!.getBoundingClientRect();
    const top = frame.top + view.topOf(position) - grid.current!.scrollTop + 2 * rowHeight;
    openMenu(position, { x: frame.left + 32, y: top });
  };
  const closeMenu = useCallback(() => {
    setMenu(undefined);
    returnFocus(grid.current);
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== grid.current || rows.length === 0) return;
    const { active } = tree;
    const line = rows.lineAt(active);
    const isKnown = pressTableKey(event, {
      active,
      rows: rows.length,
      fitting: view.fitting,
      expanded: line.expanded,
      parent: rows.parentPosition(line),
      typeAhead: typeAhead.current,
      textAt: (position) => {
        const { row } = rows.lineAt(position);
        return row === undefined ? undefined : String(columns[0]!.value(row));
      },
      goTo,
      expand: () => void expand(active),
      collapse: () => collapse(active),
      open: () => (line.row === undefined ? rows.retry(line.branch) : actions.of(active)[0]?.run()),
      copy: () => actions.copyRow(active),
      openMenu: () => openMenuAtRow(active),
    });
    if (isKnown) event.preventDefault();
  };

  const { total, failure } = rows.top;
  const template = templateOf(columns, widths);
  const fault = failure === undefined ? undefined : faultToShow(failure);
  return (
    <div class="table">
      <div
        ref={grid}
        class="grid"
        role={source.expandable === undefined ? "grid" : "treegrid"}
        aria-label={props.label}
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length}
        aria-activedescendant={total ? `${id}-${tree.active}` : undefined}
        aria-busy={total === undefined && fault === undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <div class="grid-content">
          <TableHeading
            columns={columns}
            sort={sort}
            template={template}
            onSort={changeSort}
            onResize={(column, pixels) => setWidths(resized(widths, column.id, pixels))}
          />
          {total !== undefined && total > 0 && (
            <TableBody
              id={id}
              columns={columns}
              template={template}
              tree={tree}
              view={view}
              isExpandable={source.expandable}
              onSelect={(position) => {
                tree.setActive(position);
                noteActive();
              }}
              onToggle={(position) =>
                rows.lineAt(position).expanded ? collapse(position) : void expand(position)
              }
              onOpen={(position) => actions.of(position)[0]?.run()}
              onMenu={openMenu}
            />
          )}
        </div>
      </div>
      {!total && (
        // Over the grid, not in it: a grid has rows and nothing else.
        <div class="table-state">
          {fault !== undefined && <FaultState fault={fault} onRetry={() => rows.retry(rows.top)} />}
          {fault === undefined && total === undefined && <LoadingState label={`Loading ${noun[1]}…`} />}
          {total === 0 && props.empty}
        </div>
      )}
      <TableFoot
        total={total}
        noun={noun}
        onCopy={() => void actions.copyCsv()}
        onSave={() => void actions.saveCsv()}
      />
      {menu !== undefined && (
        <ContextMenu label="Row actions" actions={menu.actions} place={menu.place} onClose={closeMenu} />
      )}
    </div>
  );
}
