import { Attr, Tag } from "../../../formats/dwarf/constants";
import { childrenOf, type Die } from "../../../formats/dwarf/dies";
import { orReport } from "../../../formats/dwarf/sections";
import { type GoMapParts, type GoSlot, type GoType, goTypeNamed, lazily } from "./goType";

/** `abi.Kind` as DW_AT_go_kind has it, of types that are not told by their tag. */
const kinds = { channel: 18, func: 19, interface: 20, map: 21, slice: 23, string: 24 } as const;
const deepestNesting = 32;
const mostSlots = 100_000;
const wordBytes = 8;
const largestType = 2 ** 40;

/** Types of a Go program by its debug information. */
export class DebugTypes {
  private readonly known = new Map<number, GoType | undefined>();
  private depth = 0;

  /** @param mapParts answers for a map by the place at which the runtime describes it, as debug information has it */
  constructor(private readonly mapParts: (place: bigint) => GoMapParts | undefined) {}

  /** @returns undefined for what has no size */
  of(die: Die | undefined): GoType | undefined {
    if (die === undefined) return undefined;
    if (!this.known.has(die.offset))
      this.known.set(
        die.offset,
        orReport(die.unit.file.problems, undefined, () => this.read(die)),
      );
    return this.known.get(die.offset);
  }

  /** The type an attribute names; what refers to it is asked long after it was read. */
  private referred(die: Die, attribute: number): GoType | undefined {
    return orReport(die.unit.file.problems, undefined, () => this.of(die.reference(attribute)));
  }

  private read(die: Die): GoType | undefined {
    const bytes = sizeOf(die, 0);
    const name = die.string(Attr.name);
    if (bytes === undefined || name === undefined) return undefined;
    return { ...goTypeNamed(name), bytes, slots: lazily(() => this.slotsOf(die)) };
  }

  private reported<Value>(die: Die, read: () => readonly Value[]): readonly Value[] {
    return orReport(die.unit.file.problems, [], read);
  }

  private slotsOf(die: Die): readonly GoSlot[] {
    // Types that hold themselves are damage.
    if (this.depth >= deepestNesting) return [];
    this.depth++;
    const slots = this.reported(die, () => this.slotsByKind(die));
    this.depth--;
    return slots;
  }

  private slotsByKind(die: Die): readonly GoSlot[] {
    const offset = 0;
    const target = () => die.reference(Attr.type);
    switch (die.number(Attr.goKind)) {
      case kinds.func:
        return [{ offset, kind: "function" }];
      case kinds.string:
        return [{ offset, kind: "string" }];
      case kinds.channel:
        return [{ offset, kind: "channel", element: lazily(() => this.referred(die, Attr.goElement)) }];
      case kinds.slice:
        return [{ offset, kind: "slice", element: lazily(() => this.referred(die, Attr.goElement)) }];
      case kinds.map:
        return [{ offset, kind: "map", parts: lazily(() => this.mapParts(placeOf(die))) }];
      case kinds.interface:
        return [{ offset, kind: "interface", hasMethods: target()?.string(Attr.name) !== "runtime.eface" }];
      default:
    }
    switch (die.tag) {
      case Tag.typedef:
        return this.ofTarget(target());
      case Tag.pointerType:
        return [{ offset, kind: "pointer", target: lazily(() => this.referred(die, Attr.type)) }];
      case Tag.subroutineType:
        return [{ offset, kind: "function" }];
      case Tag.arrayType: {
        const element = this.of(target());
        if (element === undefined || element.slots().length === 0) return [];
        return [{ offset, kind: "array", count: Math.floor((sizeOf(die, 0) ?? 0) / element.bytes), element }];
      }
      case Tag.structureType:
        return this.memberSlots(die);
      default:
        return [];
    }
  }

  private ofTarget(target: Die | undefined): readonly GoSlot[] {
    return target === undefined ? [] : this.slotsOf(target);
  }

  private memberSlots(die: Die): readonly GoSlot[] {
    const name = die.string(Attr.name);
    if (name === "runtime.iface" || name === "runtime.eface")
      return [{ offset: 0, kind: "interface", hasMethods: name === "runtime.iface" }];
    const found: GoSlot[] = [];
    let meant: (() => GoType | undefined) | undefined;
    for (const member of childrenOf(die)) {
      if (member.tag !== Tag.member || found.length >= mostSlots) continue;
      const start = member.number(Attr.dataMemberLocation) ?? 0;
      const type = member.reference(Attr.type);
      meant = this.targetOfNone(type) ?? meant;
      for (const slot of this.ofTarget(type)) {
        const isOpen = type?.string(Attr.name) === "unsafe.Pointer" && meant !== undefined;
        const known = isOpen ? { kind: "pointer" as const, target: meant! } : slot;
        found.push({ ...known, offset: start + slot.offset });
      }
    }
    return found;
  }

  /** An array of no pointers says what the `unsafe.Pointer` after it leads to, as in `atomic.Pointer`. */
  private targetOfNone(array: Die | undefined): (() => GoType | undefined) | undefined {
    if (array?.tag !== Tag.arrayType || sizeOf(array, 0) !== 0) return undefined;
    const element = array.reference(Attr.type);
    if (element?.tag !== Tag.pointerType) return undefined;
    return lazily(() => this.referred(element, Attr.type));
  }
}

/** Where the runtime describes a type, counted from the first description or from where the file is linked to. */
function placeOf(die: Die): bigint {
  return die.constant(Attr.goRuntimeType) ?? BigInt(die.address(Attr.goRuntimeType) ?? 0);
}

function sizeOf(die: Die, depth: number): number | undefined {
  if (depth > deepestNesting) return undefined;
  const own = die.number(Attr.byteSize);
  if (own !== undefined) return own <= largestType ? own : undefined;
  switch (die.tag) {
    case Tag.typedef: {
      const kind = die.number(Attr.goKind);
      if (kind === kinds.map || kind === kinds.channel || kind === kinds.func) return wordBytes;
      const target = die.reference(Attr.type);
      return target && sizeOf(target, depth + 1);
    }
    case Tag.pointerType:
    case Tag.subroutineType:
      return wordBytes;
    default:
      return undefined;
  }
}
