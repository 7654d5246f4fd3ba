import { useMemo } from "preact/hooks";
import type { DuplicateClassRow, LoaderRow } from "../../../analyzer/protocol/heap/loaders";
import type { SortOrder } from "../../../analyzer/protocol/wire";
import { useNavigate } from "../../navigation";
import { NoteMark } from "../../notes";
import { bytesColumn, countColumn, textColumn } from "../../widgets/columns";
import { DataTable } from "../../widgets/dataTable";
import { localSource, type RowSource } from "../../widgets/rowSource";
import { Section } from "../../widgets/section";
import { EmptyState } from "../../widgets/states";
import { Answered } from "../answered";
import { LocalTable } from "../localTable";
import { useAnswer } from "../useAnswer";
import type { ViewProps } from "../viewProps";
import { ClassCell } from "./classCell";
import { classActions, objectActions } from "./objectActions";

/** Class loaders as a tree by parent, and classes that more than one of them has loaded. */
export function LoadersView(_: ViewProps<"loaders">) {
  const loaders = useAnswer("heap/loaders", {});
  const duplicates = useAnswer("heap/duplicateClasses", {});
  const navigate = useNavigate();
  return (
    <div class="page">
      <Section title="Class loaders" note="Open a loader to see those it is the parent of.">
        <Answered answer={loaders} waiting="Reading class loaders…">
          {({ loaders: rows }) => <LoaderTree rows={rows} />}
        </Answered>
      </Section>
      <Section title="Classes loaded more than once">
        <Answered answer={duplicates} waiting="Looking for duplicate classes…">
          {({ rows }) => (
            <LocalTable
              boxed
              label="Classes loaded more than once"
              stateKey="loaders:duplicates"
              rows={rows}
              columns={duplicateColumns}
              keyOf={duplicateKey}
              initialSort={{ column: "loaders", descending: true }}
              noun={["class", "classes"]}
              empty="Every class is loaded once."
              actions={(row) => classActions(navigate, row)}
            />
          )}
        </Answered>
      </Section>
    </div>
  );
}

const columns = [
  textColumn<LoaderRow>("name", "Loader", (row) => row.name, {
    render: (row) => (
      <>
        {row.name}
        {!row.name.includes(row.className) && <span class="aside">{row.className}</span>}
        <NoteMark id={row.objectId} />
      </>
    ),
  }),
  countColumn<LoaderRow>("classes", "Classes", (row) => row.classes),
  countColumn<LoaderRow>("objects", "Objects", (row) => row.objects),
  bytesColumn<LoaderRow>("shallowBytes", "Shallow", (row) => row.shallowBytes),
  bytesColumn<LoaderRow>("retainedBytes", "Retained", (row) => row.retainedBytes),
];

function LoaderTree({ rows }: { readonly rows: readonly LoaderRow[] }) {
  const navigate = useNavigate();
  const source = useMemo(() => loaderSource(rows), [rows]);
  return (
    <div class="table-box tall">
      <DataTable
        label="Class loaders"
        columns={columns}
        source={source}
        stateKey="loaders"
        initialSort={{ column: "retainedBytes", descending: true }}
        noun={["loader at the top", "loaders at the top"]}
        empty={<EmptyState title="This dump names no class loaders." />}
        // The boot loader is no object.
        actions={(row) => (Number(row.objectId) === 0 ? [] : objectActions(navigate, row))}
      />
    </div>
  );
}

function loaderSource(rows: readonly LoaderRow[]): RowSource<LoaderRow> {
  const ids = new Set(rows.map((row) => row.objectId));
  const isTop = (row: LoaderRow) =>
    row.parentId === undefined || row.parentId === row.objectId || !ids.has(row.parentId);
  const keyOf = (row: LoaderRow) => row.objectId;
  const childrenOf = (parent: LoaderRow | undefined) =>
    rows.filter((row) =>
      parent === undefined
        ? isTop(row)
        : row.parentId === parent.objectId && row.objectId !== parent.objectId,
    );
  return {
    keyOf,
    expandable: (row) => childrenOf(row).length > 0,
    page: (
      {
        path,
        start,
        count,
        sort,
      }: { path: readonly LoaderRow[]; start: number; count: number; sort: SortOrder<string> },
      signal,
    ) =>
      localSource({ rows: childrenOf(path.at(-1)), columns, keyOf }).page(
        { path: [], start, count, sort },
        signal,
      ),
  };
}

const duplicateColumns = [
  textColumn<DuplicateClassRow>("className", "Class", (row) => row.className, {
    render: (row) => <ClassCell className={row.className} />,
  }),
  countColumn<DuplicateClassRow>("loaders", "Times", (row) => row.loaders.length, { width: "6em" }),
  countColumn<DuplicateClassRow>("objects", "Objects", (row) => row.objects),
  textColumn<DuplicateClassRow>("names", "Loaders", (row) => row.loaders.join(", ")),
];

const duplicateKey = (row: DuplicateClassRow) => row.className;
