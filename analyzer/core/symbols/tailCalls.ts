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
 * @param called an address in the function that is on the stack
 * @param returns where that returns to in the caller
 * @param addressOf link-time address of a function by the linker's name
 */
export function tailCallsBetween(
  file: DebugFile,
  called: number,
  returns: number,
  addressOf: (name: string) => number | undefined,
): readonly number[] {
  return orReport(file.problems, [], () => {
    const callee = compiledAt(file, called);
    const caller = compiledAt(file, returns - 1);
    if (callee === undefined || caller === undefined) return [];
    for (const site of callSitesIn(caller)) {
      if (returnAddressOf(site) !== returns) continue;
      const entry = entryOf(site, addressOf);
      return entry === undefined || covers(callee, entry) ? [] : onlyChain(file, entry, callee, addressOf);
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
  const own = rangesOf(called)[0]?.start;
  if (own !== undefined) return own;
  const name = linkageNameOf(called) ?? entryNameOf(called);
  return name === undefined ? undefined : addressOf(name);
}

function covers(compiled: Die, address: number): boolean {
  return rangesOf(compiled).some(({ start, end }) => address >= start && address < end);
}
