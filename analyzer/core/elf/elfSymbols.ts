import { type ElfSymbols, symbolType } from "../../formats/elf/symbols";
import { type SymbolColumns, symbolKind } from "../symbols/symbolColumns";

/** A symbol table of ELF with its types as kinds; the numbers of bindings are the same. */
export function neutralSymbolsOf({ types, inCode, names, ...columns }: ElfSymbols): SymbolColumns {
  const kinds = new Uint8Array(columns.count);
  for (let index = 0; index < columns.count; index++)
    kinds[index] = kindOf(types[index]!, inCode[index] === 1);
  return {
    ...columns,
    kinds,
    nameOf: (index) => names.at(index),
    underscoresOf: (index) => names.underscoresAt(index),
    indexOf: (name) => names.indexOf(name),
  };
}

function kindOf(type: number, inCode: boolean): number {
  switch (type) {
    case symbolType.function:
    case symbolType.indirect:
      return symbolKind.function;
    case symbolType.object:
      return symbolKind.object;
    case symbolType.none:
      return inCode ? symbolKind.label : symbolKind.other;
    default:
      return symbolKind.other;
  }
}
