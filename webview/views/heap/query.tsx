import { useEffect, useMemo, useState } from "preact/hooks";
import type { ObjectIdentity } from "../../../analyzer/protocol/heap/objects";
import type { QueryCell, QueryResultPage } from "../../../analyzer/protocol/heap/query";
import type { WireFault } from "../../../analyzer/protocol/wire";
import { ask } from "../../ask";
import { formatBytes } from "../../format";
import { faultToShow } from "../../host";
import { useLinkParams, useNavigate } from "../../navigation";
import { NoteMark } from "../../notes";
import { useSaved } from "../../state";
import { type Column, textColumn } from "../../widgets/columns";
import { DataTable } from "../../widgets/dataTable";
import type { RowSource } from "../../widgets/rowSource";
import { Section } from "../../widgets/section";
import { EmptyState } from "../../widgets/states";
import { Button, Checkbox } from "../../widgets/toolkit";
import type { ViewProps } from "../viewProps";
import { objectActions } from "./objectActions";
import { QueryBox } from "./queryBox";
import { QueryHistoryButton, useQueryHistory } from "./queryHistory";

type Row = QueryResultPage["rows"][number] & { readonly position: number };

interface ResultColumn {
  readonly title: string;
  /** What its first cell is, which tells how the column is written and aligned. */
  readonly holds: "bytes" | "number" | "other";
}

/** What was asked last and how its result looks. */
interface Asked {
  readonly text: string;
  readonly columns: readonly ResultColumn[];
  readonly cut: boolean;
  readonly reachableOnly: boolean;
  readonly unreachable: QueryResultPage["unreachable"];
}

const examples: readonly (readonly [query: string, finds: string])[] = [
  [
    "SELECT m, m.@retainedHeapSize FROM java.util.HashMap m WHERE m.size > 100",
    "big maps and what they retain",
  ],
  [
    'SELECT s FROM java.lang.String s WHERE toString(s) LIKE "https?://.*"',
    "strings by what they say, as a regular expression",
  ],
  ["SELECT toString(t.name), t FROM INSTANCEOF java.lang.Thread t", "every thread, of all subclasses"],
  ["SELECT * FROM byte[] b WHERE b.@length > 1000", "long arrays"],
];

/** OQL: a box for the query, its result as a table. Ctrl+Enter runs. */
export function QueryView({ params }: ViewProps<"query">) {
  const [text, setText] = useSaved("query:text", examples[0]![0]);
  const [ran, setRan] = useSaved("query:ran", "");
  const [asked, setAsked] = useState<Asked | undefined>();
  const [fault, setFault] = useState<WireFault | undefined>();
  const [running, setRunning] = useState<AbortController | undefined>();

  const history = useQueryHistory();
  const [withUnreachable, setWithUnreachable] = useSaved("query:unreachable", true);

  const run = async (query: string, reachableOnly = !withUnreachable) => {
    running?.abort();
    const controller = new AbortController();
    setRunning(controller);
    setFault(undefined);
    try {
      const question = { text: query, reachableOnly };
      const first = await ask("heap/query", { ...question, start: 0, count: 1 }, controller.signal);
      setRan(query);
      history.note(query);
      const { cut, unreachable } = first;
      setAsked({ ...question, columns: resultColumns(first), cut, unreachable });
    } catch (thrown) {
      setFault(faultToShow(thrown));
    } finally {
      setRunning((current) => (current === controller ? undefined : current));
    }
  };
  useEffect(() => {
    // A query that came with a link is put there to be read: whoever runs it presses Run.
    if (params.text !== undefined) setText(params.text);
    // A result is not kept over a reload; what was asked is, and is asked again.
    else if (ran !== "") void run(ran);
  }, [params]);
  useLinkParams("query", asked === undefined ? {} : { text: asked.text });

  return (
    <div class="view">
      <div class="toolbar" role="toolbar" aria-label="Query">
        <QueryBox
          text={text}
          onInput={setText}
          onRun={() => void run(text)}
          onStep={(by) => setText(history.step(text, by))}
        />
        {running === undefined ? (
          <Button appearance="primary" onClick={() => void run(text)}>
            Run
          </Button>
        ) : (
          <Button onClick={() => running.abort()}>Cancel</Button>
        )}
        <QueryHistoryButton history={history} onChoose={setText} />
        <Checkbox
          label="Unreachable objects too"
          checked={withUnreachable}
          onChange={(checked) => {
            setWithUnreachable(checked);
            // A result stays true to what is ticked.
            if (ran !== "") void run(ran, !checked);
          }}
        />
      </div>
      {fault !== undefined && (
        <p class="error" role="alert">
          {fault.message}
        </p>
      )}
      {asked?.cut && <p class="note inset">There are more rows than are kept; narrow the query.</p>}
      {asked?.unreachable !== undefined && (
        <p class="note inset">
          {asked.unreachable === "included"
            ? "Objects that nothing reaches count too, as in VisualVM."
            : "Objects that nothing reaches are left out, as in Eclipse MAT."}
        </p>
      )}
      {asked === undefined ? (
        <Examples onChoose={setText} />
      ) : (
        <Result key={`${asked.reachableOnly} ${asked.text}`} asked={asked} />
      )}
    </div>
  );
}

