import type { SortOrder } from "../../analyzer/protocol/wire";
import { savedValue, saveValue } from "../state";
import type { Column } from "./columns";

/** What a table remembers over a reload: its order, what was open, where the reader was. */
export interface TableState {
  readonly sort: SortOrder<string>;
  /** Keys of expanded rows, outermost first. */
  readonly expanded: readonly string[];
  readonly active?: string;
}

export function savedTableState(stateKey: string): TableState | undefined {
  return savedValue<TableState>(`table:${stateKey}`);
}

export function saveTableState(stateKey: string, state: TableState): void {
  saveValue(`table:${stateKey}`, state);
}

/** The order after a click on a heading: turned round when it was the sort column already. */
export function nextSort<Row>(sort: SortOrder<string>, column: Column<Row>): SortOrder<string> {
  const descending = sort.column === column.id ? !sort.descending : column.descendingFirst;
  return { column: column.id, descending };
}
