import type { LoadedModule } from "../../core/modules/loadedModule";
import type { SymbolFrame, Symbolize } from "../../core/symbols/symbolizer";

/** Names by the symbol tables alone: functions, no lines. */
export const symbolizeByTable: Symbolize<LoadedModule> = (module, relativeAddress) => {
  const symbol = module.symbols.functionAt(Number(relativeAddress));
  return symbol === undefined ? [] : [{ function: symbol.name, inlined: false }];
};

/** Keeps answers: the threads of a pool stand at the same addresses. */
export function remembering(symbolize: Symbolize<LoadedModule>): Symbolize<LoadedModule> {
  const known = new Map<LoadedModule, Map<bigint, readonly SymbolFrame[]>>();
  return (module, relativeAddress) => {
    let ofModule = known.get(module);
    if (ofModule === undefined) {
      ofModule = new Map();
      known.set(module, ofModule);
    }
    let frames = ofModule.get(relativeAddress);
    if (frames === undefined) {
      frames = symbolize(module, relativeAddress);
      if (ofModule.size > 100_000) ofModule.clear();
      ofModule.set(relativeAddress, frames);
    }
    return frames;
  };
}
