import { Attr, Language, Tag } from "../../../formats/dwarf/constants";
import { childrenOf, type DebugFile, type Die } from "../../../formats/dwarf/dies";
import { evaluateLocation } from "../../../formats/dwarf/expressions/locationExpression";
import { locationAt } from "../../../formats/dwarf/locations";
import { inherited } from "../../../formats/dwarf/names";
import { orReport } from "../../../formats/dwarf/sections";
import { readType } from "../../../formats/dwarf/types";
import type { ThreadSnapshot } from "../../processSnapshot";
import type { CoreView } from "../../values/coreView";
import { compiledFunctionOf, contextOf, fileAddressOf, globalContext } from "../../values/frameContext";
import { locatedStorage } from "../../values/locatedStorage";
import type { MachineFrame } from "../../values/machineFrame";
import { isMissing } from "../../values/storage";
import type { DebugTypes } from "./debugTypes";
import type { GoType } from "./goType";

/** A value whose type is known: where it is in memory, else its bytes. */
export interface TypedRoot {
  readonly type: GoType;
  readonly place: { readonly address: number } | { readonly bytes: Uint8Array };
}

const mostVariables = 1_000_000;
/** Of all goroutines together, and of one. */
const mostFrames = 200_000;
const mostFramesOfOne = 1000;
const mostPlaces = 20_000;
const wordBytes = 8;
const largestInRegisters = 256;

/** The variables of packages. */
export function* packageVariables(
  debug: DebugFile,
  bias: bigint,
  types: DebugTypes,
  view: CoreView,
): Generator<TypedRoot> {
  let count = 0;
  for (const skeleton of debug.units) {
    const unit = debug.fullUnitOf(skeleton);
    for (const die of orReport(debug.problems, [], () => variablesIn(unit.root))) {
      if (count++ > mostVariables) return;
      const root = orReport(debug.problems, undefined, () => {
        const type = types.of(die.reference(Attr.type));
        const expression = die.block(Attr.location);
        if (type === undefined || type.slots().length === 0 || expression === undefined) return undefined;
        const location = evaluateLocation(expression, globalContext(die, bias, view));
        return location.kind === "memory"
          ? { type, place: { address: Number(location.address) } }
          : undefined;
      });
      if (root !== undefined) yield root;
    }
  }
}

function variablesIn(root: Die): Die[] {
  if (root.unit.language !== Language.go) return [];
  const found: Die[] = [];
  for (const die of childrenOf(root)) if (die.tag === Tag.variable) found.push(die);
  return found;
}

interface LocatedVariable {
  readonly die: Die;
  readonly type: GoType;
  readonly expression: Uint8Array;
}

/** Variables of the frames of goroutines. What is where is looked up once for a place of the code. */
export class FrameVariables {
  private readonly known = new Map<bigint, readonly LocatedVariable[]>();
  private frames = 0;

  constructor(
    private readonly types: DebugTypes,
    private readonly view: CoreView,
  ) {}

  *of(thread: ThreadSnapshot): Generator<TypedRoot> {
    for (let index = 0; index < mostFramesOfOne && this.frames < mostFrames; index++, this.frames++) {
      const frame = this.view.machineFrame(thread, index);
      if (frame === undefined) return;
      const compiled = compiledFunctionOf(frame);
      if (compiled === undefined || compiled.unit.language !== Language.go) continue;
      const context = contextOf({ frame, compiled }, this.view);
      for (const { die, type, expression } of this.variablesAt(frame)) {
        const root = orReport(compiled.unit.file.problems, undefined, (): TypedRoot | undefined => {
          const location = evaluateLocation(expression, context);
          if (location.kind === "memory") return { type, place: { address: Number(location.address) } };
          if (location.kind === "missing" || type.bytes > largestInRegisters) return undefined;
          const described = die.reference(Attr.type);
          if (described === undefined) return undefined;
          const inputs = { context, frame, process: this.view, type: readType(described) };
          const storage = locatedStorage(location, inputs);
          const bytes = new Uint8Array(type.bytes);
          for (let at = 0; at + wordBytes <= type.bytes; at += wordBytes) {
            const word = storage.read(at, wordBytes);
            if (!isMissing(word)) bytes.set(word, at);
          }
          return { type, place: { bytes } };
        });
        if (root !== undefined) yield root;
      }
    }
  }

  private variablesAt(frame: MachineFrame): readonly LocatedVariable[] {
    let found = this.known.get(frame.lookupAddress);
    if (found === undefined) {
      found = this.findAt(frame);
      if (this.known.size < mostPlaces) this.known.set(frame.lookupAddress, found);
    }
    return found;
  }

  private findAt(frame: MachineFrame): LocatedVariable[] {
    const found: LocatedVariable[] = [];
    for (const { scopes } of this.view.functionsOf(frame))
      for (const scope of scopes)
        orReport(scope.unit.file.problems, undefined, () => {
          for (const child of childrenOf(scope)) {
            if (child.tag !== Tag.variable && child.tag !== Tag.formalParameter) continue;
            const located = this.locatedAt(child, fileAddressOf(frame));
            if (located !== undefined) found.push(located);
          }
        });
    return found;
  }

  private locatedAt(die: Die, address: number): LocatedVariable | undefined {
    const typed = inherited(die, (origin) => (origin.has(Attr.type) ? origin : undefined));
    const type = this.types.of(typed?.reference(Attr.type));
    if (typed === undefined || type === undefined || type.slots().length === 0) return undefined;
    const described = inherited(die, (origin) => (origin.has(Attr.location) ? origin : undefined));
    if (described === undefined) return undefined;
    const location = locationAt(described, Attr.location, address);
    if (location.kind !== "expression" || location.expression.byteLength === 0) return undefined;
    return { die: typed, type, expression: location.expression };
  }
}
