import type { ByteSource } from "../base/byteSource";
import { countAtMost } from "../base/halving";
import { AddressLookup } from "./addressLookup";
import type { FileMapping, MemorySegment } from "./memorySegment";
import { protection } from "./memorySegment";

/** Bytes of a module's file that stand for pages the core leaves out. Addresses: [start, end). */
export interface FileBacking {
  readonly start: bigint;
  readonly end: bigint;
  readonly source: ByteSource;
  readonly fileOffset: number;
}

/** Where the byte at an address comes from. `absent`: neither the core nor a matching file has it. */
export type Residence = "core" | "file" | "absent";

/** Takes note of memory that is structure: [address, address + bytes). */
export interface StructureLog {
  add(address: number, bytes: number): void;
}

/** How a process writes words. */
export interface WordOrder {
  readonly pointerBytes: 4 | 8;
  readonly littleEndian: boolean;
}

/** A stretch of addresses of one kind, [start, end). */
export interface MemoryRange {
  readonly start: bigint;
  readonly end: bigint;
}

/** Addresses below this are exact as numbers; every user address of today's Linux is, bar vsyscall. */
const exactNumbers = 2 ** 53;

/**
 * The memory of the dead process: bytes the core holds, else bytes of a matching module file for pages the core
 * left out on purpose, else absent. Absent bytes are never made up: every read says how many bytes it got.
 *
 * All questions exist with bigint addresses. Those ending in `At` take numbers below 2^53 and are for hot loops.
 */
export class MemoryImage implements WordOrder {
  readonly pointerBytes: 4 | 8;
  readonly littleEndian: boolean;
  /** Of segments below 2^53, by start. */
  private readonly starts: Float64Array;
  /** End of the bytes that are in the core, per segment. */
  private readonly dumpedEnds: Float64Array;
  private readonly ends: Float64Array;
  private readonly low: readonly MemorySegment[];
  private readonly high: readonly MemorySegment[];
  /**
   * Told where structure lies by those who read it (tables of a JVM, malloc's headers, descriptors of threads): what a
   * copy without contents must keep. Set only while such a copy is planned.
   */
  structureLog: StructureLog | undefined;
  private backings: readonly FileBacking[] = [];
  private readonly scratch = new Uint8Array(8);
  private readonly scratchView = new DataView(this.scratch.buffer);
  private lastSegment = 0;
  private backingLookup: AddressLookup<FileBacking> | undefined;
  private mappingLookup: AddressLookup<FileMapping> | undefined;

  constructor(
    private readonly source: ByteSource,
    /** By start, without overlaps. */
    readonly segments: readonly MemorySegment[],
    readonly mappings: readonly FileMapping[],
    { pointerBytes, littleEndian }: WordOrder,
  ) {
    this.pointerBytes = pointerBytes;
    this.littleEndian = littleEndian;
    this.low = segments.filter((segment) => segment.end <= BigInt(exactNumbers));
    this.high = segments.filter((segment) => segment.end > BigInt(exactNumbers));
    this.starts = Float64Array.from(this.low, (segment) => Number(segment.start));
    this.ends = Float64Array.from(this.low, (segment) => Number(segment.end));
    this.dumpedEnds = Float64Array.from(this.low, (segment) => Number(segment.start) + segment.dumpedBytes);
  }

  /**
   * Adds files for left-out pages; only call it with files whose build id matches.
   * Writable stretches are only used where the core says the page was left out: a truncated core's data is lost.
   */
  addBackings(backings: readonly FileBacking[]): void {
    this.backings = [...this.backings, ...backings].sort((a, b) =>
      a.start < b.start ? -1 : a.start > b.start ? 1 : 0,
    );
    this.backingLookup = new AddressLookup(
      this.backings.map((backing) => ({ start: backing.start, end: backing.end, value: backing })),
    );
  }

  /** Fills `into` from `address`. @returns how many bytes from the first on are present. */
  read(address: bigint, into: Uint8Array): number {
    return address + BigInt(into.byteLength) <= BigInt(exactNumbers)
      ? this.readAt(Number(address), into)
      : this.readHigh(address, into);
  }

  readAt(address: number, into: Uint8Array): number {
    let done = 0;
    while (done < into.byteLength) {
      const got = this.readPiece(address + done, done === 0 ? into : into.subarray(done));
      if (got === 0) break;
      done += got;
    }
    return done;
  }

  /** The present bytes from `address` on, at most `length`; empty when the first one is absent. */
  bytes(address: bigint, length: number): Uint8Array {
    const into = new Uint8Array(length);
    const got = this.read(address, into);
    return got === length ? into : into.slice(0, got);
  }

