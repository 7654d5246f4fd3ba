import { describe, expect, it } from "vitest";
import { neutralSymbolsOf } from "../../../../analyzer/core/elf/elfSymbols";
import { symbolTableOf } from "../../../../analyzer/core/symbols/symbolTable";
import { DataReader } from "../../../../analyzer/formats/dwarf/dataReader";
import { machine } from "../../../../analyzer/formats/elf/constants";
import { elfSymbolsOf, unknownHome } from "../../../../analyzer/formats/elf/symbols";

/** Names of symbols with their values, type 2 for functions and 0 for labels, of 32 bits. */
function table(
  littleEndian: boolean,
  rows: readonly (readonly [name: string, value: number, type: number])[],
) {
  const names = new TextEncoder().encode(`\0${rows.map(([name]) => `${name}\0`).join("")}`);
  const bytes = new Uint8Array(16 * rows.length);
  const view = new DataView(bytes.buffer);
  let nameAt = 1;
  rows.forEach(([name, value, type], index) => {
    view.setUint32(16 * index, nameAt, littleEndian);
    view.setUint32(16 * index + 4, value, littleEndian);
    view.setUint32(16 * index + 8, 6, littleEndian);
    view.setUint8(16 * index + 12, type);
    view.setUint16(16 * index + 14, 1, littleEndian);
    nameAt += name.length + 1;
  });
  return { bytes, names };
}

function shown(
  number: number,
  littleEndian: boolean,
  rows: Parameters<typeof table>[1],
  codeAddressOf?: (value: number) => number | undefined,
) {
  const { bytes, names } = table(littleEndian, rows);
  const header = { bits: 32, littleEndian, machine: number } as Parameters<typeof elfSymbolsOf>[2];
  const {
    count,
    values,
    sizes,
    names: ownNames,
  } = elfSymbolsOf(bytes, names, header, () => unknownHome, codeAddressOf);
  return Array.from({ length: count }, (_, index) => [ownNames.at(index), values[index], sizes[index]]);
}

describe("symbols", () => {
  it("of a big-endian file are read in its order", () => {
    expect(shown(machine.ppc, false, [["main", 0x10203, 2]])).toEqual([["main", 0x10203, 6]]);
  });

  it("of Thumb functions are where their code is, and marks among the code are none", () => {
    const rows = [
      ["$t", 0x8000, 0],
      ["main", 0x8001, 2],
      ["$d.1", 0x8004, 0],
      ["dollars$", 0x8006, 0],
    ] as const;
    const { bytes, names } = table(true, [...rows, ["$a", 0x8008, 0]]);
    const header = { bits: 32, littleEndian: true, machine: machine.arm } as Parameters<
      typeof elfSymbolsOf
    >[2];
    const symbols = elfSymbolsOf(bytes, names, header, () => unknownHome);
    const at = (address: number) => symbolTableOf([neutralSymbolsOf(symbols)]).isThumbAt(address);
    expect([0x7ffe, 0x8000, 0x8006, 0x8008, 0x900c].map(at)).toEqual([undefined, true, true, false, false]);
    expect(shown(machine.arm, true, rows)).toEqual([
      ["main", 0x8000, 6],
      ["dollars$", 0x8006, 6],
    ]);
  });

  it("of functions that are described are where the description leads", () => {
    const rows = [
      ["main", 0x20008, 2],
      ["table", 0x20010, 1],
    ] as const;
    const led = (value: number) => (value === 0x20008 ? 0x10400 : undefined);
    expect(shown(machine.ppc64, false, rows, led)).toEqual([
      ["main", 0x10400, 6],
      ["table", 0x20010, 6],
    ]);
  });
});

it("numbers of big-endian debug information begin with their highest byte", () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
  const reader = (position = 0) => new DataReader(bytes, ".debug_info", false, position);
  expect(reader().u16()).toBe(0x102);
  expect(reader().u24()).toBe(0x10203);
  expect(reader().u32()).toBe(0x1020304);
  expect(reader().u64()).toBe(0x102030405060708n);
  expect(reader(1).slice(1, 9).u64AsNumber()).toBe(Number(0x203040506070809n));
});
