import { useEffect, useMemo } from "preact/hooks";
import type {
  JvmFacts,
  RegionColumn,
  RegionRow,
  RegionSummary,
} from "../../../analyzer/protocol/core/regions";
import type { SortOrder } from "../../../analyzer/protocol/wire";
import { ask } from "../../ask";
import { formatBytes, formatExactBytes, formatShare } from "../../format";
import { useLinkParams, useNavigate } from "../../navigation";
import { useSaved } from "../../state";
import { bytesColumn, textColumn } from "../../widgets/columns";
import { DataTable } from "../../widgets/dataTable";
import type { RowSource } from "../../widgets/rowSource";
import { EmptyState } from "../../widgets/states";
import { Button, TextField } from "../../widgets/toolkit";
import { Treemap } from "../../widgets/treemap";
import { Answered } from "../answered";
import { useAnswer } from "../useAnswer";
import { useDelayed } from "../useDelayed";
import type { ViewProps } from "../viewProps";
import { regionActions } from "./regionActions";
import { RegionChart } from "./regionMap";

/** What every byte of the process was for, with what nobody can explain. */
export function RegionsView({ params }: ViewProps<"regions">) {
  const summary = useAnswer("core/regionSummary", {});
  const [category, setCategory] = useSaved("regions:category", "");
  const [filter, setFilter] = useSaved("regions:filter", "");
  useEffect(() => {
    if (params.category !== undefined) setCategory(params.category);
    if (params.filter !== undefined) setFilter(params.filter);
  }, [params, setCategory, setFilter]);
  const navigate = useNavigate();
  useLinkParams("regions", { category, filter });
  const applied = useDelayed(filter);
  const source = useMemo(() => regionSource(category, applied), [category, applied]);
  return (
    <div class="view">
      <Answered answer={summary} waiting="Explaining the memory…">
        {(result) => (
          <>
            <Categories summary={result} onChoose={setCategory} onFilter={setFilter} />
            <div class="toolbar" role="toolbar" aria-label="Regions">
              <TextField label="Filter by label, kind or path" value={filter} onInput={setFilter} />
              {category !== "" && <Button onClick={() => setCategory("")}>{`Only ${category} ✕`}</Button>}
            </div>
            <DataTable
              label="Memory regions"
              columns={columns}
              source={source}
              stateKey="regions"
              initialSort={{ column: "dumpedBytes", descending: true }}
              noun={["region", "regions"]}
              empty={<EmptyState title="No region matches." />}
              actions={(row) => [
                ...regionActions(navigate, row),
                { id: "only", title: `Only ${row.category}`, run: () => setCategory(row.category) },
              ]}
            />
          </>
        )}
      </Answered>
    </div>
  );
}

interface CategoriesProps {
  readonly summary: RegionSummary;
  readonly onChoose: (category: string) => void;
  readonly onFilter: (text: string) => void;
}

function Categories({ summary, onChoose, onFilter }: CategoriesProps) {
  const { categories, dumpedBytes, unexplainedBytes, jvm, go } = summary;
  const groups = useMemo(() => categories.map(({ name }) => name), [categories]);
  const tiles = categories
    .filter((category) => category.dumpedBytes > 0)
    .map((category) => ({
      key: category.name,
      label: category.name,
      detail: `${formatBytes(category.dumpedBytes)}, ${formatShare(category.dumpedBytes, dumpedBytes)}${category.guessedBytes > 0 ? `, ${formatShare(category.guessedBytes, category.dumpedBytes)} guessed` : ""}`,
      weight: category.dumpedBytes,
      onOpen: () => onChoose(category.name),
    }));
  return (
    <div class="band">
      <p class="note">
        <span title={formatExactBytes(dumpedBytes)}>{formatBytes(dumpedBytes)}</span> in the core,{" "}
        <strong title={formatExactBytes(unexplainedBytes)}>
          {formatBytes(unexplainedBytes)} ({formatShare(unexplainedBytes, dumpedBytes)}) unexplained
        </strong>
        {jvm !== undefined && <JvmNote jvm={jvm} />}
        {go !== undefined && ` · ${go.words}`}
      </p>
      <Treemap label="Memory by category" height={150} tiles={tiles} />
      <RegionChart groups={groups} onChoose={onFilter} />
    </div>
  );
}

function JvmNote({ jvm }: { readonly jvm: JvmFacts }) {
  const navigate = useNavigate();
  const { heapUsedBytes, heapCommittedBytes, directMemoryBytes } = jvm;
  return (
    <>
      {` · ${jvm.version}${jvm.collector === undefined ? "" : `, ${jvm.collector}`}`}
      {heapUsedBytes !== undefined &&
        `: heap ${formatBytes(heapUsedBytes)} used of ${formatBytes(heapCommittedBytes ?? 0)} committed`}
      {directMemoryBytes !== undefined && `, direct buffers ${formatBytes(directMemoryBytes)}`}
      {" · "}
      <button type="button" class="link" onClick={() => navigate({ view: "javaHeap", params: {} })}>
        Objects by class
      </button>
    </>
  );
}

const guessedHint =
  "Told by a rule of thumb. Measured against JVMs with native memory tracking, metaspace and collector tables were mostly " +
  "right to the page on JDK 17 and 25; neighbouring mappings can add some megabytes.";

const columns = [
  textColumn<RegionRow>("label", "Region", (row) => row.label, {
    tooltip: (row) => `${row.start}–${row.end}\n${row.path ?? row.kind}`,
    render: (row) => (
      <>
        {row.label}
        {!row.exact && (
          <span class="badge" title={guessedHint}>
            guessed
          </span>
        )}
      </>
    ),
  }),
  textColumn<RegionRow>("category", "Category", (row) => row.category, { width: "12em" }),
  textColumn<RegionRow>("start", "From", (row) => row.start, {
    width: "12em",
    render: (row) => <span class="code">{row.start}</span>,
  }),
  textColumn<RegionRow>("permissions", "Access", (row) => row.permissions, { width: "5em", sortable: false }),
  bytesColumn<RegionRow>("bytes", "Reserved", (row) => row.bytes),
  bytesColumn<RegionRow>("dumpedBytes", "In the core", (row) => row.dumpedBytes),
];

function regionSource(category: string, filter: string): RowSource<RegionRow> {
  return {
    page: ({ start, count, sort }, signal) =>
      ask(
        "core/regions",
        {
          start,
          count,
          sort: sort as SortOrder<RegionColumn>,
          ...(category === "" ? {} : { category }),
          ...(filter === "" ? {} : { filter }),
        },
        signal,
      ),
    keyOf: (row) => row.start,
  };
}
