import { useEffect, useMemo } from "preact/hooks";
import type {
  CoreJavaHeap,
  DirectBufferRow,
  JavaClassColumn,
  JavaClassRow,
  JavaMetaspace,
  LoaderMetaspaceRow,
} from "../../../analyzer/protocol/core/javaHeap";
import type { SortOrder } from "../../../analyzer/protocol/wire";
import { ask } from "../../ask";
import { formatBytes, formatCount, formatExactBytes, formatQuantity } from "../../format";
import { callHost } from "../../host";
import { useNavigate } from "../../navigation";
import { useSaved } from "../../state";
import { BarList } from "../../widgets/barList";
import { ClassLabel } from "../../widgets/className";
import { bytesColumn, countColumn, shareColumn, textColumn } from "../../widgets/columns";
import { DataTable } from "../../widgets/dataTable";
import { Figures } from "../../widgets/keyValue";
import type { RowSource } from "../../widgets/rowSource";
import { EmptyState } from "../../widgets/states";
import { Button, TextField } from "../../widgets/toolkit";
import { Answered } from "../answered";
import { LocalTable } from "../localTable";
import { copyAction, goToClass, presentActions } from "../rowActions";
import { useAnswer } from "../useAnswer";
import { useDelayed } from "../useDelayed";
import type { ViewProps } from "../viewProps";

/** Objects of a JVM's core by class, garbage included, and the direct buffers they stand for. */
export function JavaHeapView({ params }: ViewProps<"javaHeap">) {
  const heap = useAnswer("core/javaHeap", {});
  const [filter, setFilter] = useSaved("javaHeap:filter", params.filter ?? "");
  useEffect(() => {
    if (params.filter !== undefined) setFilter(params.filter);
  }, [params, setFilter]);
  const applied = useDelayed(filter);
  const source = useMemo(() => classSource(applied), [applied]);
  return (
    <div class="view">
      <Answered answer={heap} waiting="Walking the Java heap…">
        {(result) => (
          <>
            <HeapFacts heap={result} />
            <div class="toolbar" role="toolbar" aria-label="Classes">
              <TextField label="Filter by class name" value={filter} onInput={setFilter} />
              <Button onClick={() => void callHost("openHeapOfCore", null)}>Open as Heap Dump</Button>
            </div>
            <DataTable
              label="Objects by class"
              columns={columnsFor(result.objectBytes)}
              source={source}
              stateKey="javaHeap"
              initialSort={{ column: "bytes", descending: true }}
              noun={["class", "classes"]}
              empty={<EmptyState title={`No class name contains “${applied}”.`} />}
              actions={(row) =>
                presentActions([
                  goToClass(row.className),
                  copyAction("copyName", "Copy Class Name", row.className),
                ])
              }
            />
          </>
        )}
      </Answered>
    </div>
  );
}

function HeapFacts({ heap }: { readonly heap: CoreJavaHeap }) {
  const bytes = (key: string, value: number, hint?: string) => ({
    key,
    value: formatBytes(value),
    hint: hint === undefined ? formatExactBytes(value) : `${formatExactBytes(value)}\n${hint}`,
  });
  const { directMemory, metaspace } = heap;
  return (
    <div class="band">
      <Figures
        pairs={[
          { key: "Objects", value: formatCount(heap.objects) },
          bytes("Their size", heap.objectBytes, "Live objects and those not yet collected"),
          bytes("Committed", heap.committedBytes),
          bytes("Reserved", heap.reservedBytes),
          ...(metaspace === undefined
            ? []
            : [bytes("Metaspace used", metaspace.usedBytes, "Class metadata, outside the heap")]),
          ...(directMemory === undefined
            ? []
            : [
                bytes(
                  `Direct, in ${formatCount(directMemory.buffers)} buffers`,
                  directMemory.reservedBytes,
                  "Outside the heap, by the JVM's own count",
                ),
              ]),
        ]}
      />
      <p class="note">
        {heap.jvm}, {heap.collector}. Live objects and garbage alike: opened as a heap dump they are told
        apart.
        {heap.unwalkedBytes > 0 && (
          <strong> In {formatBytes(heap.unwalkedBytes)} of the heap no objects could be told.</strong>
        )}
        {heap.movedObjects !== undefined && (
          <strong>
            {" "}
            Taken inside a collection: figures are bounds, objects that were being moved (
            {formatCount(heap.movedObjects)} are told) may be counted twice.
          </strong>
        )}
      </p>
      <BarList
        label="Heap by space"
        isChange={false}
        unit="bytes"
        rows={heap.spaces.map(({ name, parts, usedBytes, committedBytes }) => ({
          name: parts === 1 ? name : `${name}, ${formatCount(parts)} parts`,
          value: usedBytes,
          of: committedBytes,
        }))}
      />
      {heap.metaspace !== undefined && <Metaspace metaspace={heap.metaspace} />}
      <DirectBuffers rows={heap.directBuffers} />
    </div>
  );
}

