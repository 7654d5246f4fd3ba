import { useMemo } from "preact/hooks";
import type { CoreLightGroup, CoreLightSummary } from "../../../analyzer/protocol/core/lightThreads";
import type { CoreFrame } from "../../../analyzer/protocol/core/stacks";
import { formatCount } from "../../format";
import { countColumn, textColumn } from "../../widgets/columns";
import { DataTable } from "../../widgets/dataTable";
import type { RowSource } from "../../widgets/rowSource";
import { openSource } from "../rowActions";
import { lineOf } from "./coreFrames";

/** A group of goroutines with the same stack, or one of them. */
interface Row {
  readonly key: string;
  /** Whose stack stands for it. */
  readonly lwp: number;
  readonly title: string;
  readonly group: CoreLightGroup;
  readonly isMember: boolean;
}

export interface LightThreadsProps {
  readonly summary: CoreLightSummary;
  readonly onChoose: (lwp: number) => void;
}

/** Threads that a runtime schedules by itself, those with the same stack in one row. */
export function LightThreads({ summary, onChoose }: LightThreadsProps) {
  const source = useMemo(() => sourceOf(summary.groups), [summary]);
  const [one, many] = summary.noun ?? ["thread", "threads"];
  const label = `${many.charAt(0).toUpperCase()}${many.slice(1)}`;
  const columns = useMemo(() => columnsOf(label, one), [label, one]);
  return (
    <DataTable
      label={label}
      columns={columns}
      source={source}
      stateKey="coreThreads:light"
      initialSort={{ column: "order", descending: false }}
      noun={["group", "groups"]}
      onActive={(row) => onChoose(row.lwp)}
      actions={(row) => {
        const target = row.group.top === undefined ? undefined : lineOf(row.group.top);
        return [
          { id: "stack", title: "Show Stack", run: () => onChoose(row.lwp) },
          ...(target === undefined
            ? []
            : [{ id: "source", title: "Go to Source of Top Frame", run: () => openSource(target) }]),
        ];
      }}
    />
  );
}

function sourceOf(groups: readonly CoreLightGroup[]): RowSource<Row> {
  const rows = groups.map((group, position): Row => {
    const [first] = group.threads;
    const title = group.count === 1 ? first!.title : `${formatCount(group.count)} × ${first!.title}, …`;
    return { key: String(position), lwp: first!.lwp, title, group, isMember: false };
  });
  return {
    page: async ({ path, start, count }) => {
      const parent = path.at(-1);
      const all =
        parent === undefined
          ? rows
          : parent.group.threads.map(
              ({ lwp, title }): Row => ({
                ...{ lwp, title, group: parent.group, isMember: true },
                key: `${parent.key} ${lwp}`,
              }),
            );
      const part = all.slice(start, start + count);
      return { start, end: start + part.length, total: all.length, rows: part };
    },
    keyOf: (row) => row.key,
    expandable: ({ group, isMember }) => !isMember && group.count > 1,
  };
}

function columnsOf(heading: string, one: string) {
  return [
    textColumn<Row>("title", heading, (row) => row.title, {
      sortable: false,
      width: "minmax(12em, 1fr)",
      render: ({ title, group, isMember }) => (
        <>
          {title}
          {group.system && !isMember && (
            <span class="badge" title={`A ${one} of the runtime itself`}>
              runtime
            </span>
          )}
        </>
      ),
    }),
    countColumn<Row>("count", "Count", ({ group, isMember }) => (isMember ? 1 : group.count), {
      sortable: false,
      width: "6em",
    }),
    textColumn<Row>("state", "State", ({ group }) => stateOf(group), {
      sortable: false,
      width: "minmax(9em, 13em)",
    }),
    textColumn<Row>("waits", "Waits", ({ group }) => waitsOf(group), {
      sortable: false,
      width: "minmax(14em, 2fr)",
    }),
    textColumn<Row>("top", "Top frame", ({ group }) => placeOf(group.top), {
      sortable: false,
      width: "minmax(12em, 1fr)",
    }),
    textColumn<Row>("created", "Created by", ({ group }) => placeOf(group.created), {
      sortable: false,
      width: "minmax(12em, 1fr)",
    }),
  ];
}

function stateOf({ state, waitedSeconds }: CoreLightGroup): string {
  if (waitedSeconds === undefined || waitedSeconds < 1) return state;
  const since =
    waitedSeconds < 120 ? `${waitedSeconds} s` : `${formatCount(Math.floor(waitedSeconds / 60))} min`;
  return `${state}, ≥ ${since}`;
}

function waitsOf({ waits, count }: CoreLightGroup): string {
  return waits
    .map(({ words, count: times }) => {
      const what = words.replace(/^waits (to )?/, "").replaceAll(" the ", " ");
      return times === count ? what : `${formatCount(times)} × ${what}`;
    })
    .join("; ");
}

function placeOf(frame: CoreFrame | undefined): string {
  if (frame === undefined) return "";
  const { function: name, pc, file, line } = frame;
  return file === undefined ? (name ?? pc) : `${name ?? pc} ${file.split("/").at(-1)}:${line ?? "?"}`;
}
