import { useEffect, useMemo } from "preact/hooks";
import type { TextRow, TextTable } from "../../../analyzer/protocol/text/tables";
import { ask } from "../../ask";
import { exactFigure, formatFigure } from "../../format";
import { useLinkParams } from "../../navigation";
import { useSaved } from "../../state";
import { type Column, textColumn } from "../../widgets/columns";
import { DataTable } from "../../widgets/dataTable";
import type { RowSource } from "../../widgets/rowSource";
import { EmptyState } from "../../widgets/states";
import { Dropdown, TextField } from "../../widgets/toolkit";
import { Answered } from "../answered";
import { useAnswer } from "../useAnswer";
import { useDelayed } from "../useDelayed";
import type { ViewProps } from "../viewProps";

/** A row of a text's table, or one line of its details below it. */
interface Line extends TextRow {
  readonly key: string;
}

/** The lists inside a saved text, one at a time. */
export function TablesView({ params }: ViewProps<"tables">) {
  const summary = useAnswer("text/summary", {});
  const [chosen, setChosen] = useSaved("tables:table", "");
  useEffect(() => {
    if (params.table !== undefined) setChosen(params.table);
  }, [params, setChosen]);
  return (
    <Answered answer={summary} waiting="Reading the text…">
      {({ tables }) => {
        const table = tables.find(({ name }) => name === chosen) ?? tables[0];
        if (table === undefined) return <EmptyState title="This text has no tables." />;
        const choices = tables.map(({ name, title }) => ({ value: name, label: title }));
        const filter = params.table === table.name ? params.filter : undefined;
        return (
          <Table key={table.name} table={table} choices={choices} filter={filter} onChoose={setChosen} />
        );
      }}
    </Answered>
  );
}

interface TableProps {
  readonly table: TextTable;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  /** What a link wants. */
  readonly filter: string | undefined;
  readonly onChoose: (name: string) => void;
}

function Table({ table, choices, filter: wanted, onChoose }: TableProps) {
  const [filter, setFilter] = useSaved(`tables:filter:${table.name}`, "");
  useEffect(() => {
    if (wanted !== undefined) setFilter(wanted);
  }, [wanted, setFilter]);
  useLinkParams("tables", { table: table.name, filter });
  const applied = useDelayed(filter);
  const columns = useMemo(() => columnsOf(table), [table]);
  const source = useMemo(() => tableSource(table, applied), [table, applied]);
  return (
    <div class="view">
      <div class="toolbar" role="toolbar" aria-label="Table">
        {choices.length > 1 && (
          <Dropdown label="Table" choices={choices} value={table.name} onChange={onChoose} />
        )}
        <TextField label="Filter" value={filter} onInput={setFilter} />
      </div>
      <DataTable
        label={table.title}
        columns={columns}
        source={source}
        stateKey={`tables:${table.name}`}
        initialSort={{ column: "none", descending: false }}
        noun={["row", "rows"]}
        empty={<EmptyState title="No row matches." />}
      />
    </div>
  );
}

function columnsOf({ columns }: TextTable): Column<Line>[] {
  return columns.map(({ title, unit }, at) => {
    const isText = unit === "text" || unit === "address";
    return {
      ...textColumn<Line>(String(at), title, (row) => formatFigure(row.cells[at] ?? null, unit), {
        width: isText ? "minmax(10em, 1fr)" : "10em",
        tooltip: (row) => exactFigure(row.cells[at] ?? null, unit),
      }),
      align: isText ? "start" : "end",
      descendingFirst: !isText,
      value: (row) => row.cells[at] ?? "",
      render: (row) => formatFigure(row.cells[at] ?? null, unit),
    };
  });
}

function tableSource(table: TextTable, filter: string): RowSource<Line> {
  return {
    page: async ({ path, start, count, sort }, signal) => {
      const parent = path.at(-1);
      if (parent !== undefined) return detailsOf(parent, start, count);
      const column = Number(sort.column);
      const page = await ask(
        "text/table",
        {
          table: table.name,
          start,
          count,
          ...(Number.isInteger(column) ? { sort: { column, descending: sort.descending } } : {}),
          ...(filter === "" ? {} : { filter }),
        },
        signal,
      );
      return { ...page, rows: page.rows.map((row, at) => ({ ...row, key: String(page.start + at) })) };
    },
    keyOf: (row) => row.key,
    expandable: (row) => (row.details?.length ?? 0) > 0,
  };
}

function detailsOf(parent: Line, start: number, count: number) {
  const details = parent.details ?? [];
  const rows = details
    .slice(start, start + count)
    .map((text, at) => ({ key: `${parent.key}/${start + at}`, cells: [text] }));
  return { start, end: start + rows.length, total: details.length, rows };
}
