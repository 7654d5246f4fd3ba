import { describe, expect, it } from "vitest";
import { demangle, demangledFunctionName } from "../../../analyzer/core/symbols/demangle/demangle";

/** Symbol, name as printed by `c++filt -i`, name without return type and parameters. */
const names: readonly (readonly [string, string, string])[] = [
  ["_Z3addii", "add(int, int)", "add"],
  ["_ZNK5Order5totalEv", "Order::total() const", "Order::total"],
  ["_Z8checkoutIlET_RK5OrderS0_", "long checkout<long>(Order const&, long)", "checkout<long>"],
  [
    "_ZZ4mainENKUliE_clEi",
    "main::{lambda(int)#1}::operator()(int) const",
    "main::{lambda(int)#1}::operator()",
  ],
  ["_ZN12_GLOBAL__N_16hiddenEi", "(anonymous namespace)::hidden(int)", "(anonymous namespace)::hidden"],
  ["_Z5applyPFiiEi", "apply(int (*)(int), int)", "apply"],
  ["_Z5firstRA4_Kc", "first(char const (&) [4])", "first"],
  ["_ZN3BoxIiEC2ERKS0_", "Box<int>::Box(Box<int> const&)", "Box<int>::Box"],
  ["_ZNSolsEi", "std::ostream::operator<<(int)", "std::ostream::operator<<"],
  ["_ZTV5Order", "vtable for Order", "vtable for Order"],
  ["_ZN5OrdercvbEv", "Order::operator bool()", "Order::operator bool"],
  ["_Z3sumIJiiEEiDpT_", "int sum<int, int>(int, int)", "sum<int, int>"],
  ["_Z4sizeILm3EEvv", "void size<3ul>()", "size<3ul>"],
  ["_ZN5crash5Order5total17h0123456789abcdefE", "crash::Order::total", "crash::Order::total"],
  ["_RNvMCs1234_5crashNtB2_5Order5total", "<crash::Order>::total", "<crash::Order>::total"],
];

const notNames = [
  "main",
  "_Z",
  "_ZN",
  "_ZNSt",
  "_R",
  "_RB_",
  "_RINvB_",
  `_Z${"P".repeat(5000)}i`,
  `_Z1f${"N".repeat(3000)}`,
  `_RNv${"N".repeat(3000)}`,
];

describe("demangle", () => {
  it.each(names)("%s", (symbol, full, short) => {
    expect(demangle(symbol)).toBe(full);
    expect(demangledFunctionName(symbol)).toBe(short);
  });

  it.each(notNames)("leaves alone what is no name: %.20s", (symbol) => {
    expect(demangle(symbol)).toBeUndefined();
  });

  it("bounds what substitutions can grow to", () => {
    // Each pair doubles the one before: 2^40 letters when expanded.
    let symbol = "_Z1fSt4pairIiiE";
    for (let step = 0; step < 40; step++) {
      const previous = step === 0 ? "S_" : `S${(step - 1).toString(36).toUpperCase()}_`;
      symbol += `St4pairI${previous}${previous}E`;
    }
    const name = demangle(symbol);
    expect(name === undefined || name.length < 1 << 20).toBe(true);
  });
});