function Metaspace({ metaspace }: { readonly metaspace: JavaMetaspace }) {
  return (
    <details>
      <summary>Metaspace by class loader</summary>
      {metaspace.unread > 0 && (
        <p class="note">
          Lower bounds: {formatQuantity(metaspace.unread, "list of chunks", "lists of chunks")} could not be
          followed.
        </p>
      )}
      <LocalTable
        boxed
        label="Metaspace by class loader"
        stateKey="javaHeap:metaspace"
        rows={metaspace.loaders}
        columns={loaderColumns}
        keyOf={loaderName}
        initialSort={{ column: "used", descending: true }}
        noun={["class of loaders", "classes of loaders"]}
        actions={(row) =>
          row.className === undefined
            ? []
            : presentActions([
                goToClass(row.className),
                copyAction("copyName", "Copy Class Name", row.className),
              ])
        }
      />
    </details>
  );
}

const loaderName = (row: LoaderMetaspaceRow) => row.className ?? "(boot loader)";

const loaderColumns = [
  textColumn<LoaderMetaspaceRow>("loader", "Class of the loaders", loaderName, {
    width: "minmax(16em, 1fr)",
    render: (row) => (row.className === undefined ? loaderName(row) : <ClassLabel name={row.className} />),
  }),
  countColumn<LoaderMetaspaceRow>("loaders", "Loaders", (row) => row.loaders),
  countColumn<LoaderMetaspaceRow>("classes", "Classes", (row) => row.classes),
  bytesColumn<LoaderMetaspaceRow>("used", "Used", (row) => row.usedBytes),
  bytesColumn<LoaderMetaspaceRow>("committed", "Committed", (row) => row.committedBytes),
];

function DirectBuffers({ rows }: { readonly rows: readonly DirectBufferRow[] }) {
  const navigate = useNavigate();
  if (rows.length === 0) return null;
  return (
    <details>
      <summary>Direct buffers</summary>
      <LocalTable
        boxed
        label="Direct buffers"
        stateKey="javaHeap:buffers"
        rows={rows}
        columns={bufferColumns}
        keyOf={bufferKey}
        initialSort={{ column: "capacity", descending: true }}
        noun={["buffer", "buffers"]}
        actions={(row) => [
          {
            id: "bytes",
            title: "Show Bytes",
            run: () => navigate({ view: "bytes", params: { address: row.address } }),
          },
          copyAction("copy", "Copy Address", row.address),
        ]}
      />
    </details>
  );
}

const bufferColumns = [
  textColumn<DirectBufferRow>("address", "Memory", (row) => row.address, {
    render: (row) => <span class="code">{row.address}</span>,
  }),
  textColumn<DirectBufferRow>("object", "Object", (row) => row.object, {
    render: (row) => <span class="code">{row.object}</span>,
  }),
  bytesColumn<DirectBufferRow>("capacity", "Capacity", (row) => row.capacity),
];

const bufferKey = (row: DirectBufferRow) => row.object;

function columnsFor(whole: number) {
  return [
    textColumn<JavaClassRow>("className", "Class", (row) => row.className, {
      width: "minmax(20em, 1fr)",
      render: (row) => (
        <>
          <ClassLabel name={row.className} />
          {row.loaded > 1 && <span class="aside">{formatCount(row.loaded)} classes of this name</span>}
        </>
      ),
    }),
    countColumn<JavaClassRow>("objects", "Objects", (row) => row.objects),
    bytesColumn<JavaClassRow>("bytes", "Shallow", (row) => row.bytes),
    shareColumn<JavaClassRow>("share", "Of objects", (row) => row.bytes, whole),
  ];
}

function classSource(filter: string): RowSource<JavaClassRow> {
  return {
    page: ({ start, count, sort }, signal) =>
      ask(
        "core/javaClasses",
        { start, count, sort: sort as SortOrder<JavaClassColumn>, ...(filter === "" ? {} : { filter }) },
        signal,
      ),
    keyOf: (row) => row.className,
  };
}
