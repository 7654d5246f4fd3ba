import type { DebugFile, Die } from "../../formats/dwarf/dies";
import { functionAt } from "../../formats/dwarf/indexUnit";
import { entryNameOf, linkageNameOf } from "../../formats/dwarf/names";
import { rangesOf } from "../../formats/dwarf/ranges";
import { orReport } from "../../formats/dwarf/sections";
import { calledFunctionOf, callSitesIn, isTailCall, returnAddressOf } from "./callSites";

const longestChain = 8;
/** Functions looked through for one chain. */
const mostFunctions = 200;

/**
 * The functions that left by a jump between a caller and the function it is seen to have called, which have no frame:
 * the addresses after their jumps, innermost first. Call sites tell which function the caller called and which ones
 * that could have jumped to; only a chain that is the only one is believed.
 *
 * @param caller the file of the caller, and where it is returned to
 * @param callee the file the jumps are in, an address in the function that is on the stack, and the link-time address of a
 * function by the linker's name
 */
export function tailCallsBetween(
  caller: { readonly file: DebugFile; readonly returns: number },
  callee: {
    readonly file: DebugFile;
    readonly called: number;
    readonly addressOf: (name: string) => number | undefined;
  },
): readonly number[] {
  const { file, called, addressOf } = callee;
  return orReport(file.problems, [], () => {
    const standing = compiledAt(file, called);
    const calling = compiledAt(caller.file, caller.returns - 1);
    if (standing === undefined || calling === undefined) return [];
    for (const site of callSitesIn(calling)) {
      if (returnAddressOf(site) !== caller.returns) continue;
      // What another file says of addresses is about that file.
      const entry = caller.file === file ? entryOf(site, addressOf) : entryByName(site, addressOf);
      return entry === undefined || covers(standing, entry)
        ? []
        : onlyChain(file, entry, standing, addressOf);
    }
    return [];
  });
}

interface Chain {
  readonly entry: number;
  readonly jumps: readonly number[];
}

function onlyChain(
  file: DebugFile,
  from: number,
  callee: Die,
  addressOf: (name: string) => number | undefined,
): readonly number[] {
  let found: readonly number[] | undefined;
  const open: Chain[] = [{ entry: from, jumps: [] }];
  for (let looked = 0; open.length > 0; looked++) {
    // What was not looked at could be another way.
    if (looked >= mostFunctions) return [];
    const { entry, jumps } = open.pop()!;
    const compiled = compiledAt(file, entry);
    if (compiled === undefined || jumps.length >= longestChain) continue;
    for (const site of callSitesIn(compiled)) {
      const after = returnAddressOf(site);
      if (!isTailCall(site) || after === undefined || jumps.includes(after)) continue;
      const next = entryOf(site, addressOf);
      if (next === undefined) continue;
      const longer = [after, ...jumps];
      if (!covers(callee, next)) open.push({ entry: next, jumps: longer });
      else if (found !== undefined) return [];
      else found = longer;
    }
  }
  return found ?? [];
}

function compiledAt(file: DebugFile, address: number): Die | undefined {
  for (const skeleton of file.unitsAt(address)) {
    const unit = file.fullUnitOf(skeleton);
    const found = functionAt(unit, unit.file.indexOf(unit), address);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Where the called function begins: by its own entry, else by its name. */
function entryOf(site: Die, addressOf: (name: string) => number | undefined): number | undefined {
  const called = calledFunctionOf(site);
  if (called === undefined) return undefined;
  return rangesOf(called)[0]?.start ?? entryByName(site, addressOf);
}

function entryByName(site: Die, addressOf: (name: string) => number | undefined): number | undefined {
  const called = calledFunctionOf(site);
  const name = called && (linkageNameOf(called) ?? entryNameOf(called));
  return name === undefined ? undefined : addressOf(name);
}

function covers(compiled: Die, address: number): boolean {
  return rangesOf(compiled).some(({ start, end }) => address >= start && address < end);
}
