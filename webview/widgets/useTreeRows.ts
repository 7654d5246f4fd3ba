import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { SortOrder } from "../../analyzer/protocol/wire";
import { locateRow, type RowSource } from "./rowSource";
import { savedTableState, saveTableState } from "./tableState";
import { type Branch, type TreeLine, TreeRows } from "./treeRows";

/** Rows reopened after a new order came; beyond that the reader opens them again. */
const mostReopened = 40;

/** Where the reader is: a row of a branch, which stays true while other branches open and close. */
export interface ActiveRow<Row> {
  readonly branch: Branch<Row>;
  readonly index: number;
}

export interface TreeView<Row> {
  readonly rows: TreeRows<Row>;
  readonly active: number;
  /** Like `active`, but also right after `setActive`. */
  readonly position: () => number;
  readonly setActive: (position: number) => void;
  /** Opens the way to a row and goes there; false when the source cannot find it. */
  readonly reveal: (key: string) => Promise<boolean>;
  readonly remember: () => void;
}

/**
 * The lines of a table for a source and an order. A new order or filter starts afresh, then opens again what was
 * open and returns to the row the reader was on, as far as the source can locate them.
 */
export function useTreeRows<Row>(
  source: RowSource<Row>,
  sort: SortOrder<string>,
  stateKey: string,
  onMoved: (position: number) => void,
): TreeView<Row> {
  const [, redraw] = useState(0);
  const active = useRef<ActiveRow<Row> | undefined>(undefined);
  const previous = useRef<{ expanded: readonly string[]; active?: string } | undefined>(
    savedTableState(stateKey),
  );

  const rows = useMemo(() => {
    active.current = undefined;
    return new TreeRows<Row>(
      (path, start, count, signal) => source.page({ path, start, count, sort }, signal),
      () => redraw((count) => count + 1),
    );
  }, [source, sort]);

  const positionOfActive = () =>
    active.current === undefined
      ? 0
      : Math.min(Math.max(0, rows.length - 1), rows.positionOf(active.current.branch, active.current.index));

  const goTo = (position: number) => {
    if (rows.length === 0) return;
    const line = rows.lineAt(Math.max(0, Math.min(position, rows.length - 1)));
    active.current = { branch: line.branch, index: line.index };
    redraw((count) => count + 1);
  };

  const reveal = async (key: string, signal: AbortSignal): Promise<boolean> => {
    const indices = await locateRow(source, key, sort, signal);
    if (signal.aborted || indices.length === 0) return false;
    const position = await rows.reveal(indices);
    if (signal.aborted || position === undefined) return false;
    goTo(position);
    onMoved(position);
    return true;
  };

  const remember = () => {
    const line: TreeLine<Row> | undefined = rows.length === 0 ? undefined : rows.lineAt(positionOfActive());
    const expanded = rows.expandedRows().map(source.keyOf).slice(0, mostReopened);
    const state = line?.row === undefined ? { expanded } : { expanded, active: source.keyOf(line.row) };
    previous.current = state;
    saveTableState(stateKey, { sort, ...state });
  };

  useEffect(() => {
    const controller = new AbortController();
    void restore(controller.signal);
    return () => {
      controller.abort();
      rows.dispose();
    };

    async function restore(signal: AbortSignal): Promise<void> {
      const before = previous.current;
      if (before === undefined) return;
      try {
        for (const key of before.expanded) {
          const indices = await locateRow(source, key, sort, signal);
          if (signal.aborted) return;
          const position = indices.length === 0 ? undefined : await rows.reveal(indices);
          if (signal.aborted) return;
          if (position !== undefined) await rows.expand(rows.lineAt(position));
        }
        if (before.active !== undefined && active.current === undefined) await reveal(before.active, signal);
      } catch (thrown) {
        // Not being able to return to a place is no reason to hide the table: its own pages report failures.
        if (!signal.aborted) console.warn("Could not return to the previous rows", thrown);
      }
    }
  }, [rows]);

  return {
    rows,
    active: positionOfActive(),
    position: positionOfActive,
    setActive: goTo,
    reveal: (key) => reveal(key, new AbortController().signal),
    remember,
  };
}
