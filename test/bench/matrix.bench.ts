import { expect, it } from "vitest";
import { matrixCells } from "../build/buildMatrix";
import { judgeCells } from "../build/matrixVerdicts";

/**
 * Stacks and values of over 200 builds and ways to die beside gdb's. `EXHUME_MATRIX=seen` or `unseen` takes one half,
 * which was made with other programs; `EXHUME_MATRIX=WORD` the cells with a word in their name.
 */
it("stacks and values of a matrix of builds are gdb's", { timeout: 3_600_000 }, async () => {
  const wanted = process.env["EXHUME_MATRIX"] ?? "all";
  const halves = ["seen", "unseen"];
  const cells = matrixCells().filter(({ name, isUnseen }) => {
    if (wanted === "all") return true;
    return halves.includes(wanted) ? isUnseen === (wanted === "unseen") : new RegExp(wanted).test(name);
  });
  const verdicts = await judgeCells(cells, (done) => console.log(`${done} of ${cells.length}`));
  const sum = (of: (verdict: (typeof verdicts)[number]) => number) =>
    verdicts.reduce((all, each) => all + of(each), 0);
  const rows = [
    `cells                    ${verdicts.length}`,
    `cells that failed        ${sum(({ failure }) => (failure === undefined ? 0 : 1))}`,
    `frames of gdb            ${sum(({ frames }) => frames)}`,
    `cells with other stacks  ${sum(({ stacks }) => (stacks.length > 0 ? 1 : 0))}`,
    `equal values             ${sum(({ values }) => values.known + values.printed)}`,
    `other values             ${sum(({ values }) => values.differences.length)}`,
    `values only gdb knows    ${sum(({ values }) => values.less)}`,
    `values only we know      ${sum(({ values }) => values.more)}`,
  ];
  const faults = verdicts.flatMap(({ cell, stacks, values, failure }) =>
    [...(failure === undefined ? [] : [failure]), ...stacks, ...values.differences].map(
      (line) => `${cell.name}: ${line}`,
    ),
  );
  console.log([...rows, ...faults].join("\n"));
  expect(faults).toEqual([]);
});
