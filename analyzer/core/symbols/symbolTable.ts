import { countAtMost } from "../../base/halving";
import { type SymbolColumns, symbolKind } from "./symbolColumns";
import { SymbolsByAddress } from "./symbolsByAddress";

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
  /** Whether code at an address is Thumb; undefined where nothing tells, and on other machines. */
  isThumbAt(address: number): boolean | undefined;
}

/** @param tables the complete table first: names of the same place are taken from the first that has one */
export function symbolTableOf(tables: readonly SymbolColumns[]): SymbolTable {
  const functions = new SymbolsByAddress(
    tables,
    (kind) => kind === symbolKind.function || kind === symbolKind.label,
  );
  const objects = new SymbolsByAddress(tables, (kind) => kind === symbolKind.object);
  let marks: CodeMarks | undefined;
  const symbolOf = (columns: SymbolColumns, index: number): Symbol => ({
    name: columns.nameOf(index).split("@", 1)[0]!,
    address: columns.values[index]!,
    bytes: columns.sizes[index]!,
  });
  const at = (symbols: SymbolsByAddress, address: number): Symbol | undefined => {
    const found = symbols.at(address);
    return found === undefined ? undefined : symbolOf(found.columns, found.index);
  };
  return {
    functionAt: (address) => at(functions, address),
    objectAt: (address) => at(objects, address),
    isThumbAt(address) {
      marks ??= codeMarksOf(tables);
      return marks.isThumb[countAtMost(marks.addresses, address) - 1];
    },
    named(name) {
      for (const columns of tables) {
        const index = columns.indexOf(name);
        if (index !== undefined) return symbolOf(columns, index);
      }
      return undefined;
    },
  };
}

interface CodeMarks {
  readonly addresses: Float64Array;
  readonly isThumb: readonly boolean[];
}

function codeMarksOf(tables: readonly SymbolColumns[]): CodeMarks {
  const marks = tables.flatMap(({ codeMarks }) => codeMarks ?? []).sort((a, b) => a.address - b.address);
  return {
    addresses: Float64Array.from(marks, ({ address }) => address),
    isThumb: marks.map(({ isThumb }) => isThumb),
  };
}
