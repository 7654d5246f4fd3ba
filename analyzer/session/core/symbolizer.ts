import type { LoadedModule } from "../../core/modules/loadedModule";
import { demangledFunctionName } from "../../core/symbols/demangle/demangle";
import { symbolize } from "../../core/symbols/symbolize";
import type { SymbolFrame, Symbolize } from "../../core/symbols/symbolizer";
import type { DebugInfoStore } from "./debugInfo";

/**
 * Names by debug information, with lines and inlined functions; by the symbol tables where there is none, and for
 * the function's name where debug information only has a line.
 */
export function symbolizerOf(debugInfo: DebugInfoStore): Symbolize<LoadedModule> {
  return remembering((module, relativeAddress) => {
    const file = debugInfo.of(module);
    const frames = file === undefined ? [] : symbolize(file, Number(relativeAddress));
    const last = frames.at(-1);
    if (last?.function !== undefined) return frames.map(plain);
    const at = Number(relativeAddress);
    const isData = module.isData(relativeAddress + module.bias);
    const symbol = isData ? module.symbols.objectAt(at) : module.symbols.functionAt(at);
    // The Go linker's own table has lines where debug information was left out.
    const places = frames.length === 0 && !isData ? (module.go?.lines.placesAt(at) ?? []) : [];
    if (places.length > 0) return places;
    if (symbol === undefined) return frames.map(plain);
    const name = demangledFunctionName(symbol.name) ?? symbol.name;
    return last === undefined
      ? [{ function: name, inlined: false }]
      : [...frames.slice(0, -1).map(plain), { ...plain(last), function: name }];
  });
}

/** Without what only readers of variables need. */
function plain({ function: name, file, md5, line, column, inlined }: SymbolFrame): SymbolFrame {
  return {
    inlined,
    ...(name === undefined ? {} : { function: name }),
    ...(file === undefined ? {} : { file }),
    ...(md5 === undefined ? {} : { md5 }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  };
}

/** Keeps answers: the threads of a pool stand at the same addresses. */
function remembering(find: Symbolize<LoadedModule>): Symbolize<LoadedModule> {
  const known = new Map<LoadedModule, Map<bigint, readonly SymbolFrame[]>>();
  return (module, relativeAddress) => {
    let ofModule = known.get(module);
    if (ofModule === undefined) {
      ofModule = new Map();
      known.set(module, ofModule);
    }
    let frames = ofModule.get(relativeAddress);
    if (frames === undefined) {
      frames = find(module, relativeAddress);
      if (ofModule.size > 100_000) ofModule.clear();
      ofModule.set(relativeAddress, frames);
    }
    return frames;
  };
}
