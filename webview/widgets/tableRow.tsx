import { faultToShow } from "../host";
import type { Column } from "./columns";
import type { MenuPlace } from "./contextMenu";
import type { TreeLine } from "./treeRows";

/** Deeper rows are not indented further: chains of thousands of dominators would leave the screen. */
const deepestIndent = 24;
const indentWidth = 14;

export interface TableRowProps<Row> {
  readonly id: string;
  readonly position: number;
  readonly line: TreeLine<Row>;
  readonly columns: readonly Column<Row>[];
  readonly template: string;
  readonly top: number;
  readonly active: boolean;
  /** undefined in a flat table. */
  readonly expandable: boolean | undefined;
  readonly onSelect: () => void;
  readonly onToggle: () => void;
  readonly onOpen: () => void;
  readonly onMenu: (place: MenuPlace) => void;
}

/** One line of a table. Keys are the grid's business, so that the focus never leaves it. */
export function TableRow<Row>(props: TableRowProps<Row>) {
  const { line, columns, expandable } = props;
  const { row, branch } = line;
  const indent = Math.min(branch.level - 1, deepestIndent) * indentWidth;
  return (
    <div
      id={props.id}
      class={`grid-row${props.active ? " active" : ""}`}
      role="row"
      aria-rowindex={props.position + 2}
      aria-selected={props.active}
      aria-level={expandable === undefined ? undefined : branch.level}
      aria-posinset={expandable === undefined ? undefined : line.index + 1}
      aria-setsize={expandable === undefined ? undefined : branch.total}
      aria-expanded={expandable ? line.expanded : undefined}
      style={{ gridTemplateColumns: props.template, top: `${props.top}px` }}
      onPointerDown={props.onSelect}
      onDblClick={props.onOpen}
      onContextMenu={(event) => {
        event.preventDefault();
        props.onMenu({ x: event.clientX, y: event.clientY });
      }}
    >
      {row === undefined ? (
        <div class="cell waiting" role="gridcell" style={{ paddingLeft: `${indent + 24}px` }}>
          {branch.failure === undefined
            ? "Loading…"
            : `${messageOf(branch.failure)} Press Enter to try again.`}
        </div>
      ) : (
        columns.map((column, index) => (
          <div
            key={column.id}
            class={`cell ${column.align}`}
            role="gridcell"
            title={column.tooltip?.(row)}
            style={index === 0 && expandable !== undefined ? { paddingLeft: `${indent + 4}px` } : undefined}
          >
            {index === 0 && expandable !== undefined && (
              <Twistie shown={expandable} expanded={line.expanded} onToggle={props.onToggle} />
            )}
            {column.render === undefined ? String(column.value(row)) : column.render(row)}
          </div>
        ))
      )}
    </div>
  );
}

interface TwistieProps {
  readonly shown: boolean;
  readonly expanded: boolean;
  readonly onToggle: () => void;
}

function Twistie({ shown, expanded, onToggle }: TwistieProps) {
  if (!shown) return <span class="twistie" aria-hidden="true" />;
  return (
    <span
      class={`twistie shown${expanded ? " expanded" : ""}`}
      aria-hidden="true"
      onClick={onToggle}
      onDblClick={(event) => event.stopPropagation()}
    >
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path d="M6 4l4 4-4 4" fill="none" stroke="currentColor" stroke-width="1.4" />
      </svg>
    </span>
  );
}

function messageOf(failure: unknown): string {
  return faultToShow(failure)?.message ?? "Cancelled.";
}
