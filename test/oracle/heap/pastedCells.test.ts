import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { unwatched } from "../../../analyzer/base/work";
import type { ObjectIndex } from "../../../analyzer/heap/heap";
import { runQuery } from "../../../analyzer/heap/java/query/run";
import { type Answer, type Cell, loopsOver, plain } from "../../build/pastedAnswers/loops";
import { matAnswers } from "../../build/pastedAnswers/mat";
import { visualVmAnswers } from "../../build/pastedAnswers/visualVm";
import { openQueriedHeap, type QueriedHeap } from "../../build/queriedHeap";

/** The forms of the manuals: those of MAT before the first of VisualVM. */
const forms = readFileSync(join(resolve(__dirname, "../../cases"), "pastedQueries.txt"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((form) => form.replace(/\$\{snapshot\}/g, "SNAPSHOT"));
const ofVisualVm = forms.indexOf("select s from java.lang.String s where s.value.length >= 100");
const manuals = [
  { tool: "Eclipse MAT", forms: forms.slice(0, ofVisualVm), answered: 50, answers: matAnswers },
  { tool: "VisualVM", forms: forms.slice(ofVisualVm), answered: 54, answers: visualVmAnswers },
] as const;

let queried: QueriedHeap;

beforeAll(async () => {
  queried = await openQueriedHeap();
});

/** Its rows; of answers in any order sorted, lists within them too. */
function compared(rows: readonly Cell[][], { inAnyOrder, columns }: Answer): unknown[] {
  const cut = rows.map((row) => row.slice(0, columns ?? row.length));
  if (inAnyOrder !== true) return cut;
  const inOrder = (cell: Cell): Cell =>
    typeof cell === "object" && cell !== null ? [...cell].map((each) => JSON.stringify(each)).sort() : cell;
  return cut.map((row) => JSON.stringify(row.map(inOrder))).sort();
}

function firstDifference(found: readonly unknown[], expected: readonly unknown[]) {
  const at = found.findIndex((row, index) => JSON.stringify(row) !== JSON.stringify(expected[index]));
  const row = at < 0 ? found.length : at;
  return { row, found: found[row], expected: expected[row], rows: [found.length, expected.length] };
}

function cellsOf(form: string): Cell[][] {
  const result = runQuery(queried.heap, queried.filled(form), unwatched);
  return result.rows(0, 1_000_000).map(({ cells }) => cells.map(plain));
}

describe.each(manuals)("the manual of $tool", ({ forms: taught, answered, answers }) => {
  it("is answered cell by cell as loops over the dump find it", () => {
    const wrong: unknown[] = [];
    const right = new Set<string>();
    for (const answer of answers(queried)) {
      const wanted = answer.rows();
      const found = compared(cellsOf(answer.form), answer);
      expect(wanted.length === 0, answer.form).toBe(answer.isEmpty === true);
      const expected = compared(wanted, answer);
      if (JSON.stringify(found) === JSON.stringify(expected)) right.add(answer.form);
      else wrong.push({ form: answer.form, ...firstDifference(found, expected) });
    }
    expect(wrong).toEqual([]);
    expect(taught.filter((form) => right.has(form)).length).toBeGreaterThanOrEqual(answered);
  });
});

it("finds ways to the roots that are there, the shortest first", () => {
  const { heap, vectors, referees } = loopsOver(queried);
  const roots = new Set(heap.roots.map(({ object }) => object));
  const indexOf = (cell: Cell) => Number(String(cell).slice(1)) as ObjectIndex;
  const rows = cellsOf("select heap.livepaths(v) from java.util.Vector v");
  expect(rows.length).toBe(vectors().length);
  for (const [row, vector] of vectors().entries()) {
    const paths = (rows[row]![0] as readonly (readonly Cell[])[]).map((path) => path.map(indexOf));
    expect(paths.length).toBeGreaterThan(0);
    expect(new Set(paths.map(String)).size).toBe(paths.length);
    expect(paths.map(({ length }) => length)).toEqual(
      paths.map(({ length }) => length).sort((a, b) => a - b),
    );
    for (const path of paths) {
      expect(path.at(-1)).toBe(vector);
      expect(roots.has(path[0]!)).toBe(true);
      for (const [step, next] of path.slice(1).entries()) expect(referees(path[step]!)).toContain(next);
    }
  }
});