function Examples({ onChoose }: { readonly onChoose: (query: string) => void }) {
  return (
    <div class="page">
      <Section
        title="Ask the heap in OQL"
        note="Choose an example to change it, then run it with Ctrl+Enter."
      >
        <ul class="next-steps">
          {examples.map(([query, finds]) => (
            <li key={query}>
              <button type="button" class="link code" onClick={() => onChoose(query)}>
                {query}
              </button>
              <span class="note">{finds}</span>
            </li>
          ))}
        </ul>
      </Section>
    </div>
  );
}

function Result({ asked }: { readonly asked: Asked }) {
  const navigate = useNavigate();
  const columns = useMemo(() => asked.columns.map(columnAt), [asked]);
  const source = useMemo(
    (): RowSource<Row> => ({
      page: async ({ start, count }, signal) => {
        const { text, reachableOnly } = asked;
        const page = await ask("heap/query", { text, reachableOnly, start, count }, signal);
        return { ...page, rows: page.rows.map((row, at) => ({ ...row, position: page.start + at })) };
      },
      keyOf: (row) => String(row.position),
    }),
    [asked],
  );
  return (
    <DataTable
      label="Result of the query"
      columns={columns}
      source={source}
      stateKey="query"
      initialSort={{ column: "none", descending: false }}
      noun={["row", "rows"]}
      empty={<EmptyState title="No object matches." />}
      actions={(row) => {
        const object = objectOf(row);
        return object === undefined ? [] : objectActions(navigate, object);
      }}
    />
  );
}

function resultColumns(page: {
  readonly columns: readonly string[];
  readonly rows: readonly Pick<Row, "cells">[];
}) {
  return page.columns.map((title, at): ResultColumn => {
    if (typeof page.rows[0]?.cells[at] !== "number") return { title, holds: "other" };
    return { title, holds: /@(retained|used)HeapSize$|^sizeof\(/i.test(title) ? "bytes" : "number" };
  });
}

function columnAt({ title, holds }: ResultColumn, at: number): Column<Row> {
  const textOf = (row: Row): string => cellText(row.cells[at] ?? null);
  const shownOf = (row: Row): string => {
    const cell = row.cells[at];
    return holds === "bytes" && typeof cell === "number" ? formatBytes(cell) : textOf(row);
  };
  return {
    ...textColumn<Row>(`${at}`, title, textOf, { sortable: false }),
    ...(holds === "other"
      ? { render: (row) => <MarkedCell cell={row.cells[at] ?? null} /> }
      : { align: "end", width: "minmax(10em, auto)", render: shownOf }),
    value: (row) => {
      const cell = row.cells[at] ?? null;
      return typeof cell === "number" ? cell : cellText(cell);
    },
  };
}

function MarkedCell({ cell }: { readonly cell: QueryCell }) {
  return (
    <>
      {cellText(cell)}
      {isObject(cell) && <NoteMark id={cell.objectId} />}
    </>
  );
}

function cellText(cell: QueryCell): string {
  if (cell === null) return "null";
  if (typeof cell === "number") return cell.toLocaleString("en-US");
  if (typeof cell !== "object") return String(cell);
  return "list" in cell ? `[${cell.list.map(cellText).join(", ")}]` : cell.text;
}

/** The object a row is of, else the first one in it. */
function objectOf({ objectId, className, isClass, cells }: Row): ObjectIdentity | undefined {
  if (objectId === undefined || className === undefined) return cells.find(isObject);
  return { objectId, className, ...(isClass === true ? { isClass } : {}) };
}

function isObject(cell: QueryCell): cell is ObjectIdentity & { readonly text: string } {
  return typeof cell === "object" && cell !== null && "objectId" in cell;
}
