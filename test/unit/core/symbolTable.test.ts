import { describe, expect, it } from "vitest";
import { type SymbolColumns, symbolBinding, symbolKind } from "../../../analyzer/core/symbols/symbolColumns";
import { symbolTableOf } from "../../../analyzer/core/symbols/symbolTable";
import { SymbolNames } from "../../../analyzer/formats/elf/symbolNames";
import { seededRandom } from "../../build/seededRandom";

interface Row {
  readonly name: string;
  readonly start: number;
  readonly bytes: number;
  readonly kind: number;
  readonly binding: number;
}

const sectionEnd = 500;

function columnsOf(rows: readonly Row[]): SymbolColumns {
  const text = `\0${rows.map(({ name }) => `${name}\0`).join("")}`;
  let offset = 1;
  const offsets = Uint32Array.from(rows, ({ name }) => {
    offset += name.length + 1;
    return offset - name.length - 1;
  });
  const names = new SymbolNames(new TextEncoder().encode(text), offsets);
  return {
    count: rows.length,
    values: Float64Array.from(rows, ({ start }) => start),
    sizes: Float64Array.from(rows, ({ bytes }) => bytes),
    kinds: Uint8Array.from(rows, ({ kind }) => kind),
    bindings: Uint8Array.from(rows, ({ binding }) => binding),
    sectionEnds: new Float64Array(rows.length).fill(sectionEnd),
    nameOf: (index) => names.at(index),
    underscoresOf: (index) => names.underscoresAt(index),
    indexOf: (name) => names.indexOf(name),
  };
}

/** The words of the doc comments, one after the other. */
function functionAt(rows: readonly Row[], address: number): string | undefined {
  const rank = ({ kind, bytes, binding, name }: Row) => [
    kind === symbolKind.function ? 1 : 0,
    bytes > 0 ? 1 : 0,
    [0, 2, 1][binding]!,
    -/^_*/.exec(name)![0].length,
  ];
  const isBetter = (a: Row, b: Row) => {
    const [left, right] = [rank(a), rank(b)];
    const at = left.findIndex((value, index) => value !== right[index]);
    return at >= 0 && left[at]! > right[at]!;
  };
  const best = new Map<number, Row>();
  for (const row of rows) {
    if (row.kind !== symbolKind.function && row.kind !== symbolKind.label) continue;
    const other = best.get(row.start);
    if (other === undefined || isBetter(row, other)) best.set(row.start, row);
  }
  const before = [...best.values()]
    .filter(({ start }) => start <= address)
    .sort((a, b) => b.start - a.start)
    .slice(0, 4);
  const covering = before.find(({ start, bytes }) => address < start + bytes);
  const nearest = before[0];
  return (covering ?? (nearest?.bytes === 0 && address < sectionEnd ? nearest : undefined))?.name;
}

function randomRows(seed: number, count: number): Row[] {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  return Array.from({ length: count }, (_, index) => ({
    name: `${"_".repeat(below(3))}f${index}`,
    start: 8 * below(60),
    bytes: below(2) * below(40),
    kind: [symbolKind.label, symbolKind.function, symbolKind.object][below(3)]!,
    binding: [symbolBinding.local, symbolBinding.global, symbolBinding.weak][below(3)]!,
  }));
}

describe("a symbol table", () => {
  it("finds the same function by an address with the first questions and with many", () => {
    for (let seed = 1; seed <= 8; seed++) {
      const rows = randomRows(seed, 80);
      const table = symbolTableOf([columnsOf(rows.slice(0, 50)), columnsOf(rows.slice(50))]);
      for (let address = 0; address < 520; address += 5)
        expect([seed, address, table.functionAt(address)?.name]).toEqual([
          seed,
          address,
          functionAt(rows, address),
        ]);
    }
  });

  it("finds the first symbol of a name, and none by a part of one", () => {
    const rows = randomRows(1, 80);
    const twice = [...rows, { ...rows[3]!, start: 1 }];
    const table = symbolTableOf([columnsOf(twice)]);
    for (let round = 0; round < 2; round++) {
      for (const { name, start } of rows) expect(table.named(name)).toMatchObject({ name, address: start });
      expect(table.named("f")).toBeUndefined();
      expect(table.named(`${rows[3]!.name}9`)).toBeUndefined();
    }
  });
});
