import { useMemo } from "preact/hooks";
import type { CoreLightLock, CoreLightSummary } from "../../../analyzer/protocol/core/lightThreads";
import { countColumn, textColumn } from "../../widgets/columns";
import { DataTable } from "../../widgets/dataTable";
import type { RowSource } from "../../widgets/rowSource";

/** A lock, or one of those that wait for it. */
interface Row {
  readonly key: string;
  readonly title: string;
  /** Whose stack is shown. */
  readonly lwp: number | undefined;
  readonly lock: CoreLightLock;
  readonly isWaiter: boolean;
}

export interface LightLocksProps {
  readonly summary: CoreLightSummary;
  readonly onChoose: (lwp: number) => void;
}

/** Locks that threads of a runtime wait for, below each those that wait. */
export function LightLocks({ summary: { locks }, onChoose }: LightLocksProps) {
  const source = useMemo(() => sourceOf(locks), [locks]);
  return (
    <DataTable
      label="Locks"
      columns={columns}
      source={source}
      stateKey="coreThreads:locks"
      initialSort={{ column: "order", descending: false }}
      noun={["lock", "locks"]}
      onActive={({ lwp }) => lwp !== undefined && onChoose(lwp)}
      actions={({ lwp }) =>
        lwp === undefined ? [] : [{ id: "stack", title: "Show Stack", run: () => onChoose(lwp) }]
      }
    />
  );
}

function sourceOf(locks: readonly CoreLightLock[]): RowSource<Row> {
  const rows = locks.map((lock): Row => {
    return { key: lock.address, title: lock.name, lwp: lock.threads[0]?.lwp, lock, isWaiter: false };
  });
  return {
    page: async ({ path, start, count }) => {
      const parent = path.at(-1);
      const all = parent === undefined ? rows : parent.lock.threads.map((thread) => waiterOf(parent, thread));
      const part = all.slice(start, start + count);
      return { start, end: start + part.length, total: all.length, rows: part };
    },
    keyOf: ({ key }) => key,
    expandable: ({ isWaiter }) => !isWaiter,
  };
}

function waiterOf({ key, lock }: Row, { lwp, title }: CoreLightLock["threads"][number]): Row {
  return { key: `${key} ${lwp}`, title, lwp, lock, isWaiter: true };
}

const columns = [
  textColumn<Row>("title", "Lock", ({ title }) => title, { sortable: false, width: "minmax(16em, 2fr)" }),
  textColumn<Row>("state", "State", ({ lock, isWaiter }) => (isWaiter ? "waits" : lock.state), {
    sortable: false,
    width: "minmax(14em, 1fr)",
  }),
  countColumn<Row>("count", "Waiting", ({ lock, isWaiter }) => (isWaiter ? 1 : lock.count), {
    sortable: false,
    width: "6em",
  }),
];
