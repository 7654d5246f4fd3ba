import { expect, it } from "vitest";
import { recursionsIn } from "../../../analyzer/core/unwind/recursion";

/** Functions by letter, innermost first. */
function foldsOf(stack: string): string[] {
  const keys = Int32Array.from(stack, (letter) => letter.codePointAt(0)!);
  return recursionsIn(keys).map(
    ({ start, period, times }) => `${stack.slice(start, start + period)}×${times} at ${start}`,
  );
}

it.each([
  ["", []],
  ["abcde", []],
  ["xaaam", []],
  ["xaaaam", ["a×4 at 1"]],
  ["xababababm", ["ab×4 at 1"]],
  ["xabababam", []],
  // What is left of a circle is shown as it is.
  ["bababababm", ["ba×4 at 0"]],
  ["aaaaaabbbbbb", ["a×6 at 0", "b×6 at 6"]],
  ["abcdefgh".repeat(5), ["abcdefgh×5 at 0"]],
  ["abcdefghi".repeat(5), []],
])("%s has the recursions %j", (stack, folds) => {
  expect(foldsOf(stack)).toEqual(folds);
});

it("takes time linear in a stack of two million frames, whatever they are", () => {
  const keys = Int32Array.from({ length: 1 << 21 }, (_, index) => index % 9);
  expect(recursionsIn(keys)).toEqual([]);
  expect(recursionsIn(new Int32Array(1 << 21))).toEqual([{ start: 0, period: 1, times: 1 << 21 }]);
});
