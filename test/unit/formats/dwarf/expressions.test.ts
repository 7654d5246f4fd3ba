import { describe, expect, it } from "vitest";
import { Op } from "../../../../analyzer/formats/dwarf/constants";
import { DwarfDamage } from "../../../../analyzer/formats/dwarf/dataReader";
import type { Unit } from "../../../../analyzer/formats/dwarf/dies";
import {
  type EvaluationContext,
  evaluateLocation,
} from "../../../../analyzer/formats/dwarf/expressions/locationExpression";
import { evaluateUnwindExpression } from "../../../../analyzer/formats/dwarf/expressions/unwindExpression";

const bias = 0x5000_0000n;
const process = {
  register: (number: number) => (number < 17 ? BigInt(number * 0x100) : undefined),
  readMemory: (address: bigint, length: number) =>
    address < 0x10000n ? Uint8Array.from({ length }, (_, at) => at + 1) : undefined,
};
const context: EvaluationContext = {
  ...process,
  // Only expressions that name entries look at more of the unit.
  unit: {
    header: { addressSize: 8, version: 5, is64: false, offset: 0 },
    file: { sections: { littleEndian: true } },
  } as unknown as Unit,
  bias,
  cfa: () => 0x7000n,
  frameBase: () => 0x6000n,
  threadLocal: () => undefined,
  entryValue: () => undefined,
};

const bytesOf = (...parts: readonly number[]) => Uint8Array.from(parts);
const located = (...parts: readonly number[]) => evaluateLocation(bytesOf(...parts), context);
const unwound = (...parts: readonly number[]) =>
  evaluateUnwindExpression(
    { bytes: bytesOf(...parts) },
    { ...process, addressSize: 8, littleEndian: true },
    undefined,
  );

const lit = (number: number) => Op.lit0 + number;
const minus = (number: number): [number, number] => [Op.const1s, 256 - number];

/** What both machines have to make of an expression. */
const cases: readonly (readonly [string, readonly number[], bigint])[] = [
  ["a register plus a distance", [Op.breg0 + 2, 0x7f], 0x1ffn],
  ["a register by its number", [Op.bregx, 3, 0x10], 0x310n],
  ["signed constants", [Op.const2s, 0xff, 0xff, Op.neg], 1n],
  ["duplicates, drops, picks", [lit(5), lit(9), Op.over, Op.drop, Op.pick, 1, Op.dup, Op.plus], 10n],
  ["swaps", [lit(2), lit(7), Op.swap, Op.minus], 5n],
  ["rotations", [lit(1), lit(2), lit(3), Op.rot, Op.minus, Op.minus], 4n],
  ["memory", [lit(16), Op.deref], 0x0807060504030201n],
  ["memory of a size", [lit(16), Op.derefSize, 2], 0x0201n],
  ["unsigned sums", [lit(3), Op.plusUconst, 0x80, 0x01], 131n],
  ["signed quotients", [...minus(7), lit(2), Op.div, Op.neg], 3n],
  ["unsigned remainders", [...minus(1), lit(10), Op.mod], (2n ** 64n - 1n) % 10n],
  ["shifts beyond the width", [lit(1), Op.const1u, 64, Op.shl], 0n],
  ["arithmetic shifts", [...minus(8), lit(1), Op.shra, Op.abs], 4n],
  ["signed comparisons", [...minus(1), lit(1), Op.lt], 1n],
  ["branches", [lit(1), Op.bra, 1, 0, lit(9), lit(4)], 4n],
  ["jumps", [Op.skip, 1, 0, lit(9), lit(6)], 6n],
];

describe("expressions", () => {
  it.each(cases)("have one meaning in locations and in unwind tables: %s", (_, bytes, expected) => {
    expect(located(...bytes)).toEqual({ kind: "memory", address: expected });
    expect(unwound(...bytes)).toBe(expected);
  });

  it("count file addresses from the bias in locations only", () => {
    const address = [Op.addr, 0x10, 0, 0, 0, 0, 0, 0, 0];
    expect(located(...address)).toEqual({ kind: "memory", address: bias + 0x10n });
    expect(unwound(...address)).toBe(0x10n);
  });

  it("are not about entries, objects and frames in unwind tables", () => {
    expect(located(Op.fbreg, 0x10)).toEqual({ kind: "memory", address: 0x6010n });
    for (const op of [Op.fbreg, Op.callFrameCfa, Op.pushObjectAddress, Op.call2, Op.regx, Op.stackValue])
      expect(() => unwound(lit(1), lit(1), op, 0, 0), String(op)).toThrow(DwarfDamage);
  });

  it("say what is missing, or give nothing while unwinding", () => {
    expect(located(Op.bregx, 20, 0)).toMatchObject({ missing: { missing: "optimizedOut" } });
    expect(unwound(Op.bregx, 20, 0)).toBeUndefined();
    const far = [Op.const4u, 0, 0, 0x10, 0, Op.deref];
    expect(located(...far)).toMatchObject({ missing: { missing: "absent" } });
    expect(unwound(...far)).toBeUndefined();
  });

  it("end when they run in circles, pile up or divide by zero", () => {
    const circle = [Op.skip, 0xfd, 0xff];
    expect(() => located(...circle)).toThrow(DwarfDamage);
    expect(() => unwound(...circle)).toThrow(DwarfDamage);
    const pile = [lit(1), Op.skip, 0xfc, 0xff];
    expect(located(...pile)).toMatchObject({ missing: { why: expect.stringContaining("stack") } });
    expect(() => unwound(...pile)).toThrow(DwarfDamage);
    const division = [lit(1), lit(0), Op.div];
    expect(located(...division)).toMatchObject({ missing: { why: expect.stringContaining("zero") } });
    expect(() => unwound(...division)).toThrow(DwarfDamage);
  });
});
