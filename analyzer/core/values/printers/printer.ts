import type { Children } from "../present";
import type { ProcessView } from "../processView";
import type { TypedValue } from "../value";

/** What a printer makes of a record of a library: a line, or the parts the line is made from. */
export interface Printed {
  /** Undefined: made from the children. A function where it shows another value, which may lead back to this one. */
  readonly text?: string | ((depth: number) => string);
  readonly prefix?: string;
  readonly children?: Children | undefined;
}

/** Gives up with undefined when the record is not laid out the way it knows. */
export type Printer = (value: TypedValue, process: ProcessView, level: number) => Printed | undefined;

/** Elements of a linked structure that are followed at most: a damaged one may be a circle. */
export const mostElements = 1 << 20;
