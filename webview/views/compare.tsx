import { useEffect, useMemo } from "preact/hooks";
import type {
  ClassGrowthRow,
  CollectionGrowthRow,
  ComparisonResult,
  PathGrowthRow,
} from "../../analyzer/protocol/heapQuestionRequests";
import { formatBytes, formatCount, formatExactBytes, formatTime } from "../format";
import { useLinkParams } from "../navigation";
import { useSaved } from "../state";
import { ClassName } from "../widgets/className";
import { type Column, textColumn } from "../widgets/columns";
import { DataTable } from "../widgets/dataTable";
import { localSource } from "../widgets/rowSource";
import { EmptyState, FaultState, LoadingState } from "../widgets/states";
import { Dropdown, TextField } from "../widgets/toolkit";
import { CommitsOfField } from "./commitsOfField";
import type { ViewProps } from "./registry";
import { goToClass, goToHoldingField, openSource, presentActions } from "./rowActions";
import { useAnswer } from "./useAnswer";
import { useDelayed } from "./useDelayed";

type Part = "paths" | "classes" | "collections";

const parts = [
  { value: "classes", label: "By class" },
  { value: "paths", label: "By dominator path" },
  { value: "collections", label: "By collection" },
] as const;

/** What grew between this dump and others of the same program. */
export function CompareView({ params }: ViewProps<"compare">) {
  const [others, setOthers] = useSaved<string>("compare:others", "");
  const asked = useDelayed(others, 500)
    .split("\n")
    .map((path) => path.trim())
    .filter((path) => path !== "");
  useEffect(() => {
    if (params.others !== undefined) setOthers(params.others.join("\n"));
  }, [params, setOthers]);
  const [part, setPart] = useSaved<Part>("compare:part", "classes");
  useEffect(() => {
    if (params.part !== undefined) setPart(params.part);
  }, [params, setPart]);
  useLinkParams("compare", { others: asked, part });
  return (
    <div class="view">
      <div class="toolbar" role="toolbar" aria-label="Compare">
        <TextField
          label="Path of another heap dump of the same program"
          value={others}
          onInput={setOthers}
          size={70}
        />
      </div>
      {asked.length === 0 ? (
        <EmptyState title="Compare with which dump?">
          <p>
            Select two or more heap dumps in the explorer and choose “Compare Heap Dumps”, or give a path
            here.
          </p>
        </EmptyState>
      ) : (
        <Compared key={asked.join("\n")} others={asked} part={part} onPart={setPart} />
      )}
    </div>
  );
}

interface ComparedProps {
  readonly others: readonly string[];
  readonly part: Part;
  readonly onPart: (part: Part) => void;
}

function Compared({ others, part, onPart }: ComparedProps) {
  const answer = useAnswer("heap/compareWith", { others });
  if (answer.state === "loading") return <LoadingState label="Comparing…" />;
  if (answer.state === "failed") return <FaultState fault={answer.fault} onRetry={answer.retry} />;
  const { result } = answer;
  return (
    <>
      <Summary result={result} />
      <div class="toolbar" role="toolbar" aria-label="Growth">
        <Dropdown label="Growth" choices={parts} value={part} onChange={onPart} />
      </div>
      {part === "classes" && <Classes rows={result.classes} />}
      {part === "paths" && <Paths rows={result.paths} />}
      {part === "collections" && <Collections rows={result.collections} />}
    </>
  );
}

