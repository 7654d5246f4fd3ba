import type { TypedValue } from "../typedValue";

/** Registers that are shown together. */
export interface RegisterGroup {
  readonly name: string;
  /** The same in every frame; others are known only where the thread stopped, calls do not keep them. */
  readonly isOfThread?: true;
  readonly registers: readonly { readonly name: string; readonly value: TypedValue }[];
}
