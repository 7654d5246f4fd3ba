import { countAtMost } from "../../base/halving";
import { type SymbolColumns, symbolBinding, symbolKind } from "./symbolColumns";

/** A name from a symbol table; addresses are link-time addresses. */
export interface Symbol {
  /** As the linker has it: mangled, without a version. */
  readonly name: string;
  readonly address: number;
  /** 0 when the table does not say, e.g. for assembly labels. */
  readonly bytes: number;
}

/** Names of functions and data of one module, merged from several symbol tables. */
export interface SymbolTable {
  /** The function that covers an address. */
  functionAt(address: number): Symbol | undefined;
  /** The data symbol that covers an address, e.g. a vtable. */
  objectAt(address: number): Symbol | undefined;
  named(name: string): Symbol | undefined;
}

interface Reference {
  readonly columns: SymbolColumns;
  readonly index: number;
}

/** @param tables the complete table first: names of the same place are taken from the first that has one */
export function symbolTableOf(tables: readonly SymbolColumns[]): SymbolTable {
  let functions: Lookup | undefined;
  let objects: Lookup | undefined;
  let names: Map<string, Reference> | undefined;
  const functionLookup = () => {
    functions ??= lookupOf(tables, (kind) => kind === symbolKind.function || kind === symbolKind.label);
    return functions;
  };
  return {
    functionAt: (address) => functionLookup().at(address),
    objectAt(address) {
      objects ??= lookupOf(tables, (kind) => kind === symbolKind.object);
      return objects.at(address);
    },
    named(name) {
      names ??= namesOf(tables);
      const found = names.get(name);
      return found === undefined ? undefined : symbolOf(found);
    },
  };
}

interface Lookup {
  at(address: number): Symbol | undefined;
}

function lookupOf(tables: readonly SymbolColumns[], accepts: (kind: number) => boolean): Lookup {
  const found: Reference[] = [];
  for (const columns of tables) {
    for (let index = 0; index < columns.count; index++) {
      if (accepts(columns.kinds[index]!)) found.push({ columns, index });
    }
  }
  const startOf = ({ columns, index }: Reference) => columns.values[index]!;
  found.sort((a, b) => startOf(a) - startOf(b) || preference(b) - preference(a));
  const distinct = found.filter((each, i) => i === 0 || startOf(each) !== startOf(found[i - 1]!));
  const values = Float64Array.from(distinct, startOf);
  return {
    at(address) {
      const after = countAtMost(values, address);
      // A label inside a function hides it: look a little further back for one that covers the address.
      for (let i = after - 1; i >= 0 && i >= after - 4; i--) {
        const symbol = symbolOf(distinct[i]!);
        if (address < symbol.address + symbol.bytes) return symbol;
      }
      const nearest = distinct[after - 1];
      if (nearest === undefined) return undefined;
      const { columns, index } = nearest;
      const reaches = columns.sizes[index] === 0 && address < columns.sectionEnds[index]!;
      return reaches ? symbolOf(nearest) : undefined;
    },
  };
}

/** Of several names of one place: functions before labels, sized, global before weak before local, plain before `_`. */
function preference({ columns, index }: Reference): number {
  const binding = columns.bindings[index]!;
  return (
    (columns.kinds[index] === symbolKind.label ? 0 : 1000) +
    (columns.sizes[index]! > 0 ? 100 : 0) +
    (binding === symbolBinding.global ? 20 : binding === symbolBinding.weak ? 10 : 0) -
    Math.min(9, leadingUnderscores(columns.nameOf(index)))
  );
}

function leadingUnderscores(name: string): number {
  return /^_*/.exec(name)![0].length;
}

function namesOf(tables: readonly SymbolColumns[]): Map<string, Reference> {
  const names = new Map<string, Reference>();
  for (const columns of tables) {
    for (let index = 0; index < columns.count; index++) {
      const name = columns.nameOf(index);
      if (!names.has(name)) names.set(name, { columns, index });
    }
  }
  return names;
}

function symbolOf({ columns, index }: Reference): Symbol {
  return {
    name: columns.nameOf(index).split("@", 1)[0]!,
    address: columns.values[index]!,
    bytes: columns.sizes[index]!,
  };
}