  /** True when every byte of [start, end) is present. Reads nothing from a core that is not truncated. */
  isPresent(start: bigint, end: bigint): boolean {
    let at = start;
    while (at < end) {
      const piece = this.pieceAt(at);
      if (piece.residence === "absent") return false;
      at = piece.end;
    }
    return true;
  }

  /** The first present byte from an address on; `end` when there is none before. Absent stretches cost nothing, however long. */
  nextPresentAt(address: number, end: number): number {
    let at = BigInt(address);
    while (at < BigInt(end)) {
      const piece = this.pieceAt(at);
      if (piece.residence !== "absent") return Number(at);
      at = piece.end;
    }
    return end;
  }

  /** The first byte from an address on that may be other than zero, as far as the medium tells; at most `end`. */
  nextDataAt(address: number, end: number): number {
    const { source } = this;
    let at = address;
    while (source.nextDataAt !== undefined && at < end) {
      const index = this.segmentIndexAt(at);
      if (index < 0 || at >= this.dumpedEnds[index]!) break;
      const offset = this.low[index]!.fileOffset - this.starts[index]!;
      const next = source.nextDataAt(at + offset) - offset;
      if (next < this.dumpedEnds[index]!) return Math.min(next, end);
      at = this.dumpedEnds[index]!;
    }
    return Math.min(at, end);
  }

  residenceOf(address: bigint): Residence {
    return this.pieceAt(address).residence;
  }

  /** [start, end) cut into stretches that have one residence each. */
  pieces(start: bigint, end: bigint): (MemoryRange & { readonly residence: Residence })[] {
    const pieces: (MemoryRange & { residence: Residence })[] = [];
    let at = start;
    while (at < end) {
      const piece = this.pieceAt(at);
      const until = piece.end < end ? piece.end : end;
      const before = pieces.at(-1);
      if (before !== undefined && before.residence === piece.residence) {
        pieces[pieces.length - 1] = { ...before, end: until };
      } else {
        pieces.push({ start: at, end: until, residence: piece.residence });
      }
      at = until;
    }
    return pieces;
  }

  segmentOf(address: bigint): MemorySegment | undefined {
    if (address < BigInt(exactNumbers)) {
      const index = this.segmentIndexAt(Number(address));
      if (index >= 0) return this.low[index];
    }
    return this.high.find((segment) => segment.start <= address && address < segment.end);
  }

  /** See `protection`; undefined where nothing is mapped. Some systems leave code out and only list its mappings. */
  protectionAt(address: bigint): number | undefined {
    return this.segmentOf(address)?.protection ?? this.mappingOf(address)?.protection;
  }

  mappingOf(address: bigint): FileMapping | undefined {
    this.mappingLookup ??= new AddressLookup(
      this.mappings.map((mapping) => ({ start: mapping.start, end: mapping.end, value: mapping })),
    );
    return this.mappingLookup.at(address);
  }

  u8(address: bigint): number | undefined {
    return this.read(address, this.scratch.subarray(0, 1)) === 1 ? this.scratch[0]! : undefined;
  }

  u16(address: bigint): number | undefined {
    return this.fill(address, 2) ? this.scratchView.getUint16(0, this.littleEndian) : undefined;
  }

  u32(address: bigint): number | undefined {
    return this.fill(address, 4) ? this.scratchView.getUint32(0, this.littleEndian) : undefined;
  }

  i32(address: bigint): number | undefined {
    return this.fill(address, 4) ? this.scratchView.getInt32(0, this.littleEndian) : undefined;
  }

  u64(address: bigint): bigint | undefined {
    return this.fill(address, 8) ? this.scratchView.getBigUint64(0, this.littleEndian) : undefined;
  }

  pointer(address: bigint): bigint | undefined {
    if (this.pointerBytes === 8) return this.u64(address);
    const value = this.u32(address);
    return value === undefined ? undefined : BigInt(value);
  }

  /** The pointer at a place of bytes that were read from here. */
  pointerIn(bytes: DataView, at: number): bigint {
    return this.pointerBytes === 8
      ? bytes.getBigUint64(at, this.littleEndian)
      : BigInt(bytes.getUint32(at, this.littleEndian));
  }

  /** Number path: a u64 that may exceed 2^53 comes out rounded; compare it before using it as an address. */
  u64At(address: number): number | undefined {
    const { scratch, scratchView, littleEndian } = this;
    if (this.readAt(address, scratch) < 8) return undefined;
    const [low, high] = littleEndian ? [0, 4] : [4, 0];
    return (
      scratchView.getUint32(high, littleEndian) * 0x1_0000_0000 + scratchView.getUint32(low, littleEndian)
    );
  }

