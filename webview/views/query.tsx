import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { CompletionRow, QueryCell } from "../../analyzer/protocol/heapQuestionRequests";
import type { WireFault } from "../../analyzer/protocol/wire";
import { ask, faultToShow } from "../host";
import { useLinkParams, useNavigate } from "../navigation";
import { useSaved } from "../state";
import { type Column, textColumn } from "../widgets/columns";
import { DataTable } from "../widgets/dataTable";
import type { RowSource } from "../widgets/rowSource";
import { EmptyState } from "../widgets/states";
import { Button } from "../widgets/toolkit";
import type { ViewProps } from "./registry";
import { copyAction, inspectObject, presentActions, revealInDominators } from "./rowActions";

interface Row {
  readonly position: number;
  readonly objectId?: string;
  readonly cells: readonly QueryCell[];
}

/** What was asked last and how its result looks. */
interface Asked {
  readonly text: string;
  readonly columns: readonly string[];
  readonly cut: boolean;
}

const example = "SELECT s, s.@retainedHeapSize FROM java.util.HashMap s WHERE s.size > 100";

/** OQL: a box for the query, its result as a table. Ctrl+Enter runs, Ctrl+Space completes. */
export function QueryView({ params }: ViewProps<"query">) {
  const [text, setText] = useSaved("query:text", example);
  const [ran, setRan] = useSaved("query:ran", "");
  const [asked, setAsked] = useState<Asked | undefined>();
  const [fault, setFault] = useState<WireFault | undefined>();
  const [running, setRunning] = useState<AbortController | undefined>();

  const run = async (query: string) => {
    running?.abort();
    const controller = new AbortController();
    setRunning(controller);
    setFault(undefined);
    try {
      const first = await ask("heap/query", { text: query, start: 0, count: 1 }, controller.signal);
      setRan(query);
      setAsked({ text: query, columns: first.columns, cut: first.cut });
    } catch (thrown) {
      setFault(faultToShow(thrown));
    } finally {
      setRunning((current) => (current === controller ? undefined : current));
    }
  };
  useEffect(() => {
    if (params.text !== undefined) setText(params.text);
    // A result is not kept over a reload; what was asked is, and is asked again.
    const query = params.text ?? ran;
    if (query !== "") void run(query);
  }, [params]);
  useLinkParams("query", asked === undefined ? {} : { text: asked.text });

  return (
    <div class="view">
      <div class="toolbar" role="toolbar" aria-label="Query">
        <QueryBox text={text} onInput={setText} onRun={() => void run(text)} />
        {running === undefined ? (
          <Button appearance="primary" onClick={() => void run(text)}>
            Run
          </Button>
        ) : (
          <Button onClick={() => running.abort()}>Cancel</Button>
        )}
      </div>
      {fault !== undefined && (
        <p class="error" role="alert">
          {fault.message}
        </p>
      )}
      {asked?.cut && <p class="note inset">There are more rows than are kept; narrow the query.</p>}
      {asked === undefined ? (
        <EmptyState title="Ask the heap in OQL.">
          <p class="code">{example}</p>
        </EmptyState>
      ) : (
        <Result key={asked.text} asked={asked} />
      )}
    </div>
  );
}

function Result({ asked }: { readonly asked: Asked }) {
  const navigate = useNavigate();
  const columns = useMemo(() => asked.columns.map(columnAt), [asked]);
  const source = useMemo(
    (): RowSource<Row> => ({
      page: async ({ start, count }, signal) => {
        const page = await ask("heap/query", { text: asked.text, start, count }, signal);
        return { ...page, rows: page.rows.map((row, at) => ({ ...row, position: page.start + at })) };
      },
      keyOf: (row) => String(row.position),
    }),
    [asked],
  );
  const objectOf = (row: Row) =>
    row.objectId ??
    row.cells.map((cell) => (isObject(cell) ? cell.objectId : undefined)).find((id) => id !== undefined);
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
        const id = objectOf(row);
        if (id === undefined) return [];
        return presentActions([
          inspectObject(navigate, id),
          revealInDominators(navigate, id),
          copyAction("copyId", "Copy Object Id", id),
        ]);
      }}
    />
  );
}

function columnAt(title: string, at: number): Column<Row> {
  return {
    ...textColumn<Row>(`${at}`, title, (row) => cellText(row.cells[at] ?? null), { sortable: false }),
    value: (row) => {
      const cell = row.cells[at] ?? null;
      return typeof cell === "number" ? cell : cellText(cell);
    },
  };
}

function cellText(cell: QueryCell): string {
  if (cell === null) return "null";
  if (typeof cell === "number") return cell.toLocaleString("en-US");
  if (typeof cell !== "object") return String(cell);
  return "list" in cell ? `[${cell.list.map(cellText).join(", ")}]` : cell.text;
}

function isObject(cell: QueryCell): cell is { readonly objectId: string; readonly text: string } {
  return typeof cell === "object" && cell !== null && "objectId" in cell;
}

interface QueryBoxProps {
  readonly text: string;
  readonly onInput: (text: string) => void;
  readonly onRun: () => void;
}

interface Offer {
  readonly from: number;
  readonly items: readonly CompletionRow[];
  readonly active: number;
}

function QueryBox({ text, onInput, onRun }: QueryBoxProps) {
  const box = useRef<HTMLTextAreaElement>(null);
  const [offer, setOffer] = useState<Offer | undefined>();

  const complete = async () => {
    const offset = box.current!.selectionStart;
    const { from, items } = await ask("heap/completeQuery", { text, offset });
    setOffer(items.length === 0 ? undefined : { from, items, active: 0 });
  };
  const take = (item: CompletionRow) => {
    const end = box.current!.selectionStart;
    onInput(text.slice(0, offer!.from) + item.text + text.slice(end));
    setOffer(undefined);
    box.current!.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key === "Enter") onRun();
    else if (command && event.key === " ") void complete();
    else if (offer === undefined) return;
    else if (event.key === "Escape") setOffer(undefined);
    else if (event.key === "Enter" || event.key === "Tab") take(offer.items[offer.active]!);
    else if (event.key === "ArrowDown")
      setOffer({ ...offer, active: Math.min(offer.items.length - 1, offer.active + 1) });
    else if (event.key === "ArrowUp") setOffer({ ...offer, active: Math.max(0, offer.active - 1) });
    else return;
    event.preventDefault();
  };

  return (
    <div class="query-box">
      <textarea
        ref={box}
        aria-label="Query (OQL). Control Enter runs, Control Space completes."
        title="Ctrl+Enter runs, Ctrl+Space completes"
        rows={3}
        spellcheck={false}
        value={text}
        onInput={(event) => {
          setOffer(undefined);
          onInput(event.currentTarget.value);
        }}
        onKeyDown={onKeyDown}
      />
      {offer !== undefined && (
        <div class="completions" role="listbox" aria-label="Completions">
          {offer.items.map((item, at) => (
            <div
              key={`${item.kind} ${item.text}`}
              role="option"
              aria-selected={at === offer.active}
              onMouseDown={(event) => {
                event.preventDefault();
                take(item);
              }}
            >
              {item.text}
              <span class="aside">{item.detail === "" ? item.kind : item.detail}</span>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
