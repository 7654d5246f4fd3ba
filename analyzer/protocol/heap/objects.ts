import { flag, name, type Of, object, text } from "../shapes";
import type { Bytes } from "../wire";

/** `0x…` id of an object in the dump: its address in the process. */
export type ObjectId = string;

/** In parameters: which object, by its id. */
export const objectId = text(40);

/** An object by its id and class: what can be done with it follows from that. */
export interface ObjectIdentity {
  readonly objectId: ObjectId;
  /** Class of the object; of a class object the class it stands for. */
  readonly className: string;
  /** True for class objects. */
  readonly isClass?: true;
}

/** An object as lists show it. */
export interface ObjectRow extends ObjectIdentity {
  /** What the object says of itself: text, name, length, number, date. */
  readonly label?: string;
  readonly shallowBytes: Bytes;
  /** Absent when dominators were left out, as wherever it is optional. */
  readonly retainedBytes?: Bytes;
}

/** A field (or array slot) through which one object holds another. */
export interface HoldingField {
  /** Class that declares the field, as Java writes it. */
  readonly className: string;
  /** Field name, or `[12]` for an array slot. */
  readonly field: string;
  readonly static: boolean;
}

/** A field by the class that declares it. */
export const fieldName = object({ className: name, name, static: flag });
export type FieldName = Of<typeof fieldName>;

export interface ClassCount {
  readonly className: string;
  readonly count: number;
}

/** A value of a field or a slot. `text` is always there to show. */
export interface ValueRow {
  readonly type: string;
  readonly text: string;
  /** The object a reference points to; absent for null and for ids no object has. */
  readonly object?: ObjectRow;
}

/** Why dominators and retained sizes are not there. */
export interface LeftOutFacts {
  /** A memory budget that would do. */
  readonly neededBytes: Bytes;
  readonly budgetBytes: Bytes;
}