  u32At(address: number): number | undefined {
    return this.readAt(address, this.scratch.subarray(0, 4)) === 4
      ? this.scratchView.getUint32(0, this.littleEndian)
      : undefined;
  }

  /**
   * The NUL-terminated text at an address, as UTF-8.
   * @returns undefined when the first byte is absent; the part that is present when the rest is absent or longer
   * than `maximumBytes`.
   */
  text(address: bigint, maximumBytes = 4096): string | undefined {
    const bytes = this.bytes(address, maximumBytes);
    if (bytes.length === 0) return undefined;
    const end = bytes.indexOf(0);
    return utf8.decode(end < 0 ? bytes : bytes.subarray(0, end));
  }

  /** Reads like a file whose byte 0 is at `base`, e.g. a module that is only in memory. */
  sourceAt(name: string, base: bigint, byteLength: number): ByteSource {
    return {
      name,
      byteLength,
      read: (position, into) => {
        const fits = Math.max(0, Math.min(into.byteLength, byteLength - position));
        return this.read(base + BigInt(position), into.subarray(0, fits));
      },
    };
  }

  private fill(address: bigint, count: number): boolean {
    return this.read(address, count === 8 ? this.scratch : this.scratch.subarray(0, count)) === count;
  }

  private readHigh(address: bigint, into: Uint8Array): number {
    let done = 0;
    while (done < into.byteLength) {
      const at = address + BigInt(done);
      const segment = this.segmentOf(at);
      if (segment === undefined) break;
      const distance = Number(at - segment.start);
      const fits = Math.min(into.byteLength - done, segment.dumpedBytes - distance);
      if (fits <= 0) break;
      const got = this.source.read(segment.fileOffset + distance, into.subarray(done, done + fits));
      if (got <= 0) break;
      done += got;
    }
    return done;
  }

  /** Reads within one segment or one backing. */
  private readPiece(address: number, into: Uint8Array): number {
    const index = this.segmentIndexAt(address);
    if (index >= 0 && address < this.dumpedEnds[index]!) {
      const fits = Math.min(into.byteLength, this.dumpedEnds[index]! - address);
      const offset = this.low[index]!.fileOffset + (address - this.starts[index]!);
      return this.source.read(offset, fits === into.byteLength ? into : into.subarray(0, fits));
    }
    if (this.backings.length === 0) return 0;
    const backing = this.backingOf(BigInt(address), index);
    if (backing === undefined) return 0;
    const limit =
      index >= 0 ? this.ends[index]! : (this.starts[countAtMost(this.starts, address)] ?? exactNumbers);
    const fits = Math.min(into.byteLength, Number(backing.end) - address, limit - address);
    const offset = backing.fileOffset + Number(BigInt(address) - backing.start);
    return backing.source.read(offset, into.subarray(0, fits));
  }

  private pieceAt(address: bigint): { readonly residence: Residence; readonly end: bigint } {
    const segment = this.segmentOf(address);
    const dumpedEnd = segment === undefined ? 0n : segment.start + BigInt(segment.dumpedBytes);
    if (segment !== undefined && address < dumpedEnd) return { residence: "core", end: dumpedEnd };
    const exact = address < BigInt(exactNumbers);
    const next = exact ? this.low[countAtMost(this.starts, Number(address))] : undefined;
    const limit =
      segment?.end ?? (next ?? this.high.find(({ start }) => start > address))?.start ?? 1n << 64n;
    const index = exact ? this.segmentIndexAt(Number(address)) : -1;
    const backing = this.backingOf(address, index);
    if (backing !== undefined) {
      return { residence: "file", end: backing.end < limit ? backing.end : limit };
    }
    const nextBacking = this.backings.find(({ start }) => start > address)?.start;
    return {
      residence: "absent",
      end: nextBacking !== undefined && nextBacking < limit ? nextBacking : limit,
    };
  }

  private backingOf(address: bigint, segmentIndex: number): FileBacking | undefined {
    const segment = segmentIndex >= 0 ? this.low[segmentIndex]! : undefined;
    const truncated = segment !== undefined && segment.dumpedBytes < segment.fileBytes;
    if (truncated && (segment.protection & protection.write) !== 0) return undefined;
    return this.backingLookup?.at(address);
  }

  /** Index of the low segment that holds an address, -1 for none. */
  private segmentIndexAt(address: number): number {
    const last = this.lastSegment;
    if (address >= this.starts[last]! && address < this.ends[last]!) return last;
    const index = countAtMost(this.starts, address) - 1;
    if (index < 0 || address >= this.ends[index]!) return -1;
    this.lastSegment = index;
    return index;
  }
}

const utf8 = new TextDecoder();
