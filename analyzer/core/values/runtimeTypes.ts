import { Attr, Language } from "../../formats/dwarf/constants";
import { childrenOf, type DebugFile, type Die } from "../../formats/dwarf/dies";
import { orReport } from "../../formats/dwarf/sections";
import { type DebugType, readType } from "../../formats/dwarf/types";

/** More are not looked for: programs have some ten thousand. */
const mostTypes = 2_000_000;

/** Types of a Go program by where the runtime describes them. All are looked through at the first question. */
export class RuntimeTypes {
  private byPlace: ReadonlyMap<number, Die> | undefined;

  constructor(private readonly file: DebugFile) {}

  at(place: number): DebugType | undefined {
    this.byPlace ??= typesByPlace(this.file);
    const die = this.byPlace.get(place);
    return die && orReport(this.file.problems, undefined, () => readType(die));
  }
}

/** Entries of types by where the runtime describes them: as far from its first description, or as the file is linked. */
export function typesByPlace(file: DebugFile): ReadonlyMap<number, Die> {
  const found = new Map<number, Die>();
  for (const skeleton of file.units) {
    if (found.size >= mostTypes) break;
    const unit = file.fullUnitOf(skeleton);
    orReport(file.problems, undefined, () => {
      if (unit.language !== Language.go) return;
      for (const die of childrenOf(unit.root)) {
        const place = die.has(Attr.goRuntimeType) ? placeOf(die) : 0;
        if (place !== 0 && !found.has(place)) found.set(place, die);
      }
    });
  }
  return found;
}

function placeOf(die: Die): number {
  return Number(die.address(Attr.goRuntimeType) ?? die.constant(Attr.goRuntimeType) ?? 0n);
}
