import type { VmStructs } from "../vmStructs";

/** What a piece of the code cache is. */
export type BlobKind =
  /** Bytecode compiled by C1 or C2. */
  | "compiled"
  /** The code between Java and a native method. */
  | "nativeWrapper"
  | "interpreter"
  /** Code that the JVM made for itself: stubs, adapters, handlers. */
  | "stub";

/** A piece of the code cache. */
export interface CodeBlob {
  readonly address: number;
  /** As the JVM names it: `nmethod`, `StubRoutines (1)`, `DeoptimizationBlob`. */
  readonly name: string;
  readonly kind: BlobKind;
  /** [start, end) of its instructions. */
  readonly code: { readonly start: number; readonly end: number };
  /** Bytes between the stack pointer and the caller's; 0 where the frame has no fixed size. */
  readonly frameBytes: number;
  /** Behind this many bytes of code the frame stands. */
  readonly prologueBytes: number;
}

interface Heap {
  readonly start: number;
  readonly end: number;
  readonly map: number;
  readonly segmentBytes: number;
}

const mostHeaps = 16;
/** Entries that lead to one another from the end of a piece to its start. */
const mostSteps = 1 << 16;
/** A map's entry of a segment that nothing is in. */
const freeSegment = 0xff;
/** Words of a frame: a page of locals and spills is a lot. */
const mostFrameBytes = 8 << 20;

/** The pieces of the code cache by address. */
export class CodeBlobs {
  private readonly heaps: readonly Heap[];
  private readonly headerBytes: number;
  private readonly known = new Map<number, CodeBlob | undefined>();

  constructor(private readonly structs: VmStructs) {
    this.heaps = readHeaps(structs);
    this.headerBytes = structs.sizeOfType("HeapBlock") ?? 16;
  }

  /** The piece an address is in; undefined outside of the code cache and in what is free. */
  at(address: number): CodeBlob | undefined {
    const heap = this.heaps.find(({ start, end }) => address >= start && address < end);
    if (heap === undefined) return undefined;
    const start = this.startOf(heap, address);
    if (start === undefined) return undefined;
    if (!this.known.has(start)) {
      if (this.known.size > 100_000) this.known.clear();
      this.known.set(start, this.read(start));
    }
    const blob = this.known.get(start);
    return blob !== undefined && address < blob.code.end ? blob : undefined;
  }

  /** True inside the code cache, whatever is there. */
  covers(address: number): boolean {
    return this.heaps.some(({ start, end }) => address >= start && address < end);
  }

  /** Each segment's entry tells how many segments to go back at most. */
  private startOf(heap: Heap, address: number): number | undefined {
    const { words } = this.structs;
    let segment = Math.floor((address - heap.start) / heap.segmentBytes);
    for (let step = 0; step < mostSteps && segment >= 0; step++) {
      const back = words.u8(heap.map + segment);
      if (back < 0 || back === freeSegment) return undefined;
      if (back === 0) return heap.start + segment * heap.segmentBytes + this.headerBytes;
      segment -= back;
    }
    return undefined;
  }

  private read(address: number): CodeBlob | undefined {
    const { structs } = this;
    const { words } = structs;
    const nameAt = structs.word(address, ["CodeBlob", "_name"]);
    const name = nameAt ? words.text(nameAt) : undefined;
    const bytes = structs.int(address, ["CodeBlob", "_size"]);
    if (name === undefined || bytes === undefined || bytes <= 0) return undefined;
    const begin = structs.word(address, ["CodeBlob", "_code_begin"]);
    const offset = structs.int(address, ["CodeBlob", "_code_offset"]);
    const start = begin ?? (offset === undefined ? undefined : address + offset);
    const end = structs.word(address, ["CodeBlob", "_code_end"]) ?? this.endOf(address, bytes);
    if (start === undefined || start < address || end <= start || end > address + bytes) return undefined;
    const frameBytes = 8 * (structs.int(address, ["CodeBlob", "_frame_size"]) ?? 0);
    return {
      address,
      name,
      kind: kindOf(name),
      code: { start, end },
      frameBytes: frameBytes > 0 && frameBytes < mostFrameBytes ? frameBytes : 0,
      prologueBytes: this.prologueOf(address),
    };
  }

  private endOf(address: number, bytes: number): number {
    const data = this.structs.int(address, ["CodeBlob", "_data_offset"]);
    return data !== undefined && data > 0 && data <= bytes ? address + data : address + bytes;
  }

  /** Four bytes in some releases, two in others; negative where no frame is ever made. */
  private prologueOf(address: number): number {
    const { structs } = this;
    const at = structs.offset(["CodeBlob", "_frame_complete_offset"]);
    if (at === undefined) return 0;
    const isShort = structs.offset(["CodeBlob", "_kind"]) !== undefined;
    const value = isShort ? structs.words.u16(address + at) : (structs.words.i32(address + at) ?? 0);
    return value > 0 && value < 0x7fff ? value : 0;
  }
}

function kindOf(name: string): BlobKind {
  if (name === "nmethod") return "compiled";
  if (name === "native nmethod") return "nativeWrapper";
  return name === "Interpreter" ? "interpreter" : "stub";
}

function readHeaps(structs: VmStructs): Heap[] {
  const heaps: Heap[] = [];
  for (const heap of heapAddresses(structs)) {
    const memory = structs.offset(["CodeHeap", "_memory"]);
    const map = structs.offset(["CodeHeap", "_segmap"]);
    const shift = structs.int(heap, ["CodeHeap", "_log2_segment_size"]);
    if (memory === undefined || map === undefined || shift === undefined) continue;
    const start = structs.word(heap + memory, ["VirtualSpace", "_low"]);
    const end = structs.word(heap + memory, ["VirtualSpace", "_high"]);
    const mapStart = structs.word(heap + map, ["VirtualSpace", "_low"]);
    if (!start || !end || !mapStart || end <= start || shift < 4 || shift > 16) continue;
    heaps.push({ start, end, map: mapStart, segmentBytes: 2 ** shift });
  }
  return heaps;
}

/** Several since JDK 9, one before. */
export function heapAddresses(structs: VmStructs): number[] {
  const list = structs.staticWord(["CodeCache", "_heaps"]);
  if (!list) {
    const heap = structs.staticWord(["CodeCache", "_heap"]);
    return heap ? [heap] : [];
  }
  const count =
    structs.int(list, ["GrowableArrayBase", "_len"], ["GenericGrowableArray", "_len"]) ??
    structs.words.i32(list) ??
    0;
  const data = structs.word(list, ["GrowableArray<int>", "_data"]) ?? structs.wordAt(list + 8);
  return data === undefined ? [] : [...structs.pointers(data, Math.min(count, mostHeaps))];
}
