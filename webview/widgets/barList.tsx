import { formatBytes, formatCount, formatExactBytes } from "../format";

export interface BarRow {
  readonly name: string;
  /** A change may be negative. */
  readonly value: number;
  /** What the value is a part of. */
  readonly of?: number;
}

export interface BarListProps {
  readonly label: string;
  readonly rows: readonly BarRow[];
  /** Values are what changed: written with a sign, those below zero drawn to the left. */
  readonly isChange: boolean | undefined;
  readonly unit: "bytes" | "count";
}

/** Figures by name, each with a bar to the scale of the largest. */
export function BarList({ label, rows, isChange = false, unit }: BarListProps) {
  const most = rows.reduce((all, { value, of }) => Math.max(all, Math.abs(value), of ?? 0), 1);
  const hasWholes = rows.some(({ of }) => of !== undefined);
  const show = (value: number) => (unit === "bytes" ? formatBytes(value) : formatCount(value));
  const share = (value: number) => `${((isChange ? 50 : 100) * Math.abs(value)) / most}%`;
  return (
    <table class="plain bar-list" aria-label={label}>
      <tbody>
        {rows.map(({ name, value, of }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td class="end" title={unit === "bytes" ? formatExactBytes(value) : undefined}>
              {isChange && value > 0 ? "+" : ""}
              {show(value)}
            </td>
            {hasWholes && <td class="end note">{of === undefined ? "" : `of ${show(of)}`}</td>}
            <td class={isChange ? "bar-cell two-sided" : "bar-cell"} aria-hidden="true">
              {of !== undefined && <span class="bar-whole" style={{ width: share(of) }} />}
              <span class={value < 0 ? "bar-part below" : "bar-part"} style={{ width: share(value) }} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
