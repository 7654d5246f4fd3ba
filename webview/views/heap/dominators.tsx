import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { DominatorColumn, DominatorRow } from "../../../analyzer/protocol/heap/dominators";
import type { SortOrder } from "../../../analyzer/protocol/wire";
import { ask } from "../../ask";
import { formatQuantity } from "../../format";
import { useNavigate } from "../../navigation";
import { NoteMark, noteOnClass } from "../../notes";
import { useSaved } from "../../state";
import { ClassLabel } from "../../widgets/className";
import { bytesColumn, type Column, countColumn, shareColumn, textColumn } from "../../widgets/columns";
import { DataTable } from "../../widgets/dataTable";
import type { RowSource } from "../../widgets/rowSource";
import { EmptyState } from "../../widgets/states";
import { Checkbox, Dropdown, TextField } from "../../widgets/toolkit";
import { copyAction } from "../rowActions";
import { useDelayed } from "../useDelayed";
import type { ViewProps } from "../viewProps";
import { useHeapBytes } from "./heapTotals";
import { type ActedOn, classActions, objectActions } from "./objectActions";
import { RetainedFlames } from "./retainedFlames";

type Shape = "tree" | "flames";

const shapes = [
  { value: "tree", label: "Tree" },
  { value: "flames", label: "Flame graph by class" },
] as const;

/** What keeps what alive: object by object from the biggest down, or merged by class as a picture. */
export function DominatorsView({ params }: ViewProps<"dominators">) {
  const [shape, setShape] = useSaved<Shape>("dominators:shape", "tree");
  useEffect(() => {
    if (params.shape !== undefined) setShape(params.shape);
    else if (params.reveal !== undefined || params.ofClass !== undefined) setShape("tree");
  }, [params, setShape]);
  const choice = <Dropdown label="Drawn as" choices={shapes} value={shape} onChange={setShape} />;
  if (shape === "tree") return <DominatorTree params={params} choice={choice} />;
  return (
    <div class="view">
      <div class="toolbar" role="toolbar" aria-label="Dominator tree">
        {choice}
      </div>
      <RetainedFlames />
    </div>
  );
}

interface DominatorTreeProps extends Pick<ViewProps<"dominators">, "params"> {
  readonly choice: ComponentChildren;
}

function DominatorTree({ params, choice }: DominatorTreeProps) {
  const [filter, setFilter] = useSaved("dominators:filter", "");
  const [byClass, setByClass] = useSaved("dominators:byClass", false);
  const [reveal, setReveal] = useState<{ key: string } | undefined>();
  const applied = useDelayed(filter);
  const heapBytes = useHeapBytes();
  const navigate = useNavigate();
  const source = useMemo(() => dominatorSource(applied, byClass), [applied, byClass]);
  const columns = useMemo(() => columnsFor(heapBytes), [heapBytes]);

  useEffect(() => {
    if (params.ofClass !== undefined) {
      setFilter(params.ofClass);
      setByClass(true);
    }
    if (params.reveal === undefined) return;
    // A filter or grouping could hide the very object one wants to see.
    setFilter("");
    setByClass(false);
    setReveal({ key: params.reveal });
  }, [params, setFilter, setByClass]);

  return (
    <div class="view">
      <div class="toolbar" role="toolbar" aria-label="Dominator tree">
        <TextField label="Filter top rows by class name" value={filter} onInput={setFilter} />
        <Checkbox label="Group by class" checked={byClass} onChange={setByClass} />
        {choice}
      </div>
      <DataTable
        label="Dominator tree"
        columns={columns}
        source={source}
        initialSort={{ column: "retainedBytes", descending: true }}
        stateKey="dominators"
        noun={
          byClass ? ["class at the top", "classes at the top"] : ["object at the top", "objects at the top"]
        }
        reveal={applied === "" && !byClass ? reveal : undefined}
        empty={
          <EmptyState
            title={
              applied === ""
                ? "Nothing in this dump is reachable."
                : `No top row's class contains “${applied}”.`
            }
          />
        }
        actions={(row, path) =>
          isGroup(row)
            ? classActions(navigate, row)
            : objectActions(navigate, dominatedObject(row), [
                copyAction("copyPath", "Copy Path from Root", pathAsText([...path, row])),
              ])
        }
      />
    </div>
  );
}

