import { useEffect, useMemo } from "preact/hooks";
import { elideMiddle } from "../../../analyzer/base/elideMiddle";
import { fileNameOf } from "../../../analyzer/base/pathNames";
import type {
  ClassGrowthRow,
  CollectionGrowthRow,
  ComparisonResult,
  PathGrowthRow,
} from "../../../analyzer/protocol/heap/growth";
import { formatBytes, formatCount, formatExactBytes, formatTime } from "../../format";
import { useLinkParams, useNavigate } from "../../navigation";
import { useSaved } from "../../state";
import { type Column, textColumn } from "../../widgets/columns";
import { DataTable } from "../../widgets/dataTable";
import { localSource } from "../../widgets/rowSource";
import { EmptyState, FaultState, LoadingState } from "../../widgets/states";
import { Checkbox, Dropdown, TextField } from "../../widgets/toolkit";
import { openSource } from "../rowActions";
import { useAnswer } from "../useAnswer";
import type { ViewProps } from "../viewProps";
import { ClassCell } from "./classCell";
import { ClassLink } from "./classLink";
import { CommitsOfField } from "./commitsOfField";
import { ComparedDumps } from "./comparedDumps";
import { GrowthTimeline } from "./growthTimeline";
import { type ActedOnClass, classActions } from "./objectActions";

type Part = "paths" | "classes" | "collections";

const parts = [
  { value: "classes", label: "By class" },
  { value: "paths", label: "By dominator path" },
  { value: "collections", label: "By collection" },
] as const;

/** What grew between this dump and others of the same program. */
export function CompareView({ facts, params }: ViewProps<"compare">) {
  const [saved, setSaved] = useSaved<string>("compare:others", "");
  const others = useMemo(() => saved.split("\n").filter((path) => path !== ""), [saved]);
  const setOthers = (paths: readonly string[]) => setSaved(paths.join("\n"));
  useEffect(() => {
    if (params.others !== undefined) setSaved(params.others.join("\n"));
  }, [params, setSaved]);
  const [part, setPart] = useSaved<Part>("compare:part", "classes");
  useEffect(() => {
    if (params.part !== undefined) setPart(params.part);
  }, [params, setPart]);
  const [filter, setFilter] = useSaved("compare:filter", "");
  useEffect(() => {
    if (params.filter !== undefined) setFilter(params.filter);
  }, [params, setFilter]);
  useLinkParams("compare", { others, part, ...(filter === "" ? {} : { filter }) });
  return (
    <div class="view">
      <ComparedDumps own={facts.path} others={others} onOthers={setOthers} />
      {others.length === 0 ? (
        <EmptyState title="Compare with which dump?">
          <p>
            Add earlier dumps of the same program here, or select two or more in the explorer and choose
            “Compare Heap Dumps”.
          </p>
        </EmptyState>
      ) : (
        <Compared
          key={saved}
          others={others}
          part={part}
          onPart={setPart}
          filter={filter}
          onFilter={setFilter}
        />
      )}
    </div>
  );
}

interface ComparedProps {
  readonly others: readonly string[];
  readonly part: Part;
  readonly onPart: (part: Part) => void;
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
}

function Compared({ others, part, onPart, filter, onFilter }: ComparedProps) {
  const answer = useAnswer("heap/compareWith", { others });
  const [everyStep, setEveryStep] = useSaved("compare:everyStep", true);
  if (answer.state === "loading") return <LoadingState label="Comparing…" />;
  if (answer.state === "failed") return <FaultState fault={answer.fault} onRetry={answer.retry} />;
  const { result } = answer;
  const isSeries = result.dumps.length > 2;
  const shown = { part, isSeries, everyStep: isSeries && everyStep, filter };
  return (
    <>
      <Summary result={result} />
      {isSeries && <GrowthTimeline result={result} />}
      <div class="toolbar" role="toolbar" aria-label="Growth">
        <TextField label="Filter by class or field" value={filter} onInput={onFilter} />
        <Dropdown label="Growth" choices={parts} value={part} onChange={onPart} />
        {isSeries && (
          <Checkbox label="Only what grows at every step" checked={everyStep} onChange={setEveryStep} />
        )}
      </div>
      {part === "classes" && (
        <GrowthTable
          {...shown}
          rows={result.classes}
          columns={classColumns}
          keyOf={className}
          noun={["class", "classes"]}
        />
      )}
      {part === "paths" && (
        <GrowthTable
          {...shown}
          rows={result.paths}
          columns={pathColumns}
          keyOf={pathText}
          noun={["path", "paths"]}
        />
      )}
      {part === "collections" && (
        <GrowthTable
          {...shown}
          rows={result.collections}
          columns={collectionColumns}
          keyOf={collectionName}
          noun={["collection", "collections"]}
          sortBy={result.leftOut === undefined ? "grownBytes" : "grownElements"}
        />
      )}
    </>
  );
}

