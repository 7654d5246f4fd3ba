import { type ByteSource, readUpTo } from "./byteSource";

/** Part of something larger: `bytes` begin at position `start` of it. */
export interface BytesWindow {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly start: number;
}

const blockBytes = 32 << 10;
/** Readers mostly ask for a few bytes; beyond this the blocks of others are not worth pushing out. */
const mostBlocksJoined = 8;

/** Blocks of several sources, the latest used ones, within one limit of memory. */
export class BlockCache {
  private readonly blocks = new Map<number, Uint8Array>();
  private readonly maximumBlocks: number;
  private sources = 0;

  constructor(maximumBytes = 64 << 20) {
    this.maximumBlocks = Math.max(4, Math.floor(maximumBytes / blockBytes));
  }

  /** A source whose blocks are kept here. */
  attach(source: ByteSource): PagedSource {
    const first = this.sources++ * 2 ** 32;
    return {
      source,
      block: (number) => {
        const key = first + number;
        let block = this.blocks.get(key);
        if (block === undefined) {
          block = readUpTo(source, number * blockBytes, blockBytes);
          if (this.blocks.size >= this.maximumBlocks) this.blocks.delete(this.blocks.keys().next().value!);
        } else {
          // Insertion order is age.
          this.blocks.delete(key);
        }
        this.blocks.set(key, block);
        return block;
      },
    };
  }
}

export interface PagedSource {
  readonly source: ByteSource;
  /** The n-th block of the source; shorter, or empty, at its end. */
  block(number: number): Uint8Array;
}

/** A stretch of a source that is read where it is looked at, for what may be larger than memory. */
export class PagedBytes {
  private latest: BytesWindow = windowOf(new Uint8Array(0), 0);

  constructor(
    private readonly paged: PagedSource,
    private readonly offset: number,
    readonly byteLength: number,
  ) {}

  /** A part of it, [start, end), with positions of its own. */
  subarray(start: number, end: number = this.byteLength): PagedBytes {
    const from = Math.min(Math.max(0, start), this.byteLength);
    const to = Math.min(Math.max(from, end), this.byteLength);
    return new PagedBytes(this.paged, this.offset + from, to - from);
  }

  /** A window with the `needed` bytes at `position`, and more around them; less only when the source has less. */
  window(position: number, needed: number): BytesWindow {
    const { latest } = this;
    if (position >= latest.start && position + needed <= latest.start + latest.bytes.length) return latest;
    const first = Math.floor((this.offset + position) / blockBytes);
    const last = Math.floor((this.offset + position + Math.max(1, needed) - 1) / blockBytes);
    if (last - first >= mostBlocksJoined) return windowOf(this.read(position, position + needed), position);
    let bytes = this.paged.block(first);
    // Positions of this stretch; what lies outside of it is cut off.
    let start = first * blockBytes - this.offset;
    for (let number = first + 1; number <= last; number++) {
      const kept = bytes.subarray(Math.max(0, position - start));
      start = Math.max(start, position);
      bytes = joined(kept, this.paged.block(number));
    }
    const skipped = Math.max(0, -start);
    const window = windowOf(
      bytes.subarray(skipped, Math.max(skipped, this.byteLength - start)),
      start + skipped,
    );
    this.latest = window;
    return window;
  }

  /** The bytes [start, end), read past the cache: for looking through all of it once. */
  read(start: number, end: number): Uint8Array {
    const to = Math.min(end, this.byteLength);
    return readUpTo(this.paged.source, this.offset + start, Math.max(0, to - start));
  }
}

function windowOf(bytes: Uint8Array, start: number): BytesWindow {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), start };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/**
 * All of it in pieces, in order. Each piece but the last goes on for `overlap` bytes into the next one, so that
 * whatever is no longer than that and begins in a piece is whole in it.
 */
export function* piecesOf(
  bytes: Uint8Array | PagedBytes,
  start: number,
  end: number,
  overlap: number,
): Generator<Uint8Array> {
  if (bytes instanceof Uint8Array) {
    yield bytes.subarray(start, end);
    return;
  }
  const pieceBytes = 1 << 20;
  for (let at = start; at < end; at += pieceBytes)
    yield bytes.read(at, Math.min(end, at + pieceBytes + overlap));
}
