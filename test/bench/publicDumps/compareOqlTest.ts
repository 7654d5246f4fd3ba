import { ExhumeError } from "../../../analyzer/base/errors";
import { unwatched } from "../../../analyzer/base/work";
import type { Heap } from "../../../analyzer/heap/heap";
import { runQuery } from "../../../analyzer/heap/java/query/run";
import { reachabilityOf } from "../../../analyzer/heap/java/reachability/reachability";
import type { Comparison } from "./compareHistogram";

/**
 * The queries of MAT's OQLTest that are asked of its usual dump and whose number of rows the test asserts. MAT drops what
 * nothing reaches, so the queries see the rest. What is refused is no difference: it says so itself.
 */
export function compareOqlTest(heap: Heap, test: string): Comparison & { readonly refused: number } {
  const reachability = reachabilityOf(heap, unwatched);
  let equal = 0;
  let refused = 0;
  const different: string[] = [];
  for (const { name, query, rows } of assertedQueries(test)) {
    try {
      const { total } = runQuery(heap, query, unwatched, (object) => reachability(object) !== "none");
      if (total === rows) equal++;
      else different.push(`${name}: ${rows} there, ${total} here`);
    } catch (error) {
      if (!(error instanceof ExhumeError)) throw error;
      refused++;
    }
  }
  return { equal, different, refused };
}

function* assertedQueries(test: string): Generator<{ name: string; query: string; rows: number }> {
  for (const [, name, body] of test
    .replace(/^\s*\/\/.*$/gm, "")
    .matchAll(/public void (test\w+)\(\)[^{]*\{(.*?)\n {4}\}/gs)) {
    if (body!.includes("TestSnapshots")) continue;
    const asked = /execute\(\s*((?:"(?:[^"\\]|\\.)*"\s*\+?\s*)+)\)(.*?)(?=execute\(|$)/gs;
    for (const [, literals, checks] of body!.matchAll(asked)) {
      const query = [...literals!.matchAll(/"((?:[^"\\]|\\.)*)"/g)]
        .map(([literal]) => JSON.parse(literal) as string)
        .join("");
      const rows =
        /(?:(?<!getColumns\(\)\.)length|getRowCount\(\)),\s*equalTo\(([\d +]+)\)/.exec(checks!) ??
        /assertEquals\(([\d +]+),\s*\w*\(*\(?(?:IResultTable\))?\w*\)?\.(?:length|getRowCount)/.exec(checks!);
      if (rows === null) continue;
      yield { name: name!, query, rows: rows[1]!.split("+").reduce((sum, part) => sum + Number(part), 0) };
    }
  }
}
