import { formatShare } from "../format";

/** A share of a whole: a bar with the percentage beside it. */
export function Bar({ part, whole }: { readonly part: number; readonly whole: number }) {
  const percent = whole > 0 ? Math.max(0, Math.min(100, (100 * part) / whole)) : 0;
  return (
    <span class="bar">
      <span class="bar-track" aria-hidden="true">
        <span class="bar-fill" style={{ width: `${percent}%` }} />
      </span>
      <span class="bar-text">{formatShare(part, whole)}</span>
    </span>
  );
}
