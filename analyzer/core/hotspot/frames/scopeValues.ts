import { PackedNumbers } from "../packedNumbers";
import type { VmStructs } from "../vmStructs";
import type { CodeBlob } from "./codeBlobs";
import type { CompiledScopes } from "./compiledScopes";

/** What is at a location of a compiled frame, as `Location::Type` numbers it. */
export const locationTypes = {
  invalid: 0,
  normal: 1,
  oop: 2,
  intInLong: 3,
  long: 4,
  floatInDouble: 5,
  double: 6,
  address: 8,
  narrowOop: 9,
} as const;

/** Where a compiled method keeps a value. */
export type ScopeValue =
  | {
      readonly kind: "location";
      readonly type: number;
      /** Bytes from the frame's stack pointer. */
      readonly stackAt?: number;
      /** A register by HotSpot's number. */
      readonly register?: number;
    }
  | { readonly kind: "constant"; readonly value: bigint }
  /** Number of an object that the code refers to. */
  | { readonly kind: "constantOop"; readonly index: number }
  /** An object that was never made: its fields live on as values of their own. */
  | { readonly kind: "replaced"; readonly id: number };

export interface ScopeMonitor {
  readonly owner: ScopeValue;
  /** True when the compiler found that nobody else can see the lock, and does not take it. */
  readonly isEliminated: boolean;
}

/** Codes of `ScopeValue` in the stream. */
const codes = {
  location: 0,
  constantInt: 1,
  constantOop: 2,
  constantLong: 3,
  constantDouble: 4,
  object: 5,
  objectId: 6,
  autoBox: 7,
  marker: 8,
} as const;

const stackSlotBytes = 4;
const mostValues = 65_535;

/** Reads the values that a scope of compiled code tells of. */
export class ScopeValues {
  constructor(
    private readonly structs: VmStructs,
    private readonly scopes: CompiledScopes,
  ) {}

  /** @returns undefined where the stream holds what is not known here */
  valuesAt(blob: CodeBlob, offset: number): ScopeValue[] | undefined {
    const numbers = this.open(blob, offset);
    if (numbers === undefined) return [];
    const count = Math.min(numbers.next(), mostValues);
    const values: ScopeValue[] = [];
    for (let index = 0; index < count && !numbers.atEnd; index++) {
      const value = readValue(numbers);
      if (value === undefined) return undefined;
      values.push(value);
    }
    return values;
  }

  monitorsAt(blob: CodeBlob, offset: number): ScopeMonitor[] {
    const numbers = this.open(blob, offset);
    if (numbers === undefined) return [];
    const count = Math.min(numbers.next(), 1000);
    const monitors: ScopeMonitor[] = [];
    for (let index = 0; index < count && !numbers.atEnd; index++) {
      // Where the lock word is.
      numbers.next();
      const owner = readValue(numbers);
      if (owner === undefined) break;
      monitors.push({ owner, isEliminated: numbers.nextByte() !== 0 });
    }
    return monitors;
  }

  /** An object the code refers to, as its address or handle is kept in the table beside the code. */
  constantOopAt({ address }: CodeBlob, index: number): number | undefined {
    if (index <= 0) return undefined;
    const { structs } = this;
    const old = structs.int(address, ["nmethod", "_oops_offset"]);
    const data = structs.int(address, ["CodeBlob", "_data_offset"]);
    const start = old ?? data;
    return start === undefined ? undefined : address + start + 8 * (index - 1);
  }

  private open(blob: CodeBlob, offset: number): PackedNumbers | undefined {
    const tables = this.scopes.tablesOf(blob);
    if (tables === undefined || offset <= 0) return undefined;
    const { start, end } = tables.scopes;
    if (offset >= end - start) return undefined;
    const { words } = this.structs;
    return new PackedNumbers((at) => words.u8(start + at), end - start, this.scopes.form, offset);
  }
}

function readValue(numbers: PackedNumbers): ScopeValue | undefined {
  switch (numbers.next()) {
    case codes.location:
      return locationOf(numbers.next());
    case codes.constantInt:
      return { kind: "constant", value: BigInt(numbers.nextSigned()) };
    case codes.constantOop:
      return { kind: "constantOop", index: numbers.next() };
    case codes.constantLong: {
      const low = numbers.nextSigned();
      const high = numbers.nextSigned();
      return { kind: "constant", value: (BigInt(high) << 32n) | BigInt.asUintN(32, BigInt(low)) };
    }
    case codes.constantDouble: {
      const high = reversed(numbers.next());
      const low = reversed(numbers.next());
      return { kind: "constant", value: (BigInt(high) << 32n) | BigInt(low) };
    }
    case codes.objectId:
      return { kind: "replaced", id: numbers.next() };
    case codes.marker:
      return { kind: "location", type: locationTypes.invalid };
    default:
      return undefined;
  }
}

function locationOf(bits: number): ScopeValue {
  const type = bits & 15;
  const offset = Math.floor(bits / 32);
  return (bits & 16) === 0
    ? { kind: "location", type, stackAt: offset * stackSlotBytes }
    : { kind: "location", type, register: offset };
}

/** Halves of floating-point numbers are packed with their bits in reverse, since their low ones are mostly zero. */
function reversed(value: number): number {
  let result = 0;
  for (let bit = 0; bit < 32; bit++) if ((value / 2 ** bit) & 1) result += 2 ** (31 - bit);
  return result;
}
