import { Attr, Tag } from "../../formats/dwarf/constants";
import { childrenOf, type DebugFile, type Die, type Unit } from "../../formats/dwarf/dies";
import { functionAt } from "../../formats/dwarf/indexUnit";
import { type LineTable, lineAt } from "../../formats/dwarf/lines";
import { covers } from "../../formats/dwarf/ranges";
import { orReport } from "../../formats/dwarf/sections";
import { functionNameOf } from "./functionNames";
import type { SymbolFrame } from "./symbolizer";

/** A function at an address with what its variables need. */
export interface DebugFrame extends SymbolFrame {
  /** The entries this frame's variables are in: innermost block first, the function itself last. */
  readonly scopes: readonly Die[];
}

/** Blocks deeper than this are not looked into; compilers nest a few dozen. */
const deepestBlock = 256;

/**
 * What is at an address of a module, innermost inlined function first.
 *
 * @param address link-time address within the module; for a return address give the one before it
 * @returns one frame without a function where only lines are known; empty when debug information knows nothing
 */
export function symbolize(file: DebugFile, address: number): DebugFrame[] {
  for (const skeleton of file.unitsAt(address)) {
    const frames = orReport(file.problems, [], () => framesIn(file, skeleton, address));
    if (frames.length > 0) return frames;
  }
  return [];
}

function framesIn(file: DebugFile, skeleton: Unit, address: number): DebugFrame[] {
  const unit = file.fullUnitOf(skeleton);
  const lines = file.lineTableOf(skeleton);
  const row = lines && lineAt(lines, address);
  let place = placeOf(lines, row?.file, row?.line, row?.column);
  const found = functionAt(unit, unit.file.indexOf(unit), address);
  if (found === undefined) return place.line === undefined ? [] : [{ ...place, inlined: false, scopes: [] }];
  const frames: DebugFrame[] = [];
  // Outermost first: each function with the blocks up to the next one that was inlined into it.
  const groups = functionsAround(found, address);
  for (const scopes of groups.reverse()) {
    const entry = scopes.at(-1)!;
    const name = functionNameOf(entry);
    const inlined = entry.tag === Tag.inlinedSubroutine;
    frames.push({ ...(name !== undefined && { function: name }), ...place, inlined, scopes });
    place = placeOf(
      lines,
      entry.number(Attr.callFile),
      entry.number(Attr.callLine),
      entry.number(Attr.callColumn),
    );
  }
  return frames;
}

/** From the compiled function to the innermost inlined one at an address; in each, innermost block first. */
function functionsAround(compiled: Die, address: number): Die[][] {
  const groups: Die[][] = [[compiled]];
  let at: Die | undefined = compiled;
  for (let depth = 0; at !== undefined && depth < deepestBlock; depth++) {
    at = childAt(at, address);
    if (at?.tag === Tag.inlinedSubroutine) groups.push([at]);
    else if (at !== undefined) groups.at(-1)!.unshift(at);
  }
  return groups;
}

function childAt(die: Die, address: number): Die | undefined {
  for (const child of childrenOf(die)) {
    if (child.tag !== Tag.lexicalBlock && child.tag !== Tag.inlinedSubroutine) continue;
    if (covers(child, address)) return child;
  }
  return undefined;
}

function placeOf(
  lines: LineTable | undefined,
  file: number | undefined,
  line: number | undefined,
  column: number | undefined,
): { file?: string; md5?: string; line?: number; column?: number } {
  const path = file === undefined ? undefined : lines?.files[file];
  const md5 = file === undefined ? undefined : lines?.checksums[file];
  const named = { ...(path && { file: path }), ...(path && md5 && { md5 }) };
  if (!line) return named;
  return { line, ...named, ...(column && { column }) };
}