function Summary({ result: { dumps, grownBytes, growing, leftOut } }: { readonly result: ComparisonResult }) {
  return (
    <div class="head">
      <p>
        <strong>{signedBytes(grownBytes)}</strong>
        {leftOut === undefined ? " reachable, over " : " of all objects, reachable or not, over "}
        {dumps.map((dump, at) => (
          <span key={dump.path} title={`${dump.path}\n${formatTime(dump.createdMs)}`}>
            {at > 0 && " → "}
            {fileNameOf(dump.path)} (
            {formatBytes((leftOut === undefined ? dump.reachableBytes : undefined) ?? dump.shallowBytes)})
          </span>
        ))}
      </p>
      {leftOut !== undefined ? (
        <p>
          Which paths grew is not known: dominators of a dump were left out, a memory budget of{" "}
          {formatBytes(leftOut.neededBytes)} would do.
        </p>
      ) : growing.length === 0 ? (
        <p>Nothing grew beyond noise.</p>
      ) : (
        <ul class="growing">
          {growing.slice(0, 8).map((row) => (
            <li key={pathText(row)}>
              <strong title={formatExactBytes(row.grownBytes)}>{signedBytes(row.grownBytes)}</strong>{" "}
              {row.field === undefined ? (
                <ClassLink className={row.path.at(-1)?.className ?? ""} />
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

/** A figure of growth, right-aligned, biggest first; a dash where it is not known. */
function figureColumn<Row>(
  id: string,
  title: string,
  value: (row: Row) => number | undefined,
  show: (value: number) => string,
): Column<Row> {
  const shown = (row: Row, how: (value: number) => string) => {
    const figure = value(row);
    return figure === undefined ? "—" : how(figure);
  };
  return {
    id,
    title,
    width: "9em",
    align: "end",
    sortable: true,
    descendingFirst: true,
    value: (row) => value(row) ?? "",
    render: (row) => shown(row, show),
    tooltip: (row) => shown(row, formatCount),
  };
}

type AnyGrowth = ClassGrowthRow | PathGrowthRow | CollectionGrowthRow;

/** Growth columns every table here has. */
function growthColumns<Row extends AnyGrowth>(bytesTitle: string): Column<Row>[] {
  return [
    figureColumn("grownBytes", bytesTitle, (row) => row.grownBytes, signedBytes),
    figureColumn("grownObjects", "Objects", (row) => row.grownObjects, signedCount),
    figureColumn("before", "Before", (row) => row.bytes?.[0], formatBytes),
    figureColumn("after", "After", (row) => row.bytes?.at(-1), formatBytes),
    textColumn("status", "", (row) => (row.status === "new" || row.status === "gone" ? row.status : ""), {
      width: "5em",
    }),
  ];
}

/** What a series of three or more dumps tells besides. */
function seriesColumns<Row extends AnyGrowth>(rows: readonly Row[], everyStep: boolean): Column<Row>[] {
  return [
    // Dumps of one minute say nothing of an hour.
    ...(rows.every((row) => row.bytesPerHour === undefined)
      ? []
      : [
          figureColumn<Row>(
            "bytesPerHour",
            "An hour",
            (row) => row.bytesPerHour,
            (bytes) => signedBytes(Math.round(bytes)),
          ),
        ]),
    // Where no other row is shown there is nothing to tell.
    ...(everyStep
      ? []
      : [textColumn<Row>("always", "Every step", (row) => (row.growsAlways ? "yes" : ""), { width: "7em" })]),
  ];
}

/** One of the tables: what a row is of, how it grew, and where its code is. */
interface GrowthTableProps<Row extends AnyGrowth> {
  readonly part: Part;
  /** More than two dumps. */
  readonly isSeries: boolean;
  /** Only what grew at every step of the series. */
  readonly everyStep: boolean;
  /** Part of any cell's text. */
  readonly filter: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  readonly noun: readonly [one: string, many: string];
  readonly sortBy?: string;
}

function GrowthTable<Row extends AnyGrowth>(props: GrowthTableProps<Row>) {
  const { part, isSeries, everyStep, filter, rows, keyOf, noun, sortBy } = props;
  const navigate = useNavigate();
  const columns = useMemo(
    () => (isSeries ? [...props.columns, ...seriesColumns(rows, everyStep)] : props.columns),
    [props.columns, rows, isSeries, everyStep],
  );
  const source = useMemo(() => {
    const shown = everyStep ? rows.filter((row) => row.growsAlways) : rows;
    return localSource({ rows: shown, columns, keyOf, filter });
  }, [rows, columns, keyOf, everyStep, filter]);
  return (
    <DataTable
      label={`Growth ${parts.find(({ value }) => value === part)!.label.toLowerCase()}`}
      columns={columns}
      source={source}
      initialSort={{ column: sortBy ?? "grownBytes", descending: true }}
      stateKey={`compare:${part}`}
      noun={noun}
      empty={<EmptyState title={emptyTitle(noun[0], filter, everyStep)} />}
      actions={(row) => classActions(navigate, classOf(row))}
    />
  );
}

function emptyTitle(one: string, filter: string, everyStep: boolean): string {
  if (filter !== "")
    return `No ${one} ${everyStep ? "that grew at every step" : "that changed"} contains “${filter}”.`;
  return everyStep ? `No ${one} grew at every step.` : `No ${one} changed.`;
}

/** The class of what grew, and the field that holds it. Rows are of several dumps: an object of one means nothing. */
function classOf(row: AnyGrowth): ActedOnClass {
  const className = "path" in row ? (row.path.at(-1)?.className ?? "") : row.className;
  if (!("field" in row) || row.field === undefined) return { className };
  const { className: holder, name, static: isStatic } = row.field;
  return { className, heldBy: { className: holder, field: name, static: isStatic } };
}

const classColumns: readonly Column<ClassGrowthRow>[] = [
  textColumn("className", "Class", (row) => row.className, {
    width: "minmax(22em, 1fr)",
    render: (row) => <ClassCell className={row.className} />,
  }),
  ...growthColumns<ClassGrowthRow>("Shallow"),
];

function className(row: ClassGrowthRow): string {
  return row.className;
}

function pathText({ path }: PathGrowthRow): string {
  return stepsOf(path).join(" → ");
}

function shortPathText({ path }: PathGrowthRow): string {
  return elideMiddle(stepsOf(path), (leftOut) => `… ${formatCount(leftOut)} more …`).join(" → ");
}

function stepsOf(path: PathGrowthRow["path"]): string[] {
  return path.map(({ className, field }) =>
    field === undefined ? className : `.${field.name} ${className}`,
  );
}

const pathColumns: readonly Column<PathGrowthRow>[] = [
  textColumn("path", "Dominator path", pathText, {
    width: "minmax(40em, 1fr)",
    render: (row) => (
      <>
        <ClassCell className={row.path.at(-1)?.className ?? ""} />
        <span class="aside" title={pathText(row)}>
          {shortPathText(row)}
        </span>
      </>
    ),
  }),
  ...growthColumns<PathGrowthRow>("Retained"),
];

function collectionName({ className, field }: CollectionGrowthRow): string {
  return field === undefined ? className : `${field.className}.${field.name} ${className}`;
}

const collectionColumns: readonly Column<CollectionGrowthRow>[] = [
  textColumn("name", "Collection", collectionName, { width: "minmax(30em, 1fr)" }),
  figureColumn("grownElements", "Elements", (row) => row.grownElements, signedCount),
  figureColumn("elements", "Now", (row) => row.elements.at(-1), formatCount),
  ...growthColumns<CollectionGrowthRow>("Retained"),
];
