import type { RecordType } from "../../../formats/dwarf/types";
import { isRust } from "../../../formats/dwarf/types";
import type { Children } from "../present";
import type { ProcessView } from "../processView";
import type { Value } from "../value";
import { rustPrinters } from "./rust";
import { standardContainers } from "./standardContainers";
import { standardValues } from "./standardValues";

/** What a printer makes of a record of a library: a line, or the parts the line is made from. */
export interface Printed {
  /** Undefined: made from the children. A function where it shows another value, which may lead back to this one. */
  readonly text?: string | ((depth: number) => string);
  readonly prefix?: string;
  readonly children?: Children | undefined;
}

/** Gives up with undefined when the record is not laid out the way it knows. */
export type Printer = (value: Value, process: ProcessView, level: number) => Printed | undefined;

/** Elements of a linked structure that are followed at most: a damaged one may be a circle. */
export const mostElements = 1 << 20;

const cppPrinters: ReadonlyMap<string, Printer> = new Map([...standardContainers, ...standardValues]);

/** Chosen by the name of the template, versioned namespaces left out. */
export function findPrinter(type: RecordType): Printer | undefined {
  const name = type.name.replace(/<.*$/s, "");
  if (isRust(type.die))
    return rustPrinters.get(name) ?? (/^&(mut )?(str|\[)/.test(name) ? rustPrinters.get("&[]") : undefined);
  if (!name.startsWith("std::")) return undefined;
  return cppPrinters.get(name.replace(/^std::(__cxx11|__debug|__8|_V2)::/, "std::"));
}
