import type { ComponentChildren } from "preact";
import { useCallback, useContext, useEffect, useId, useRef, useState } from "preact/hooks";
import type { SortOrder } from "../../analyzer/protocol/wire";
import { formatQuantity } from "../format";
import { callHost, faultToShow } from "../host";
import { PlaceContext } from "../navigation";
import { useSaved } from "../state";
import type { Column } from "./columns";
import { type ColumnWidths, resized, templateOf } from "./columnWidths";
import { ContextMenu, type MenuAction, type MenuPlace } from "./contextMenu";
import { rowAsText, topRowsAsCsv } from "./rowExport";
import type { RowSource } from "./rowSource";
import { FaultState, LoadingState } from "./states";
import { TableHeading } from "./tableHeading";
import { TableRow } from "./tableRow";
import { nextSort, savedTableState } from "./tableState";
import { TypeAhead } from "./typeAhead";
import { useRowScroll } from "./useRowScroll";
import { useTreeRows } from "./useTreeRows";

const rowHeight = 24;
const mostRowsCopied = 10_000;
const mostRowsSaved = 200_000;

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
 * A virtualised table, or tree of rows, over pages of a {@link RowSource}. Keys: arrows, Home, End, Page Up and
 * Down, letters, Enter, context menu, Ctrl+C. An ARIA grid or treegrid whose focus stays on the grid itself.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { columns, source, stateKey, noun } = props;
  const id = useId();
  const place = useContext(PlaceContext);
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

  const goTo = (position: number) => {
    tree.setActive(position);
    view.show(Math.max(0, Math.min(position, rows.length - 1)));
    noteActive();
  };
  const noteActive = () => {
    tree.remember();
    const { row } = tree.rows.lineAt(tree.position());
    if (row !== undefined) props.onActive?.(row);
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
  const actionsAt = (position: number): readonly MenuAction[] => {
    const line = rows.length === 0 ? undefined : rows.lineAt(position);
    if (line?.row === undefined) return [];
    const { row } = line;
    const path: Row[] = [];
    for (let branch = line.branch; branch.row !== undefined; branch = branch.parent!)
      path.unshift(branch.row);
    const own = props.actions?.(row, path) ?? [];
    return [
      ...own,
      ...(path.length > 0 || own.some((action) => action.id === "copyLink") ? [] : [copyRowLink(row)]),
      { id: "copyRow", title: "Copy Row", separated: true, run: () => copy(rowAsText(columns, row)) },
      { id: "copyCsv", title: "Copy Table as CSV", run: () => void copyCsv() },
      { id: "saveCsv", title: "Save Table as CSV…", run: () => void saveCsv() },
    ];
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
  const openMenu = (position: number, place: MenuPlace) => {
    tree.setActive(position);
    const actions = actionsAt(position);
    if (actions.length > 0) setMenu({ actions, place });
  };
  const closeMenu = useCallback(() => {
    setMenu(undefined);
    grid.current?.focus();
  }, []);
  const csv = (limit: number) => topRowsAsCsv({ source, columns, sort, limit }, new AbortController().signal);
  const copyCsv = async () => copy(await csv(mostRowsCopied));
  const saveCsv = async () =>
    callHost("saveAs", {
      suggestedName: `${props.exportName ?? stateKey}.csv`,
      text: await csv(mostRowsSaved),
    });

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== grid.current || rows.length === 0) return;
    const { active } = tree;
    const line = rows.lineAt(active);
    const command = event.ctrlKey || event.metaKey;
    if (event.key === "ArrowDown") goTo(active + 1);
    else if (event.key === "ArrowUp") goTo(active - 1);
    else if (event.key === "PageDown") goTo(active + view.fitting);
    else if (event.key === "PageUp") goTo(active - view.fitting);
    else if (event.key === "Home") goTo(0);
    else if (event.key === "End") goTo(rows.length - 1);
    else if (event.key === "ArrowRight") {
      if (line.expanded) goTo(active + 1);
      else void expand(active);
    } else if (event.key === "ArrowLeft") {
      const parent = rows.parentPosition(line);
      if (line.expanded) collapse(active);
      else if (parent !== undefined) goTo(parent);
    } else if (event.key === "Enter") {
      if (line.row === undefined) rows.retry(line.branch);
      else actionsAt(active)[0]?.run();
    } else if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) {
      const frame = grid.current!.getBoundingClientRect();
      const top = frame.top + view.topOf(active) - grid.current!.scrollTop + 2 * rowHeight;
      openMenu(active, { x: frame.left + 32, y: top });
    } else if (command && event.key === "c") {
      if (line.row !== undefined) copy(rowAsText(columns, line.row));
    } else if (!command && !event.altKey && event.key.length === 1 && event.key !== " ") {
      const found = typeAhead.current.find(event.key, event.timeStamp, active, rows.length, (position) => {
        const { row } = rows.lineAt(position);
        return row === undefined ? undefined : String(columns[0]!.value(row));
      });
      if (found !== undefined) goTo(found);
    } else return;
    event.preventDefault();
  };

  const { total, failure } = rows.top;
  const template = templateOf(columns, widths);
  const fault = failure === undefined ? undefined : faultToShow(failure);
  const drawn = Array.from({ length: Math.max(0, view.end - view.start) }, (_, step) => view.start + step);
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
            <div class="grid-rows" role="rowgroup" style={{ height: `${view.height}px` }}>
              {drawn.map((position) => {
                const line = rows.lineAt(position);
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
                    expandable={line.row === undefined ? undefined : source.expandable?.(line.row)}
                    onSelect={() => {
                      tree.setActive(position);
                      noteActive();
                    }}
                    onToggle={() => (line.expanded ? collapse(position) : void expand(position))}
                    onOpen={() => actionsAt(position)[0]?.run()}
                    onMenu={(place) => openMenu(position, place)}
                  />
                );
              })}
            </div>
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
      <footer class="table-foot">
        <span role="status">{total === undefined ? "" : formatQuantity(total, noun[0], noun[1])}</span>
        <button type="button" class="link" onClick={() => void copyCsv()} disabled={!total}>
          Copy as CSV
        </button>
        <button type="button" class="link" onClick={() => void saveCsv()} disabled={!total}>
          Save as CSV…
        </button>
      </footer>
      {menu !== undefined && (
        <ContextMenu label="Row actions" actions={menu.actions} place={menu.place} onClose={closeMenu} />
      )}
    </div>
  );
}

function copy(text: string): void {
  void callHost("copyText", { text });
}
