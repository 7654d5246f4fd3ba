import { findInText } from "../../base/secrets/findInText";
import { isJdkClass, Pseudonyms } from "../../base/secrets/pseudonyms";
import { forEachTextRun } from "../../base/secrets/textRuns";
import type { Work } from "../../base/work";
import { KlassTable } from "../hotspot/klassTable";
import type { MemorySegment } from "../memorySegment";
import type { Region } from "../regions/region";
import { AddressedCopy, type WriteAt } from "./addressedCopy";
import { copyObjects } from "./copyObjects";
import { keepPointers, maskText } from "./maskWords";
import { type AddressSpan, copyRuleOf, type MemoryPlan } from "./redactionPlan";

const pieceBytes = 1 << 20;
const star = 0x2a;
const exactNumbers = 1n << 53n;

export interface CopiedMemory {
  /** Texts with secrets among the constants of programs, which stay otherwise. */
  readonly constants: number;
  /** Names of classes that were replaced, by what stands for them. */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * Writes the memory of a copy, region by region: what is structure stays, contents go.
 * @throws ExhumeError `cancelled`
 */
export function copyMemory(plan: MemoryPlan, write: WriteAt, work: Work): CopiedMemory {
  const { image, regions, rules } = plan;
  const { memory } = image;
  const copy = new AddressedCopy(memory.segments, write);
  const dumped = new DumpedSpans(memory.segments);
  const piece = new Uint8Array(pieceBytes);
  const total = regions.reduce((sum, { dumpedBytes }) => sum + dumpedBytes, 0);
  let constants = 0;
  let done = 0;
  for (const region of regions) {
    work.throwIfCancelled();
    work.report("Writing the copy", done / Math.max(1, total));
    done += region.dumpedBytes;
    const rule = copyRuleOf(region, plan);
    if (rule === "objects" || region.end > exactNumbers) continue;
    for (const { start, end } of dumped.within(region)) {
      const secrets = rule === "program" ? secretsIn(plan, start, end, work) : [];
      constants += secrets.length;
      for (let at = start; at < end; ) {
        work.throwIfCancelled();
        // Words do not go over the end of a piece.
        const wanted = Math.min(pieceBytes - (at % 8), end - at);
        const bytes = piece.subarray(0, memory.readAt(at, piece.subarray(0, wanted)));
        if (bytes.length === 0) break;
        if (rule === "program") {
          maskRanges(bytes, at, secrets);
          maskConstants(bytes, at, plan);
        } else if (rule === "numbers") maskText(bytes, at, rules);
        else keepPointers(bytes, at, rules);
        copy.put(at, bytes);
        at += bytes.length;
      }
    }
  }
  copy.flush();
  copyObjects(plan, copy, work);
  const names = plan.level === "names" ? replaceClassNames(plan, copy) : new Map<string, string>();
  return { constants, names };
}

/** What of regions is in the core. A region of several segments may have gaps between what is dumped of each. */
class DumpedSpans {
  private next = 0;

  constructor(private readonly segments: readonly MemorySegment[]) {}

  /** @param region behind those asked for before */
  within(region: Pick<Region, "start" | "end">): AddressSpan[] {
    const { segments } = this;
    while (this.next < segments.length && segments[this.next]!.end <= region.start) this.next++;
    const spans: AddressSpan[] = [];
    for (let at = this.next; at < segments.length && segments[at]!.start < region.end; at++) {
      const { start, dumpedBytes } = segments[at]!;
      const first = Math.max(Number(start), Number(region.start));
      const end = Math.min(Number(start) + dumpedBytes, Number(region.end));
      if (first < end) spans.push({ start: first, end });
    }
    return spans;
  }
}

/** Where secrets stand among what stays, ascending. */
function secretsIn({ image }: MemoryPlan, start: number, end: number, work: Work): AddressSpan[] {
  const ranges: AddressSpan[] = [];
  forEachTextRun(
    {
      start,
      end,
      read: (position, into) => image.memory.readAt(position, into),
      nextPresent: () => Number.POSITIVE_INFINITY,
    },
    ({ text, position, characterBytes }) =>
      findInText(text, (found) =>
        ranges.push({
          start: position + found.start * characterBytes,
          end: position + found.end * characterBytes,
        }),
      ),
    work,
  );
  return ranges.sort((a, b) => a.start - b.start);
}

function maskConstants(bytes: Uint8Array, address: number, { constants, rules }: MemoryPlan): void {
  for (const { start, end } of constants) {
    if (end <= address || start >= address + bytes.length) continue;
    const from = Math.max(0, start - address);
    maskText(bytes.subarray(from, Math.min(bytes.length, end - address)), address + from, rules);
  }
}

function maskRanges(bytes: Uint8Array, address: number, ranges: readonly AddressSpan[]): void {
  for (const { start, end } of ranges) {
    if (end <= address || start >= address + bytes.length) continue;
    bytes.fill(star, Math.max(0, start - address), Math.min(bytes.length, end - address));
  }
}

/** Names of classes that are not the JDK's get others of the same length, in the JVM's own symbols. */
function replaceClassNames({ jvm }: MemoryPlan, copy: AddressedCopy): Map<string, string> {
  const replaced = new Map<string, string>();
  if (jvm === undefined) return replaced;
  const { structs } = jvm;
  const bodyAt = structs.offset(["Symbol", "_body"]);
  if (bodyAt === undefined) return replaced;
  const pseudonyms = new Pseudonyms(isJdkClass);
  const encoder = new TextEncoder();
  new KlassTable(structs).forEachKnown(({ address, name }) => {
    const symbol = structs.word(address, ["Klass", "_name"]);
    const other = pseudonyms.of(name);
    if (!symbol || other === name) return;
    const bytes = encoder.encode(other);
    if (bytes.byteLength !== encoder.encode(name).byteLength) bytes.fill(star);
    replaced.set(other, name);
    copy.put(symbol + bodyAt, bytes);
    copy.flush();
  });
  return replaced;
}
