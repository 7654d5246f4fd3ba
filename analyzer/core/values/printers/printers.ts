import type { RecordType } from "../../../formats/dwarf/types";
import { isRust } from "../../../formats/dwarf/types";
import type { Printer } from "../processView";
import { coroutine, erasedTypes } from "./erasedTypes";
import { goPrinter } from "./go";
import { isGo } from "./goTypes";
import { libcxxPrinters } from "./libcxx";
import { rustPrinters } from "./rust";
import { standardContainers } from "./standardContainers";
import { standardValues } from "./standardValues";
import { wrappers } from "./wrappers";

const cppPrinters: ReadonlyMap<string, Printer> = new Map([
  ...standardContainers,
  ...standardValues,
  ...erasedTypes,
  ["std::coroutine_handle", coroutine] as const,
  ...wrappers.map(([name, printer]) => [`std::${name}`, printer] as const),
]);

/** Chosen by the name of the template, versioned namespaces left out. */
export function findPrinter(type: RecordType): Printer | undefined {
  if (isGo(type)) return goPrinter(type);
  const name = type.name.split("<", 1)[0]!;
  if (isRust(type.die)) return rustPrinters.get(name) ?? rustPrinters.get(rustReference(name));
  if (!name.startsWith("std::")) return undefined;
  // The versions of libc++'s own, of Android's and of Chromium's copy.
  const libcxx = /^std::__(?:[12]|ndk1|Cr)::(?:__fs::)?([\w:]+)$/.exec(name)?.[1];
  if (libcxx !== undefined) return libcxxPrinters.get(libcxx);
  return cppPrinters.get(name.replace(/::(__cxx11|__debug|__8|_V2|__n4861)(?=::)/, ""));
}

/** References to slices and to trait objects are records named as the source writes them. */
function rustReference(name: string): string {
  if (/^&(mut )?(str|\[)/.test(name)) return "&[]";
  return /^&(mut )?dyn\b/.test(name) ? "&dyn" : "";
}