/** Class objects are rows of `java.lang.Class`, and are acted on as the class they mean. */
export function dominatedObject({ objectId, className, classMeant, heldBy }: DominatorRow): ActedOn {
  return classMeant === undefined
    ? { objectId, className, heldBy }
    : { objectId, className: classMeant, isClass: true, heldBy };
}

/** Rows of "group by class" stand for many objects and have no id. */
function isGroup(row: DominatorRow): boolean {
  return row.objectId === "";
}

function dominatorSource(filter: string, byClass: boolean): RowSource<DominatorRow> {
  return {
    page: ({ path, start, count, sort }, signal) => {
      const group = path.at(-1);
      const inGroup = group !== undefined && isGroup(group);
      const parent = (inGroup ? path.at(-2) : group)?.objectId;
      return ask(
        "heap/dominators",
        {
          start,
          count,
          sort: sort as SortOrder<DominatorColumn>,
          ...(parent === undefined ? {} : { parent }),
          ...(filter === "" || path.length > 0 ? {} : { filter }),
          ...(byClass ? { groupByClass: true } : {}),
          ...(inGroup ? { ofClass: group.className } : {}),
        },
        signal,
      );
    },
    keyOf: (row) => (isGroup(row) ? `class ${row.className}` : row.objectId),
    expandable: (row) => row.children > 0,
    locate: async (key, sort, signal) => {
      if (byClass || filter !== "" || !key.startsWith("0x")) return [];
      const order = sort as SortOrder<DominatorColumn>;
      const { positions } = await ask("heap/dominatorPath", { objectId: key, sort: order }, signal);
      return positions ?? [];
    },
  };
}

function columnsFor(heapBytes: number): Column<DominatorRow>[] {
  return [
    textColumn("className", "Object", (row) => row.className, {
      width: "minmax(24em, 1fr)",
      tooltip: describeRow,
      render: (row) => (
        <>
          <ClassLabel name={row.className} />
          {row.label !== undefined && <span class="object-label">{row.label}</span>}
          {row.heldBy !== undefined && (
            <span class="aside">
              held by {row.heldBy.static ? "static " : ""}
              {row.heldBy.field}
            </span>
          )}
          {row.rootKinds?.map((kind) => (
            <span class="badge" key={kind}>
              {kind}
            </span>
          ))}
          {row.objects !== undefined && <span class="aside">{formatQuantity(row.objects, "object")}</span>}
          <NoteMark id={isGroup(row) ? noteOnClass(row.className).id : row.objectId} />
        </>
      ),
    }),
    bytesColumn("shallowBytes", "Shallow", (row) => row.shallowBytes, {
      hint: "Memory of the object itself",
    }),
    bytesColumn("retainedBytes", "Retained", (row) => row.retainedBytes, {
      hint: "Memory that would be freed if the object were gone",
    }),
    shareColumn("share", "Of heap", (row) => row.retainedBytes, heapBytes),
    countColumn("children", "Dominates", (row) => row.children, {
      sortable: false,
      hint: "Objects that are reachable only through this one, one step down",
      width: "7em",
    }),
  ];
}

function describeRow(row: DominatorRow): string {
  const lines = [isGroup(row) ? row.className : `${row.className} @ ${row.objectId}`];
  if (row.heldBy !== undefined) lines.push(`held by ${row.heldBy.className}.${row.heldBy.field}`);
  if (row.rootKinds !== undefined) lines.push(`GC root: ${row.rootKinds.join(", ")}`);
  return lines.join("\n");
}

function pathAsText(path: readonly DominatorRow[]): string {
  return path
    .map((row, depth) => {
      const held = row.heldBy === undefined ? "" : ` (held by ${row.heldBy.className}.${row.heldBy.field})`;
      return `${"  ".repeat(depth)}${row.className} ${row.objectId}${held}, retains ${row.retainedBytes} bytes`;
    })
    .join("\n");
}
