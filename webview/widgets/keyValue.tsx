import type { ComponentChildren } from "preact";

export interface Pair {
  readonly key: string;
  readonly value: ComponentChildren;
  /** Shown on hover, e.g. exact bytes. */
  readonly hint?: string;
}

/** Facts by name, in two columns. Pairs without a value are left out. */
export function KeyValue({ pairs }: { readonly pairs: readonly Pair[] }) {
  return (
    <dl class="key-value">
      {pairs
        .filter(({ value }) => value !== undefined && value !== null && value !== false && value !== "")
        .map(({ key, value, hint }) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd title={hint}>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** Big figures in a row, each with its name under it. */
export function Figures({ pairs }: { readonly pairs: readonly Pair[] }) {
  return (
    <dl class="figures">
      {pairs.map(({ key, value, hint }) => (
        <div key={key} title={hint}>
          <dt>{key}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