function Summary({ result: { dumps, grownBytes, growing } }: { readonly result: ComparisonResult }) {
  return (
    <div class="head">
      <p>
        <strong>{signedBytes(grownBytes)}</strong>
        {" reachable, over "}
        {dumps.map((dump, at) => (
          <span key={dump.path} title={`${dump.path}\n${formatTime(dump.createdMs)}`}>
            {at > 0 && " → "}
            {dump.path.replace(/^.*[\\/]/, "")} ({formatBytes(dump.reachableBytes)})
          </span>
        ))}
      </p>
      {growing.length === 0 ? (
        <p>Nothing grew beyond noise.</p>
      ) : (
        <ul class="growing">
          {growing.slice(0, 8).map((row) => (
            <li key={row.path.map(({ className }) => className).join(" ")}>
              <strong title={formatExactBytes(row.grownBytes)}>{signedBytes(row.grownBytes)}</strong>{" "}
              {row.field === undefined ? (
                <ClassName name={row.path.at(-1)?.className ?? ""} />
              ) : (
                <button
                  type="button"
                  class="link"
                  onClick={() =>
                    openSource({ kind: "field", className: row.field!.className, field: row.field!.name })
                  }
                >
                  {row.field.className}.{row.field.name}
                </button>
              )}
              <span class="aside">
                {signedCount(row.grownObjects)} {row.path.at(-1)?.className}
                {row.growsAlways && row.bytes.length > 2 ? ", at every step" : ""}
                {row.bytesPerHour === undefined
                  ? ""
                  : `, ${signedBytes(Math.round(row.bytesPerHour))} an hour`}
              </span>
              {row.field !== undefined && (
                <CommitsOfField className={row.field.className} name={row.field.name} dumps={dumps} />
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function signedBytes(bytes: number): string {
  return bytes > 0 ? `+${formatBytes(bytes)}` : formatBytes(bytes);
}

function signedCount(count: number): string {
  return count > 0 ? `+${formatCount(count)}` : formatCount(count);
}

interface Grown {
  readonly grownBytes: number;
  readonly grownObjects: number;
  readonly bytes: readonly number[];
  readonly status: string;
}

/** Growth columns every table here has. */
function growthColumns<Row extends Grown>(bytesTitle: string): Column<Row>[] {
  const number = (
    id: string,
    title: string,
    value: (row: Row) => number,
    show: (value: number) => string,
  ): Column<Row> => ({
    id,
    title,
    width: "9em",
    align: "end",
    sortable: true,
    descendingFirst: true,
    value,
    render: (row) => show(value(row)),
    tooltip: (row) => formatCount(value(row)),
  });
  return [
    number("grownBytes", bytesTitle, (row) => row.grownBytes, signedBytes),
    number("grownObjects", "Objects", (row) => row.grownObjects, signedCount),
    number("before", "Before", (row) => row.bytes[0] ?? 0, formatBytes),
    number("after", "After", (row) => row.bytes.at(-1) ?? 0, formatBytes),
    textColumn<Row>(
      "status",
      "",
      (row) => (row.status === "new" || row.status === "gone" ? row.status : ""),
      {
        width: "5em",
      },
    ),
  ];
}

const biggestFirst = { column: "grownBytes", descending: true } as const;

const classColumns: readonly Column<ClassGrowthRow>[] = [
  textColumn("className", "Class", (row) => row.className, {
    width: "minmax(22em, 1fr)",
    render: (row) => <ClassName name={row.className} />,
  }),
  ...growthColumns<ClassGrowthRow>("Shallow"),
];

function Classes({ rows }: { readonly rows: readonly ClassGrowthRow[] }) {
  const source = useMemo(
    () => localSource({ rows, columns: classColumns, keyOf: (row) => row.className }),
    [rows],
  );
  return (
    <DataTable
      label="Growth by class"
      columns={classColumns}
      source={source}
      initialSort={biggestFirst}
      stateKey="compare:classes"
      noun={["class", "classes"]}
      empty={<EmptyState title="No class changed." />}
      actions={(row) => presentActions([goToClass(row.className)])}
    />
  );
}

function pathText({ path }: PathGrowthRow): string {
  return path
    .map(({ className, field }) => (field === undefined ? className : `.${field.name} ${className}`))
    .join(" → ");
}

const pathColumns: readonly Column<PathGrowthRow>[] = [
  textColumn("path", "Dominator path", pathText, {
    width: "minmax(40em, 1fr)",
    render: (row) => (
      <>
        <ClassName name={row.path.at(-1)?.className ?? ""} />
        <span class="aside">{pathText(row)}</span>
      </>
    ),
  }),
  ...growthColumns<PathGrowthRow>("Retained"),
];

function Paths({ rows }: { readonly rows: readonly PathGrowthRow[] }) {
  const source = useMemo(() => localSource({ rows, columns: pathColumns, keyOf: pathText }), [rows]);
  return (
    <DataTable
      label="Growth by dominator path"
      columns={pathColumns}
      source={source}
      initialSort={biggestFirst}
      stateKey="compare:paths"
      noun={["path", "paths"]}
      empty={<EmptyState title="No path changed." />}
      actions={(row) =>
        presentActions([
          row.field === undefined
            ? undefined
            : goToHoldingField({
                className: row.field.className,
                field: row.field.name,
                static: row.field.static,
              }),
        ])
      }
    />
  );
}

function collectionName({ className, field }: CollectionGrowthRow): string {
  return field === undefined ? className : `${field.className}.${field.name} ${className}`;
}

const collectionColumns: readonly Column<CollectionGrowthRow>[] = [
  textColumn("name", "Collection", collectionName, { width: "minmax(30em, 1fr)" }),
  textColumn(
    "elements",
    "Elements",
    (row) => `${signedCount(row.grownElements)} to ${formatCount(row.elements.at(-1) ?? 0)}`,
    { width: "14em", sortable: false },
  ),
  ...growthColumns<CollectionGrowthRow>("Retained"),
];

function Collections({ rows }: { readonly rows: readonly CollectionGrowthRow[] }) {
  const source = useMemo(
    () => localSource({ rows, columns: collectionColumns, keyOf: collectionName }),
    [rows],
  );
  return (
    <DataTable
      label="Growth by collection"
      columns={collectionColumns}
      source={source}
      initialSort={biggestFirst}
      stateKey="compare:collections"
      noun={["collection", "collections"]}
      empty={<EmptyState title="No collection changed." />}
      actions={(row) =>
        presentActions([
          row.field === undefined
            ? undefined
            : goToHoldingField({
                className: row.field.className,
                field: row.field.name,
                static: row.field.static,
              }),
        ])
      }
    />
  );
}
