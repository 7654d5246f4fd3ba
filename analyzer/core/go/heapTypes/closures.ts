import { Attr, Tag } from "../../../formats/dwarf/constants";
import { childrenOf, type Die } from "../../../formats/dwarf/dies";
import { orReport } from "../../../formats/dwarf/sections";
import type { GoRuntime } from "../goRuntime";
import type { DebugTypes } from "./debugTypes";
import { type GoSlot, type GoType, lazily } from "./goType";

const wordBytes = 8;
const mostCaptured = 1000;
const mostKnown = 100_000;

/** What closures hold: the address of their code, then what they captured, as debug information has it since Go 1.23. */
export class Closures {
  private readonly known = new Map<bigint, GoType | undefined>();

  constructor(
    private readonly runtime: GoRuntime,
    private readonly types: DebugTypes,
    private readonly functionAt: (address: bigint) => Die | undefined,
  ) {}

  of(code: bigint): GoType | undefined {
    if (!this.known.has(code) && this.known.size < mostKnown) this.known.set(code, this.read(code));
    return this.known.get(code);
  }

  private read(code: bigint): GoType | undefined {
    const { module, program } = this.runtime;
    const relative = module.relative(code);
    const found = program.lines.functionAt(relative);
    if (found?.name === undefined || found.entry !== relative) return undefined;
    const slots: GoSlot[] = [];
    let bytes = wordBytes;
    const die = this.functionAt(code);
    if (die !== undefined)
      orReport(die.unit.file.problems, undefined, () => {
        for (const { offset, type } of this.capturedBy(die)) {
          bytes = Math.max(bytes, offset + type.bytes);
          for (const slot of type.slots()) slots.push({ ...slot, offset: offset + slot.offset });
        }
      });
    return { name: `closure of ${found.name}`, bytes, slots: lazily(() => slots) };
  }

  private *capturedBy(die: Die): Generator<{ readonly offset: number; readonly type: GoType }> {
    let count = 0;
    for (const child of childrenOf(die)) {
      const isVariable = child.tag === Tag.variable || child.tag === Tag.formalParameter;
      const offset = isVariable ? child.number(Attr.goClosureOffset) : undefined;
      const type = offset === undefined ? undefined : this.types.of(child.reference(Attr.type));
      if (offset !== undefined && type !== undefined && count++ < mostCaptured) yield { offset, type };
    }
  }
}
