import { useEffect, useRef, useState } from "preact/hooks";
import { callHost } from "../../host";
import { useMenuBelow } from "../../widgets/menuHost";
import { Button } from "../../widgets/toolkit";

/** Queries that were run in this workspace, newest first. */
export interface EarlierQueries {
  readonly queries: readonly string[];
  /** Keeps a query that was run. */
  readonly note: (query: string) => void;
  /** The query before (1) or after (-1) the one in the box; the one in the box where there is none. */
  readonly step: (shown: string, by: 1 | -1) => string;
  readonly clear: () => void;
}

export function useQueryHistory(): EarlierQueries {
  const [queries, setQueries] = useState<readonly string[]>([]);
  useEffect(() => {
    const controller = new AbortController();
    callHost("queryHistory", null, controller.signal).then(
      (kept) => setQueries(kept.queries),
      () => undefined,
    );
    return () => controller.abort();
  }, []);
  return {
    queries,
    note: (query) => {
      setQueries((kept) => [query, ...kept.filter((each) => each !== query)]);
      void callHost("noteQuery", { text: query });
    },
    step: (shown, by) => queries[queries.indexOf(shown) + by] ?? shown,
    clear: () => {
      setQueries([]);
      void callHost("clearQueryHistory", null);
    },
  };
}

const listed = 25;
const longestTitle = 80;

interface QueryHistoryButtonProps {
  readonly history: EarlierQueries;
  readonly onChoose: (query: string) => void;
}

/** Puts an earlier query into the box; it is run when the reader says so. */
export function QueryHistoryButton({ history, onChoose }: QueryHistoryButtonProps) {
  const place = useRef<HTMLSpanElement>(null);
  const open = useMenuBelow("Earlier queries", () => [
    ...history.queries.slice(0, listed).map((query, at) => ({
      id: String(at),
      title: shortened(query),
      run: () => onChoose(query),
    })),
    { id: "clear", title: "Clear History", separated: true, run: history.clear },
  ]);
  return (
    <span ref={place}>
      <Button
        disabled={history.queries.length === 0}
        title="Queries of this workspace (Alt+Up and Alt+Down in the box)"
        onClick={() => open(place.current!.firstElementChild as HTMLElement)}
      >
        History
      </Button>
    </span>
  );
}

function shortened(query: string): string {
  const line = query.trim().replaceAll(/\s+/g, " ");
  return line.length <= longestTitle ? line : `${line.slice(0, longestTitle - 1)}…`;
}
