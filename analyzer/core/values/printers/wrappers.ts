import { dictionary } from "../../../base/dictionary";
import { strippedType } from "../../../formats/dwarf/types";
import { present } from "../present";
import type { Printed, Printer, ProcessView } from "../processView";
import { readInteger } from "../readValue";
import { findMember, memberPath } from "../records";
import type { TypedValue } from "../typedValue";
import { arrayAt } from "../valueParts";
import { argumentsOf, bitsAt, numberAt, sized } from "./nodes";
import { sameAs } from "./standardValues";

/** Adaptors and wrappers: libstdc++ and libc++ differ in the names of a member only. */
export const wrappers: readonly (readonly [string, Printer])[] = [
  ["stack", adaptor],
  ["queue", adaptor],
  ["priority_queue", adaptor],
  ["bitset", bitset],
  ["span", span],
  ["filesystem::path", path],
  ["chrono::duration", duration],
  ["chrono::time_point", timePoint],
  ["reference_wrapper", reference],
];

function typeNameOf(value: TypedValue): string {
  const type = strippedType(value.type);
  return type.kind === "record" ? type.name : "";
}

/** A member under any of its names. */
function member(value: TypedValue, ...names: readonly string[]): TypedValue | undefined {
  for (const name of names) {
    const found = findMember(value, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function adaptor(value: TypedValue, process: ProcessView, level: number): Printed | undefined {
  const container = findMember(value, "c");
  return container && sameAs(container, process, level);
}

/** A number that is an argument of the template, counted from the back. */
function lastNumber(value: TypedValue): number | undefined {
  const digits = /(?:<|, ?)(\d+)[uUlL]*>$/.exec(typeNameOf(value))?.[1];
  return digits === undefined ? undefined : Number(digits);
}

const mostBitsAsText = 64;

/** Few bits as the literal that makes them, the highest first. */
function bitset(value: TypedValue, process: ProcessView): Printed | undefined {
  const words = member(value, "_M_w", "__first_");
  const count = lastNumber(value);
  const address = words?.storage.address;
  if (words === undefined || count === undefined) return undefined;
  const number = readInteger(words);
  if (count <= mostBitsAsText && typeof number === "bigint")
    return { text: `0b${BigInt.asUintN(count, number).toString(2).padStart(count, "0")}` };
  const type = strippedType(words.type);
  const word = type.kind === "array" ? type.element() : words.type;
  return address === undefined ? undefined : bitsAt(address, count, word, process);
}

function span(value: TypedValue, process: ProcessView): Printed | undefined {
  const element = argumentsOf(value)[0];
  const address = numberAt(member(value, "_M_ptr", "__data_", "__data"));
  const dynamic = memberPath(value, "_M_extent", "_M_extent_value") ?? member(value, "__size_", "__size");
  const count = dynamic === undefined ? lastNumber(value) : Number(numberAt(dynamic));
  if (element === undefined || address === undefined || count === undefined || !(count >= 0))
    return undefined;
  return sized(count, arrayAt(element, address, count, process));
}

function path(value: TypedValue, process: ProcessView, level: number): Printed | undefined {
  const text = member(value, "_M_pathname", "__pn_");
  return text && sameAs(text, process, level);
}

function reference(value: TypedValue, process: ProcessView, level: number): Printed | undefined {
  const pointer = member(value, "_M_data", "__f_");
  return pointer && sameAs(pointer, process, level);
}

/** Seconds in a tick, as `<ratio>` writes them. */
const units: Readonly<Record<string, string>> = dictionary({
  "1/1000000000": "ns",
  "1/1000000": "µs",
  "1/1000": "ms",
  "1/1": "s",
  "60/1": "min",
  "3600/1": "h",
  "86400/1": "d",
});

function ratioOf(value: TypedValue): string {
  const [, ticks, parts] = /ratio<(\d+)[lL]*(?:, ?(\d+)[lL]*)?>/.exec(typeNameOf(value)) ?? [];
  return `${ticks ?? 1}/${parts ?? 1}`;
}

function duration(value: TypedValue, process: ProcessView): Printed | undefined {
  const ticks = member(value, "__r", "__rep_");
  if (ticks === undefined) return undefined;
  const ratio = ratioOf(value);
  return { text: (depth) => `${present(ticks, process, depth).text} ${units[ratio] ?? `× ${ratio} s`}` };
}

/** Of the system's clock as a date; others count from where they like. */
function timePoint(value: TypedValue, process: ProcessView, level: number): Printed | undefined {
  const since = member(value, "__d", "__d_");
  if (since === undefined) return undefined;
  const ticks = numberAt(member(since, "__r", "__rep_"));
  const [numerator, denominator] = ratioOf(since).split("/").map(BigInt);
  if (ticks !== undefined && numerator && denominator && typeNameOf(value).includes("system_clock")) {
    const date = new Date(Number((ticks * numerator * 1000n) / denominator));
    if (!Number.isNaN(date.getTime())) return { text: date.toISOString() };
  }
  return sameAs(since, process, level);
}
