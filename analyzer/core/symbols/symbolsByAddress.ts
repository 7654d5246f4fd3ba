import { countAtMost } from "../../base/halving";
import { type SymbolColumns, symbolBinding, symbolKind } from "./symbolColumns";

/** A symbol in one of several tables. */
export interface SymbolPlace {
  readonly columns: SymbolColumns;
  readonly index: number;
}

/** A label inside a function hides it: so many starts before an address are looked at for one that covers it. */
const startsLookedAt = 4;
/** Real places have up to some ten names. */
const mostNamesCompared = 1024;

/** The symbols of some kinds, sorted by where they begin when the first address is looked for. */
export class SymbolsByAddress {
  private sorted: SortedPlaces | undefined;

  /** @param tables whose names are taken first, first */
  constructor(
    private readonly tables: readonly SymbolColumns[],
    private readonly accepts: (kind: number) => boolean,
  ) {}

  /** The symbol that covers an address; one without a size reaches to the next, and no further than its section. */
  at(address: number): SymbolPlace | undefined {
    this.sorted ??= sortedPlaces(this.tables, this.accepts);
    const { starts } = this.sorted;
    let end = countAtMost(starts, address);
    let nearest: SymbolPlace | undefined;
    for (let looked = 0; end > 0 && looked < startsLookedAt; looked++) {
      const start = starts[end - 1]!;
      let first = end - 1;
      while (first > 0 && starts[first - 1] === start) first--;
      const place = bestIn(this.sorted, first, Math.min(end, first + mostNamesCompared));
      if (address < start + place.columns.sizes[place.index]!) return place;
      nearest ??= place;
      end = first;
    }
    if (nearest === undefined) return undefined;
    const { columns, index } = nearest;
    return columns.sizes[index] === 0 && address < columns.sectionEnds[index]! ? nearest : undefined;
  }
}

/** Symbols by where they begin; those that begin together in the order of their tables. */
interface SortedPlaces {
  readonly starts: Float64Array;
  /** Positions in all tables, one behind the other. */
  readonly numbers: Uint32Array;
  readonly placeOf: (number: number) => SymbolPlace;
}

function sortedPlaces(tables: readonly SymbolColumns[], accepts: (kind: number) => boolean): SortedPlaces {
  const firsts: number[] = [];
  let total = 0;
  for (const { count } of tables) {
    firsts.push(total);
    total += count;
  }
  const values = new Float64Array(total);
  const numbers = new Uint32Array(total);
  let count = 0;
  for (const [table, columns] of tables.entries()) {
    for (let index = 0; index < columns.count; index++) {
      if (!accepts(columns.kinds[index]!)) continue;
      values[count] = columns.values[index]!;
      numbers[count++] = firsts[table]! + index;
    }
  }
  const placeOf = (number: number): SymbolPlace => {
    const table = countAtMost(firsts, number) - 1;
    return { columns: tables[table]!, index: number - firsts[table]! };
  };
  const order = orderOf(values.subarray(0, count));
  const starts = new Float64Array(count);
  const ordered = new Uint32Array(count);
  for (let at = 0; at < count; at++) {
    starts[at] = values[order[at]!]!;
    ordered[at] = numbers[order[at]!]!;
  }
  return { starts, numbers: ordered, placeOf };
}

/** The positions of numbers from the smallest to the largest, equal ones as they stand. */
function orderOf(values: Float64Array): Uint32Array {
  const { length } = values;
  const order = new Uint32Array(length);
  let smallest = Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let at = 0; at < length; at++) {
    const value = values[at]!;
    if (value < smallest) smallest = value;
    if (value > largest) largest = value;
    order[at] = at;
  }
  const scale = 2 ** Math.ceil(Math.log2(length + 1));
  if ((largest - smallest + 1) * scale > Number.MAX_SAFE_INTEGER)
    return order.sort((a, b) => values[a]! - values[b]! || a - b);
  // Numbers alone are sorted ten times as fast as by a comparison.
  const keys = new Float64Array(length);
  for (let at = 0; at < length; at++) keys[at] = (values[at]! - smallest) * scale + at;
  keys.sort();
  for (let at = 0; at < length; at++) order[at] = keys[at]! - Math.floor(keys[at]! / scale) * scale;
  return order;
}

/** @returns the best name of symbols that begin together */
function bestIn({ numbers, placeOf }: SortedPlaces, first: number, end: number): SymbolPlace {
  let best = placeOf(numbers[first]!);
  for (let at = first + 1; at < end; at++) {
    const place = placeOf(numbers[at]!);
    if (preference(place) > preference(best)) best = place;
  }
  return best;
}

/** Of several names of one place: functions before labels, sized, global before weak before local, plain before `_`. */
function preference({ columns, index }: SymbolPlace): number {
  const binding = columns.bindings[index]!;
  return (
    (columns.kinds[index] === symbolKind.label ? 0 : 1000) +
    (columns.sizes[index]! > 0 ? 100 : 0) +
    (binding === symbolBinding.global ? 20 : binding === symbolBinding.weak ? 10 : 0) -
    Math.min(9, columns.underscoresOf(index))
  );
}
