import { describe, expect, it } from "vitest";
import { matrixCells } from "../../build/buildMatrix";
import { judgeCells } from "../../build/matrixVerdicts";

/** A few cells of the matrix that `npm run bench:matrix` compares whole, for ways of building no other test has. */
const wanted = [
  "gcc matrix.c -Og -gdwarf-5 -flto thread",
  "gcc matrix.c -O3 -gdwarf-5 -static-pie trap",
  "gcc matrixUnseen.c -O2 -gdwarf-4 -gz 2 thread",
  "clang matrix.c -Og -gdwarf-4 -gz thread",
  "clang++ matrix.cpp -O1 -gdwarf-5 -std=c++17 abort",
  "i686-linux-gnu-g++ matrix.cpp -Og -gdwarf-4 -std=c++17 at",
];

describe("builds that no other test has", () => {
  it("have gdb's stacks and values", async () => {
    const cells = matrixCells().filter(({ name }) => wanted.includes(name));
    expect(cells.length).toBe(wanted.length);
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
