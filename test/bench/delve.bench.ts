import { expect, it } from "vitest";
import { valueAt } from "../../analyzer/core/values/partValues";
import { present } from "../../analyzer/core/values/present";
import { numberAt } from "../../analyzer/core/values/printers/nodes";
import { findMember } from "../../analyzer/core/values/records";
import { isMissing } from "../../analyzer/core/values/storage";
import type { TypedValue } from "../../analyzer/core/values/typedValue";
import { variablesOf } from "../../analyzer/core/values/variables";
import { byteSizeOf, strippedType } from "../../analyzer/formats/dwarf/types";
import type { CoreContext } from "../../analyzer/session/core/coreContext";
import { askDelve, type DelveFrame, type DelveVariable } from "../build/delve";
import { type GoDraft, goCore, parkedProgram } from "../build/goPrograms";
import { openCore } from "../build/openCore";

/** Goroutines, frames and values of cores of Go programs, beside what Delve says of them. */

const drafts: readonly (GoDraft & { readonly name: string })[] = [
  ...["", "1.27.3", "1.25.5", "1.24.10", "1.23.12", "1.22.12", "1.21.13"].map((release) => ({
    ...parkedProgram,
    name: `parked ${release}`,
    ...(release !== "" && { release }),
  })),
  { name: "stuck", source: "stuck.go", args: ["hung"] },
];

const kinds = {
  bool: 1,
  int: 2,
  uintptr: 12,
  float32: 13,
  float64: 14,
  channel: 18,
  func: 19,
  interface: 20,
  map: 21,
  pointer: 22,
  slice: 23,
  string: 24,
  struct: 25,
  unsafePointer: 26,
};
const shownDifferences = 40;

class Comparison {
  private readonly rows = new Map<string, number>();
  readonly differences: string[] = [];

  count(row: string): void {
    this.rows.set(row, (this.rows.get(row) ?? 0) + 1);
  }

  compare(what: string, place: string, ours: unknown, theirs: unknown): void {
    const isEqual = ours === theirs;
    this.count(`${what} ${isEqual ? "equal" : "different"}`);
    if (!isEqual) this.differences.push(`${what} ${place}: Exhume ${String(ours)}, Delve ${String(theirs)}`);
  }

  report(): Record<string, number> {
    return Object.fromEntries([...this.rows].sort(([a], [b]) => a.localeCompare(b)));
  }
}

it.each(drafts)("$name", async ({ name: _, ...draft }) => {
  const { program, core } = await goCore(draft);
  const context = await openCore(core);
  const told = await askDelve(program, core);
  const comparison = new Comparison();
  const { lightThreads } = context.managed;
  const ids = lightThreads.map(({ title }) => Number(title.replace("goroutine ", "")));
  comparison.compare(
    "list of goroutines",
    "",
    ids.join(),
    told
      .map(({ id }) => id)
      .sort((a, b) => a - b)
      .join(),
  );
  for (const [index, thread] of lightThreads.entries()) {
    const theirs = told.find(({ id }) => id === ids[index])?.frames ?? [];
    const frames = functionsOf(context, thread);
    comparison.compare("count of frames", thread.title, frames.length, theirs.length);
    for (const [at, frame] of frames.entries()) {
      const other = theirs[at];
      if (other === undefined) continue;
      const place = `${thread.title} frame ${at} ${frame.name}`;
      comparison.compare("function", place, frame.name, other.function?.name);
      comparison.compare("line", place, `${frame.file}:${frame.line}`, `${other.file}:${other.line}`);
      if (frame.name === other.function?.name)
        compareVariables(context, frame.variables(), other, place, comparison);
    }
  }
  console.log(JSON.stringify(comparison.report(), null, 1));
  for (const each of grouped(comparison.differences).slice(0, shownDifferences)) console.log(each);
  expect(comparison.differences.filter((each) => !isExplained(each))).toEqual([]);
  expect(told.length).toBeGreaterThan(10);
});

/**
 * A goroutine that was put aside goes on behind a call: Exhume shows the line of that, as Go's own traces do, Delve the one
 * it goes on at. A slice of which the compiler kept no capacity has none in Delve's words, and is not all there in Exhume's.
 */
function isExplained(difference: string): boolean {
  return (
    /^line goroutine \d+ frame 0 runtime\.(gopark|asyncPreempt2): /.test(difference) ||
    /^value that is not there .* (main\.main text|runtime\.selectgo lockorder): Exhume true, Delve false$/.test(
      difference,
    )
  );
}

/** Differences that are the same but for the goroutine, once with their number. */
function grouped(differences: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const each of differences) {
    const key = each.replace(/goroutine \d+ frame \d+ /, "").replace(/0x[0-9a-f]+/g, "0x…");
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([key, count]) => `${count} × ${key}`);
}

interface ShownFrame {
  readonly name: string;
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly variables: () => readonly { readonly name: string; readonly value: TypedValue }[];
}

