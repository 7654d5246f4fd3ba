import type { RecordType } from "../../../formats/dwarf/types";
import { isRust } from "../../../formats/dwarf/types";
import type { Children } from "../present";
import type { ProcessView } from "../processView";
import type { Value } from "../value";
import { libcxxPrinters } from "./libcxx";
import { rustPrinters } from "./rust";
import { standardContainers } from "./standardContainers";
import { standardValues } from "./standardValues";
import { wrappers } from "./wrappers";

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

const cppPrinters: ReadonlyMap<string, Printer> = new Map([
  ...standardContainers,
  ...standardValues,
  ...wrappers.map(([name, printer]) => [`std::${name}`, printer] as const),
]);

/** Chosen by the name of the template, versioned namespaces left out. */
export function findPrinter(type: RecordType): Printer | undefined {
  const name = type.name.replace(/<.*$/s, "");
  if (isRust(type.die)) return rustPrinters.get(name) ?? rustPrinters.get(rustReference(name));
  if (!name.startsWith("std::")) return undefined;
  // The versions of libc++'s own, of Android's and of Chromium's copy.
  const libcxx = /^std::__(?:[12]|ndk1|Cr)::(?:__fs::)?([\w:]+)$/.exec(name)?.[1];
  if (libcxx !== undefined) return libcxxPrinters.get(libcxx);
  return cppPrinters.get(name.replace(/::(__cxx11|__debug|__8|_V2)(?=::)/, ""));
}

/** References to slices and to trait objects are records named as the source writes them. */
function rustReference(name: string): string {
  if (/^&(mut )?(str|\[)/.test(name)) return "&[]";
  return /^&(mut )?dyn\b/.test(name) ? "&dyn" : "";
}
