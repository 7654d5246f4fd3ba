import type { Location } from "../../formats/dwarf/expressions/locationExpression";
import type { Missing } from "../../formats/dwarf/expressions/missing";
import type { DebugType } from "../../formats/dwarf/types";

/** Where the bytes of a value are; parts of it can be there while others are not. */
export interface ValueStorage {
  /** Undefined for values that are in no memory. */
  readonly address?: bigint;
  /** Numbers begin with their highest byte. */
  readonly bigEndian?: true;
  /** What the compiler knows a removed pointer points to. */
  readonly implicitTarget?: Location & { kind: "implicitPointer" };
  /** All `length` bytes from `offset` of the value, or why they cannot be shown. */
  read(offset: number, length: number): Uint8Array | Missing;
}

/** A typed value of the dead process. Nothing is read before it is asked for. */
export interface TypedValue {
  readonly type: DebugType;
  readonly storage: ValueStorage;
  /** A bit field: its width and its lowest bit from the start of the place. */
  readonly bits?: { readonly size: number; readonly offset: number };
}