function functionsOf({ view }: CoreContext, thread: CoreContext["image"]["threads"][number]): ShownFrame[] {
  const found: ShownFrame[] = [];
  for (let index = 0; index < 64; index++) {
    const frame = view.machineFrame(thread, index);
    if (frame === undefined) break;
    for (const each of view.functionsOf(frame))
      found.push({
        name: each.function ?? "",
        file: each.file,
        line: each.line,
        variables: () => variablesOf(each, frame, view),
      });
  }
  return found;
}

function compareVariables(
  context: CoreContext,
  ours: ReturnType<ShownFrame["variables"]>,
  { Locals, Arguments }: DelveFrame,
  place: string,
  comparison: Comparison,
): void {
  for (const theirs of [...(Arguments ?? []), ...(Locals ?? [])]) {
    const named = ours.filter(({ name }) => name === theirs.name || name === `&${theirs.name}`);
    const own = named[0];
    const where = `${place} ${theirs.name}`;
    if (own === undefined) {
      comparison.count("variable only Delve has");
      comparison.differences.push(`variable only Delve has ${where}`);
    } else if (named.length > 1) comparison.count("variable of a name that several have");
    else {
      const target = own.name === theirs.name ? own.value : pointedAt(own.value, context);
      if (target !== undefined) compareValue(context, target, theirs, where, comparison);
    }
  }
}

function pointedAt({ type, storage }: TypedValue, { view }: CoreContext): TypedValue | undefined {
  const plain = strippedType(type);
  const address = numberAt({ type, storage });
  return plain.kind === "pointer" && address !== undefined
    ? valueAt(plain.target(), address, view)
    : undefined;
}

function compareValue(
  context: CoreContext,
  value: TypedValue,
  theirs: DelveVariable,
  place: string,
  comparison: Comparison,
): void {
  const size = byteSizeOf(context.view.completeType(value.type)) ?? 0;
  const bytes = value.storage.read(0, size);
  if (isMissing(bytes) || theirs.unreadable !== "") {
    comparison.compare("value that is not there", place, isMissing(bytes), theirs.unreadable !== "");
    return;
  }
  const text = present(value, context.view).text;
  const { kind } = theirs;
  const word = (name: string) => Number(numberAt(findMember(value, name)));
  if (theirs.type === "time.Duration") comparison.count("duration, which Exhume writes as Go does");
  else if (kind >= kinds.bool && kind <= kinds.uintptr)
    comparison.compare("number", place, numberIn(text), numberIn(theirs.value));
  else if (kind === kinds.float32 || kind === kinds.float64)
    comparison.compare("number", place, Number(text), Number(theirs.value));
  else if (kind === kinds.string) comparison.compare("string", place, text, JSON.stringify(theirs.value));
  else if (kind === kinds.pointer || kind === kinds.unsafePointer)
    comparison.compare("pointer", place, Number(numberAt(value)), theirs.children[0]?.addr ?? 0);
  else if (kind === kinds.slice)
    for (const [own, other] of [
      ["len", theirs.len],
      ["cap", theirs.cap],
      ["array", theirs.base],
    ] as const)
      comparison.compare(`slice's ${own}`, place, word(own), other);
  else if (kind === kinds.map) comparison.compare("entries of map", place, lengthIn(text), theirs.len);
  else if (kind === kinds.channel)
    comparison.compare(
      "fill of channel",
      place,
      /^len \d+, cap \d+/.exec(text)?.[0] ?? text,
      // Delve counts the fields of the channel's record instead.
      text === "nil" ? text : `len ${fieldOf(theirs, "qcount")}, cap ${fieldOf(theirs, "dataqsiz")}`,
    );
  else if (kind === kinds.interface) compareDynamicType(text, theirs, place, comparison);
  else if (kind === kinds.func)
    comparison.compare("function value", place, text.includes(theirs.value), true);
  else if (kind === kinds.struct && theirs.children.length > 0)
    for (const child of theirs.children) {
      const own = findMember(value, child.name);
      if (own === undefined) comparison.count("field of another name");
      else compareValue(context, own, child, `${place}.${child.name}`, comparison);
    }
  else comparison.count(`not compared: kind ${kind}`);
}

function compareDynamicType(
  text: string,
  theirs: DelveVariable,
  place: string,
  comparison: Comparison,
): void {
  const type = theirs.children[0]?.type ?? "";
  const isNil = type === "" || type === "void";
  comparison.compare("type in interface", place, isNil ? text === "nil" : text.startsWith(type), true);
}

function fieldOf({ children }: DelveVariable, name: string): string {
  return children.find((child) => child.name === name)?.value ?? "?";
}

/** Delve names constants, with their number behind. */
function numberIn(text: string): string {
  return /\((\d+)\)$/.exec(text)?.[1] ?? text.replace(/ .*/, "");
}

function lengthIn(text: string): number {
  return text === "nil" ? 0 : Number(/^len (\d+)/.exec(text)?.[1]);
}
