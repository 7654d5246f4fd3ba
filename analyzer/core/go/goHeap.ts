import type { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import { PageHeap } from "../malloc/pageHeap";
import type { ProcessSnapshot } from "../processSnapshot";
import { readGcState } from "./gcState";
import type { GoHeap, GoStretch } from "./goMemory";
import type { GoRuntime } from "./goRuntime";
import type { GoSpan } from "./goSpan";
import { ObjectSpans } from "./objectSpans";
import { goSpansOf, heapOf } from "./spans";

const mostInUseRanges = 100_000n;
/** Of `runtime.mheap`, about. */
const heapRecordBytes = 90_000;
const arenaBytes = 64 << 20;
/** Arenas are numbered from here on, on x86-64: the lowest canonical address. */
const arenaBase = 0xffff_8000_0000_0000n;

/** Walks the spans of a Go heap: objects by size, stacks, what is free. @throws ExhumeError `cancelled` */
export function readGoHeap(
  runtime: GoRuntime,
  image: ProcessSnapshot,
  problems: ProblemList,
  work: Work,
): GoHeap | undefined {
  const heap = heapOf(runtime);
  if (heap === undefined) return undefined;
  const pages = new PageHeap(image);
  const stretches = new Stretches(runtime);
  const spans: GoSpan[] = [];
  const oneBit = new Uint8Array(8192);
  let count = 0;
  for (const span of goSpansOf(heap, runtime)) {
    if (count++ % 1024 === 0) work.throwIfCancelled();
    stretches.addSpan(span);
    if (span.use === "manual") continue;
    spans.push(span);
    if (span.use === "large") {
      const { start, bytes, elementBytes } = span;
      pages.addLarge(0, { start, bytes, address: start, size: elementBytes });
      continue;
    }
    const got = runtime.memory.read(span.bits, oneBit.subarray(0, Math.ceil(span.elements / 8)));
    const { start, bytes, elementBytes, elements, freeIndex } = span;
    pages.addSlab(0, {
      start,
      bytes,
      size: elementBytes,
      blocks: elements,
      isFree: (index) => index >= freeIndex && index < 8 * got && !isSet(oneBit, index),
    });
  }
  pages.reportRefused(problems, "Go");
  if (count === 0) return undefined;
  const { version, memory, fields } = runtime;
  return {
    version,
    gc: readGcState(runtime),
    account: pages.account([]),
    spans: new ObjectSpans(spans, fields.layout.minor, memory),
    stretches: stretches.all(heap),
  };
}

function isSet(bits: Uint8Array, index: number): boolean {
  return Math.floor(bits[index >>> 3]! / 2 ** (index % 8)) % 2 === 1;
}

/** Collects what memory is for; spans that follow each other and are of one kind become one stretch. */
class Stretches {
  private readonly spans: GoStretch[] = [];
  private readonly records: number[] = [];
  private readonly bits = new Set<number>();

  constructor(private readonly runtime: GoRuntime) {}

  addSpan({ address, start, bytes, use, bits }: GoSpan): void {
    const kind = use === "small" ? "objects" : use;
    this.spans.push({ start, end: start + bytes, kind, exact: true });
    this.records.push(address);
    if (use === "small" && bits < 1n << 53n) this.bits.add(Number(bits));
  }

  all(heap: bigint): GoStretch[] {
    this.spans.sort((a, b) => a.start - b.start);
    const joined: { start: number; end: number; kind: GoStretch["kind"]; exact: boolean }[] = [];
    for (const span of this.spans) {
      const last = joined.at(-1);
      if (last !== undefined && last.kind === span.kind && last.end === span.start) last.end = span.end;
      else joined.push({ ...span });
    }
    return [...joined, ...this.heapRanges(heap), ...this.bookkeeping(heap)];
  }

  /** What the heap has mapped: pages in no span are free, or were given back. */
  private heapRanges(heap: bigint): GoStretch[] {
    const { fields, memory } = this.runtime;
    const list = fields.placeOf(heap, "mheap.inUse");
    const first = list === undefined ? undefined : memory.u64(list);
    if (list === undefined || first === undefined) return [];
    const found: GoStretch[] = [];
    const count = memory.u64(list + 8n) ?? 0n;
    for (let index = 0n; index < count && index < mostInUseRanges; index++) {
      const start = memory.u64(first + 16n * index) ?? 0n;
      const end = memory.u64(first + 16n * index + 8n) ?? 0n;
      if (start >= end || end >= 1n << 53n) continue;
      found.push({ start: Number(start), end: Number(end), kind: "free", exact: true });
    }
    return found;
  }

  /** Mappings that hold what the runtime keeps of its pages. */
  private bookkeeping(heap: bigint): GoStretch[] {
    const { memory } = this.runtime;
    const places = new Set<bigint>();
    for (const address of this.pointers(heap)) {
      const segment = memory.segmentOf(address);
      if (segment !== undefined && memory.mappingOf(address) === undefined) places.add(segment.start);
    }
    return [...places].flatMap((start) => {
      const segment = memory.segmentOf(start)!;
      if (segment.end >= 1n << 53n) return [];
      return [{ start: Number(start), end: Number(segment.end), kind: "bookkeeping", exact: false } as const];
    });
  }

  private *pointers(heap: bigint): Generator<bigint> {
    const { fields, memory } = this.runtime;
    for (const address of this.records) yield BigInt(address);
    for (const address of this.bits) yield BigInt(address);
    // Whatever the heap itself points to: lists of spans, pools of records.
    const own = memory.bytes(heap, heapRecordBytes);
    const words = new DataView(own.buffer, own.byteOffset, own.byteLength);
    for (let at = 0; at + 8 <= own.byteLength; at += 8) yield words.getBigUint64(at, true);
    const wordAt = (field: Parameters<typeof fields.placeOf>[1], index: number) =>
      memory.u64((fields.placeOf(heap, field) ?? 0n) + BigInt(8 * index)) ?? 0n;
    for (let level = 0; level < 5; level++)
      yield* this.pagesOfIndex(wordAt("mheap.summary", 3 * level), level);
    for (let index = 0; index < 8192; index++) {
      const chunks = wordAt("mheap.chunks", index);
      if (chunks !== 0n) yield chunks;
    }
    yield* this.chunkIndex(wordAt("mheap.scavengedChunks", 0));
    const arenas = wordAt("mheap.arenas", 0);
    const known = new Set(this.spans.map(({ start }) => Math.floor(start / arenaBytes)));
    for (const number of known) {
      const index = BigInt.asUintN(48, BigInt(number) * BigInt(arenaBytes) - arenaBase) / BigInt(arenaBytes);
      const slot = arenas + 8n * index;
      yield slot;
      yield memory.u64(slot) ?? 0n;
    }
  }

  /** The parts of a level of the index of free pages that stand for the heap: it is reserved for all addresses. */
  private *pagesOfIndex(table: bigint, level: number): Generator<bigint> {
    // A summary of 8 bytes for 2^(22 + 3 * (4 - level)) bytes of addresses, but for the first level's 14 bits.
    const shift = BigInt(22 + 3 * (4 - level));
    for (const { start, end } of this.spans)
      for (const at of [start, end - 1])
        yield table + 8n * (BigInt.asUintN(48, BigInt(at) - arenaBase) >> shift);
  }

  private *chunkIndex(table: bigint): Generator<bigint> {
    for (const { start, end } of this.spans)
      for (const at of [start, end - 1])
        yield table + 8n * (BigInt.asUintN(48, BigInt(at) - arenaBase) >> 22n);
  }
}
