import { formatQuantity } from "../format";

export interface TableFootProps {
  /** undefined until it is known. */
  readonly total: number | undefined;
  readonly noun: readonly [string, string];
  readonly onCopy: () => void;
  readonly onSave: () => void;
}

/** How many rows there are, and what can be done with all of them. */
export function TableFoot({ total, noun, onCopy, onSave }: TableFootProps) {
  return (
    <footer class="table-foot">
      <span role="status">{total === undefined ? "" : formatQuantity(total, noun[0], noun[1])}</span>
      <button type="button" class="link" onClick={onCopy} disabled={!total}>
        Copy as CSV
      </button>
      <button type="button" class="link" onClick={onSave} disabled={!total}>
        Save as CSV…
      </button>
    </footer>
  );
}
