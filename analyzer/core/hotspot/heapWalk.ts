import { countBefore } from "../../base/halving";
import type { Work } from "../../base/work";
import type { MemoryImage } from "../memoryImage";
import type { HeapSpace } from "./collectors/heapSpace";
import type { JavaThread } from "./javaThreads";
import { fieldOffset } from "./klassFields";
import { type KlassIndex, type KlassTable, klassAddressOf, stackChunkClass } from "./klassTable";
import { type ObjectLayout, stackChunkBytes } from "./objectLayout";
import type { VmFlags } from "./vmFlags";
import type { VmStructs } from "./vmStructs";

export interface HeapWalkInputs {
  readonly memory: MemoryImage;
  readonly structs: VmStructs;
  readonly flags: VmFlags;
  readonly layout: ObjectLayout;
  readonly klasses: KlassTable;
  readonly spaces: readonly HeapSpace[];
  readonly threads: readonly JavaThread[];
}

export interface HeapWalk {
  readonly objects: number;
  readonly bytes: number;
  /** Parts of the spaces in which no objects could be told: cut off, or being changed when the process died. */
  readonly unwalkedBytes: number;
  /** Objects that a collector has marked with another place in the heap: it has moved them there, or was about to. */
  readonly movedObjects: number;
}

/** @param to the other place that an object was marked with @param bytes of the object */
export type VisitMove = (from: number, to: number, klass: KlassIndex, bytes: number) => void;

/** @param elements of an array, -1 of others */
export type VisitObject = (address: number, klass: KlassIndex, bytes: number, elements: number) => void;

/** Header and first fields: enough for every size there is to read. */
const headerBytes = 256;
const windowBytes = 1 << 20;
const cachePlaces = 1 << 12;
/** Objects between two looks at the cancel flag. */
const betweenChecks = 1 << 16;

/**
 * Visits every object of the heap from the bottom of each space to its top, live or dead. Local allocation buffers of
 * threads are skipped from where they are filled to; where an object is not one, the next that is is looked for.
 * @throws ExhumeError `cancelled`
 */
export function walkHeap(
  inputs: HeapWalkInputs,
  visit: VisitObject,
  work: Work,
  onMove?: VisitMove,
): HeapWalk {
  const { memory, layout, spaces } = inputs;
  const buffers = unusedParts(inputs);
  const heapStart = spaces.reduce((least, space) => Math.min(least, space.start), Number.POSITIVE_INFINITY);
  const heapEnd = spaces.reduce((most, space) => Math.max(most, space.end), 0);
  const walker = new SpanWalker(
    memory,
    layout,
    inputs.klasses,
    stackChunkSizeAt(inputs),
    heapStart,
    heapEnd,
    visit,
    work,
    onMove,
  );
  const total = spaces.reduce((sum, space) => sum + space.top - space.start, 0);
  let done = 0;
  for (const space of spaces) {
    work.throwIfCancelled();
    work.report("Walking the Java heap", done / Math.max(1, total));
    done += space.top - space.start;
    if (space.objects === "none") continue;
    const alignment = space.alignment ?? layout.alignment;
    let at = space.start;
    for (let index = firstEndingAfter(buffers, at); index < buffers.length; index++) {
      const buffer = buffers[index]!;
      if (buffer.start >= space.top) break;
      if (buffer.start > at) walker.walk(at, buffer.start, alignment, space);
      at = Math.min(buffer.end, space.top);
    }
    if (at < space.top) walker.walk(at, space.top, alignment, space);
  }
  const { objects, bytes, unwalkedBytes, movedObjects } = walker;
  return { objects, bytes, unwalkedBytes, movedObjects };
}

