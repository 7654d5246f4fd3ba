import type { CodeBlob } from "../frames/codeBlobs";
import { PackedNumbers, packedFormOf } from "../packedNumbers";
import type { VmStructs } from "../vmStructs";

/** Where a compiled frame keeps a reference while a call is under way. */
export interface OopPlace {
  /** From the frame's stack pointer; undefined for one in the register the callee saved. */
  readonly stackAt?: number;
  readonly isNarrow: boolean;
}

/** Of a set: how many maps it has, then their places. */
const setFields = { count: 0, pairs: 8 } as const;
const pairBytes = 8;
const mostMaps = 1 << 20;
const mostEntries = 1 << 16;
const mostEntryBytes = 10;
/** In HotSpot's numbering of x86-64: rbp, the only register a call keeps. */
const keptRegister = 10;

/** The maps compiled code carries for the collector: exact, one for each place where a call returns to. */
export class OopMaps {
  private readonly stack0: number;
  private readonly headerBytes: number;
  private readonly registerShift: number;
  private readonly types: {
    readonly oop: number;
    readonly narrow: number;
    readonly saved: number;
    readonly derived: number;
  };

  constructor(private readonly structs: VmStructs) {
    const constant = (name: string, usual: number) => structs.constant(`OopMapValue::${name}`) ?? usual;
    this.stack0 = structs.staticWord(["VMRegImpl", "stack0"]) ?? 0;
    this.headerBytes = structs.sizeOfType("ImmutableOopMap") ?? 0;
    this.registerShift = constant("register_shift", 2);
    this.types = {
      oop: constant("oop_value", 0),
      narrow: constant("narrowoop_value", 1),
      saved: constant("callee_saved_value", 2),
      derived: constant("derived_oop_value", 3),
    };
  }

  /** @returns undefined where the code has no map for a return there, or in a form that is not known */
  placesAt(blob: CodeBlob, pc: number): OopPlace[] | undefined {
    const map = this.mapAt(blob, pc);
    if (map === undefined || this.stack0 === 0) return undefined;
    const { structs, types } = this;
    const entries = structs.words.i32(map);
    if (entries === undefined || entries < 0 || entries > mostEntries) return undefined;
    const from = map + this.headerBytes;
    const byteAt = (at: number) => structs.words.u8(from + at);
    const numbers = new PackedNumbers(byteAt, entries * mostEntryBytes, packedFormOf(structs));
    const typeMask = 2 ** this.registerShift - 1;
    const places: OopPlace[] = [];
    for (let entry = 0; entry < entries; entry++) {
      const value = numbers.next();
      const type = value & typeMask;
      if (type === types.saved || type === types.derived) numbers.next();
      if (type !== types.oop && type !== types.narrow) continue;
      const register = value >>> this.registerShift;
      const isNarrow = type === types.narrow;
      if (register >= this.stack0) places.push({ stackAt: 4 * (register - this.stack0), isNarrow });
      else if (register === keptRegister) places.push({ isNarrow });
    }
    return places;
  }

  private mapAt({ address, code }: CodeBlob, pc: number): number | undefined {
    const { structs } = this;
    const set = structs.word(address, ["CodeBlob", "_oop_maps"]);
    const count = set ? structs.words.i32(set + setFields.count) : undefined;
    if (!set || count === undefined || count <= 0 || count > mostMaps || this.headerBytes === 0)
      return undefined;
    const pairs = set + setFields.pairs;
    for (let index = 0; index < count; index++) {
      const pair = pairs + index * pairBytes;
      if (structs.words.i32(pair) !== pc - code.start) continue;
      const offset = structs.words.i32(pair + 4);
      return offset === undefined || offset < 0 ? undefined : pairs + count * pairBytes + offset;
    }
    return undefined;
  }
}
