import { describe, expect, it } from "vitest";
import { matrixCells } from "../../build/buildMatrix";
import { judgeCells } from "../../build/matrixVerdicts";

/** A few cells of the matrix that `npm run bench:matrix` compares whole, for ways of building no other test has. */
const wanted = [
  "gcc matrixUnseen.c -Og -gdwarf-4 -flto",
  "gcc matrix.c -O1 -gdwarf-4 -static-pie",
  "gcc matrix.c -O2 -gdwarf-4 -gz",
  "clang matrix.c -Os",
  "i686-linux-gnu-g++ matrix.cpp -Og -gdwarf-4",
  "clang++ matrix.cpp -O1 -gdwarf-5",
];

describe("builds that no other test has", () => {
  it("have gdb's stacks and values", async () => {
    const cells = wanted.map((start) => matrixCells().find(({ name }) => name.startsWith(start))!);
    const verdicts = await judgeCells(cells);
    const faults = verdicts.flatMap(({ cell, stacks, values, failure }) =>
      [...(failure === undefined ? [] : [failure]), ...stacks, ...values.differences].map(
        (line) => `${cell.name}: ${line}`,
      ),
    );
    expect(faults).toEqual([]);
    expect(verdicts.reduce((sum, { values }) => sum + values.known, 0)).toBeGreaterThan(100);
  });
});