/** Offset of the field of a stack chunk that tells how many words of frames follow it. */
export function stackChunkSizeAt({
  structs,
  klasses,
}: Pick<HeapWalkInputs, "structs" | "klasses">): number | undefined {
  const klass = klasses.byNameOrUndefined(stackChunkClass);
  return klass === undefined ? undefined : fieldOffset(structs, klass, "size");
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** [top, end) of each thread's local allocation buffer, with the reserve kept behind its end; ascending, apart. */
function unusedParts({ structs, layout, threads }: HeapWalkInputs): Span[] {
  const prefetchAt = structs.staticAddress(["ThreadLocalAllocBuffer", "_reserve_for_allocation_prefetch"]);
  const prefetch = prefetchAt === undefined ? 0 : (structs.words.i32(prefetchAt) ?? 0);
  const smallestFiller = layout.klassIn === "wide" ? 3 : 2;
  const reserve = 8 * Math.max(prefetch, smallestFiller);
  const parts = threads
    .flatMap(({ localBuffer }) =>
      localBuffer === undefined ? [] : [{ start: localBuffer.top, end: localBuffer.end + reserve }],
    )
    .sort((a, b) => a.start - b.start);
  const apart: Span[] = [];
  for (const part of parts) {
    const before = apart.at(-1);
    if (before === undefined || part.start > before.end) apart.push(part);
    else apart[apart.length - 1] = { start: before.start, end: Math.max(before.end, part.end) };
  }
  return apart;
}

/** @param spans ascending, apart */
function firstEndingAfter(spans: readonly Span[], address: number): number {
  return countBefore(spans, ({ end }) => end <= address);
}

class SpanWalker {
  objects = 0;
  bytes = 0;
  unwalkedBytes = 0;
  movedObjects = 0;
  /** Of the object whose size was told last, -1 when it is not an array. */
  private elements = -1;
  private readonly window = new Uint8Array(windowBytes);
  private readonly view = new DataView(this.window.buffer);
  private windowStart = 0;
  private windowLength = 0;
  private untilCheck = betweenChecks;
  /** The class met last of those that share a place. */
  private readonly cachedHeaders = new Float64Array(cachePlaces).fill(-1);
  private readonly cachedKlasses = new Int32Array(cachePlaces);
  private readonly klassByHeader = new Map<number, KlassIndex>();

  constructor(
    private readonly memory: MemoryImage,
    private readonly layout: ObjectLayout,
    private readonly klasses: KlassTable,
    private readonly chunkSizeAt: number | undefined,
    private readonly heapStart: number,
    private readonly heapEnd: number,
    private readonly visit: VisitObject,
    private readonly work: Work,
    private readonly onMove: VisitMove | undefined,
  ) {}

  walk(start: number, end: number, alignment: number, space: HeapSpace): void {
    // An object of several G1 regions ends outside the first one, and in the heap.
    const limit = space.objects === "single" ? this.heapEnd : end;
    let at = start;
    while (at < end) {
      if (--this.untilCheck === 0) {
        this.work.throwIfCancelled();
        this.untilCheck = betweenChecks;
      }
      const klass = this.klassAt(at);
      const size = klass < 0 ? 0 : this.sizeAt(at, klass);
      if (size <= 0 || at + size > limit) {
        const next = this.nextObject(at, end, alignment);
        this.unwalkedBytes += next - at;
        at = next;
        continue;
      }
      this.objects++;
      this.bytes += size;
      const place = this.placeMarked(at);
      if (place > 0) {
        this.movedObjects++;
        this.onMove?.(at, place, klass, size);
      }
      this.visit(at, klass, size, this.elements);
      if (space.objects === "single") return;
      at += alignUp(size, alignment);
    }
  }

  /** Where objects go on after a place that has none: two in a row, or one that ends the span. */
  private nextObject(from: number, end: number, alignment: number): number {
    for (let at = from + alignment; at < end; at += alignment) {
      if (--this.untilCheck === 0) {
        this.work.throwIfCancelled();
        this.untilCheck = betweenChecks;
      }
      if (!this.isPresent(at)) return this.isPresent(end - 8) ? this.nextPresent(at, end) : end;
      const klass = this.klassAt(at);
      if (klass < 0) continue;
      const size = this.sizeAt(at, klass);
      const next = at + alignUp(Math.max(8, size), alignment);
      if (size > 0 && (next === end || (next < end && this.klassAt(next) >= 0))) return at;
    }
    return end;
  }

  /** Both of the lowest bits of its first word are set, and the others are an address. @returns that, or 0 */
  private placeMarked(address: number): number {
    const at = this.seek(address, 8);
    if (at < 0 || (this.view.getUint8(at) & 3) !== 3) return 0;
    const word = this.view.getUint32(at + 4, true) * 0x1_0000_0000 + this.view.getUint32(at, true);
    return word > this.heapStart && word < this.heapEnd ? word - (word % 8) : 0;
  }

  private nextPresent(from: number, end: number): number {
    return this.memory.nextPresentAt(from - (from % 4096) + 4096, end);
  }

  private isPresent(address: number): boolean {
    return this.seek(address, 8) >= 0;
  }

  /** @returns -1 where no class is told */
  private klassAt(address: number): KlassIndex {
    const { layout, view } = this;
    const at = this.seek(address, 16);
    if (at < 0) return -1 as KlassIndex;
    const header =
      layout.klassIn === "narrow"
        ? view.getUint32(at + 8, true)
        : layout.klassIn === "mark"
          ? view.getUint32(at + 4, true) >>> (layout.markKlassShift - 32)
          : view.getUint32(at + 12, true) * 0x1_0000_0000 + view.getUint32(at + 8, true);
    const place = (header ^ (header / cachePlaces)) & (cachePlaces - 1);
    if (this.cachedHeaders[place] === header) return this.cachedKlasses[place] as KlassIndex;
    let klass = this.klassByHeader.get(header);
    if (klass === undefined) {
      klass =
        header === 0
          ? (-1 as KlassIndex)
          : this.klasses.indexAt(layout.klassIn === "wide" ? header : klassAddressOf(layout, header));
      // What is not an object may begin with anything.
      if (klass >= 0) this.klassByHeader.set(header, klass);
    }
    this.cachedHeaders[place] = header;
    this.cachedKlasses[place] = klass;
    return klass;
  }

  /** Bytes of the object as the JVM counts them; 0 when its header makes no sense. */
  private sizeAt(address: number, index: KlassIndex): number {
    const { layoutHelper, isMirror, isStackChunk } = this.klasses.klasses[index]!;
    const { layout, view } = this;
    if (layoutHelper > 0) {
      this.elements = -1;
      // The lowest bit says that instances are allocated the slow way.
      const size = layoutHelper - (layoutHelper % 8);
      if (isStackChunk && this.chunkSizeAt !== undefined) {
        const at = this.seek(address, this.chunkSizeAt + 4);
        const words = at < 0 ? -1 : view.getInt32(at + this.chunkSizeAt, true);
        return words < 0 ? 0 : alignUp(size + stackChunkBytes(words, layout), layout.alignment);
      }
      if (!isMirror || layout.mirrorSizeAt === undefined) return size;
      const at = this.seek(address, layout.mirrorSizeAt + 4);
      return at < 0 ? 0 : 8 * view.getUint32(at + layout.mirrorSizeAt, true);
    }
    const at = this.seek(address, layout.lengthAt + 4);
    if (at < 0) return 0;
    const length = view.getInt32(at + layout.lengthAt, true);
    if (length < 0) return 0;
    this.elements = length;
    const header = (layoutHelper >> 16) & 0xff;
    const elementShift = layoutHelper & 0x3f;
    return alignUp(header + length * 2 ** elementShift, layout.alignment);
  }

  /** Offset of an address in the window, which is moved there; -1 when the core does not hold that many bytes. */
  private seek(address: number, bytes: number): number {
    const at = address - this.windowStart;
    if (at >= 0 && at + Math.max(bytes, headerBytes) <= this.windowLength) return at;
    if (at >= 0 && at + bytes <= this.windowLength && this.windowLength < windowBytes) return at;
    this.windowStart = address;
    this.windowLength = this.memory.readAt(address, this.window);
    return bytes <= this.windowLength ? 0 : -1;
  }
}

function alignUp(bytes: number, alignment: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}
