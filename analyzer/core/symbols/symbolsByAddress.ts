import { countAtMost } from "../../base/halving";
import { type SymbolColumns, symbolBinding, symbolKind } from "./symbolColumns";

/** A symbol in one of several tables. */
export interface SymbolPlace {
  readonly columns: SymbolColumns;
  readonly index: number;
}

/** A label inside a function hides it: so many starts before an address are looked at for one that covers it. */
const startsLookedAt = 4;

/** So many addresses are looked for among all symbols; sorting them costs as much as some more. */
const searchesBeforeSorting = 32;
/** Real tables have up to a million symbols. */
const mostSearched = 1 << 20;
/** Real places have up to some ten names. */
const mostNamesCompared = 1024;

/** The symbols of some kinds, to be found by an address. */
export class SymbolsByAddress {
  private searchesLeft: number;
  private sorted: SortedPlaces | undefined;

  /** @param tables whose names are taken first, first */
  constructor(
    private readonly tables: readonly SymbolColumns[],
    private readonly accepts: (kind: number) => boolean,
  ) {
    const isLarge = tables.reduce((total, { count }) => total + count, 0) > mostSearched;
    this.searchesLeft = isLarge ? 0 : searchesBeforeSorting;
  }

  /** The symbol that covers an address; one without a size reaches to the next, and no further than its section. */
  at(address: number): SymbolPlace | undefined {
    const nearest = this.nearestTo(address);
    const covering = nearest.find(
      ({ columns, index }) => address < columns.values[index]! + columns.sizes[index]!,
    );
    if (covering !== undefined) return covering;
    const [last] = nearest;
    if (last === undefined) return undefined;
    const { columns, index } = last;
    return columns.sizes[index] === 0 && address < columns.sectionEnds[index]! ? last : undefined;
  }

  /** The best names of the last places at or before an address, the last first. */
  private nearestTo(address: number): SymbolPlace[] {
    if (this.searchesLeft-- > 0) return this.search(address);
    this.sorted ??= sortedPlaces(this.tables, this.accepts);
    return nearestIn(this.sorted, address);
  }

  private search(address: number): SymbolPlace[] {
    const nearest: SymbolPlace[] = [];
    // What begins before it cannot be among the nearest any more.
    let lowest = Number.NEGATIVE_INFINITY;
    for (const columns of this.tables) {
      const { count, values, kinds } = columns;
      for (let index = 0; index < count; index++) {
        const value = values[index]!;
        if (value > address || value < lowest || !this.accepts(kinds[index]!)) continue;
        addPlace(nearest, { columns, index });
        if (nearest.length === startsLookedAt) lowest = startOf(nearest.at(-1)!);
      }
    }
    return nearest;
  }
}

function startOf({ columns, index }: SymbolPlace): number {
  return columns.values[index]!;
}

function addPlace(nearest: SymbolPlace[], place: SymbolPlace): void {
  const start = startOf(place);
  let at = 0;
  while (at < nearest.length && startOf(nearest[at]!) > start) at++;
  const same = nearest[at];
  if (same !== undefined && startOf(same) === start) {
    if (preference(place) > preference(same)) nearest[at] = place;
    return;
  }
  nearest.splice(at, 0, place);
  if (nearest.length > startsLookedAt) nearest.pop();
}

/** All symbols by where they begin; those that begin together in the order of their tables. */
interface SortedPlaces {
  readonly tables: readonly SymbolColumns[];
  readonly starts: Float64Array;
  readonly table: Uint8Array;
  readonly index: Uint32Array;
}

function sortedPlaces(tables: readonly SymbolColumns[], accepts: (kind: number) => boolean): SortedPlaces {
  let total = 0;
  for (const { count } of tables) total += count;
  const starts = new Float64Array(total);
  const table = new Uint8Array(total);
  const index = new Uint32Array(total);
  let count = 0;
  let isSorted = true;
  for (const [number, columns] of tables.entries()) {
    for (let at = 0; at < columns.count; at++) {
      if (!accepts(columns.kinds[at]!)) continue;
      starts[count] = columns.values[at]!;
      table[count] = number;
      index[count] = at;
      if (count > 0 && starts[count]! < starts[count - 1]!) isSorted = false;
      count++;
    }
  }
  if (isSorted) {
    return { tables, starts: starts.subarray(0, count), table, index };
  }
  const order = Uint32Array.from({ length: count }, (_, at) => at).sort(
    (a, b) => starts[a]! - starts[b]! || a - b,
  );
  return {
    tables,
    starts: Float64Array.from(order, (at) => starts[at]!),
    table: Uint8Array.from(order, (at) => table[at]!),
    index: Uint32Array.from(order, (at) => index[at]!),
  };
}

function nearestIn({ tables, starts, table, index }: SortedPlaces, address: number): SymbolPlace[] {
  const nearest: SymbolPlace[] = [];
  let end = countAtMost(starts, address);
  while (end > 0 && nearest.length < startsLookedAt) {
    const start = starts[end - 1]!;
    let first = end - 1;
    while (first > 0 && starts[first - 1] === start) first--;
    let best: SymbolPlace | undefined;
    for (let at = first; at < Math.min(end, first + mostNamesCompared); at++) {
      const place = { columns: tables[table[at]!]!, index: index[at]! };
      if (best === undefined || preference(place) > preference(best)) best = place;
    }
    nearest.push(best!);
    end = first;
  }
  return nearest;
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
