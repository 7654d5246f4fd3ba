import type { MemoryImage, StructureLog } from "./memoryImage";

/**
 * Reads 8-byte words through a window that moves along, for walks that go forward over much memory, or through several. Addresses are
 * numbers below 2^53; so are the values, which come out rounded when they are larger: no pointer is.
 */
export class MemoryWords {
  private window: Uint8Array;
  private view: DataView;
  private start = 0;
  private length = 0;
  private readonly littleEndian: boolean;
  /** Those looked through before, each in the place that its address tells. */
  private readonly kept: (Window | undefined)[];
  private spare: Window | undefined;

  /**
   * @param log told of every word that is read: for readers that follow structure and never search for it
   * @param keptWindows for readers that go back and forth between structures
   */
  constructor(
    private readonly memory: MemoryImage,
    private readonly windowBytes = 64 << 10,
    private readonly log?: StructureLog,
    keptWindows = 0,
  ) {
    this.window = new Uint8Array(windowBytes);
    this.view = new DataView(this.window.buffer);
    this.littleEndian = memory.littleEndian;
    this.kept = new Array<Window | undefined>(keptWindows).fill(undefined);
  }

  /** The word at an address; -1 when it is not in the core. */
  u64(address: number): number {
    const at = this.seek(address, 8);
    if (at < 0) return -1;
    const { littleEndian } = this;
    const [low, high] = littleEndian ? [at, at + 4] : [at + 4, at];
    return this.view.getUint32(high, littleEndian) * 0x1_0000_0000 + this.view.getUint32(low, littleEndian);
  }

  /** A word of the process's own width; -1 when it is not in the core. */
  pointer(address: number): number {
    return this.memory.pointerBytes === 8 ? this.u64(address) : this.u32(address);
  }

  /** All 64 bits of a word that need not be an address. */
  u64Exact(address: number): bigint | undefined {
    const at = this.seek(address, 8);
    return at < 0 ? undefined : this.view.getBigUint64(at, this.littleEndian);
  }

  /** All bits of a word of the process's own width. */
  pointerExact(address: number): bigint | undefined {
    if (this.memory.pointerBytes === 8) return this.u64Exact(address);
    const word = this.u32(address);
    return word < 0 ? undefined : BigInt(word);
  }

  u32(address: number): number {
    const at = this.seek(address, 4);
    return at < 0 ? -1 : this.view.getUint32(at, this.littleEndian);
  }

  i32(address: number): number | undefined {
    const at = this.seek(address, 4);
    return at < 0 ? undefined : this.view.getInt32(at, this.littleEndian);
  }

  u16(address: number): number {
    const at = this.seek(address, 2);
    return at < 0 ? -1 : this.view.getUint16(at, this.littleEndian);
  }

  u8(address: number): number {
    const at = this.seek(address, 1);
    return at < 0 ? -1 : this.window[at]!;
  }

  /** NUL-terminated text, at most 512 bytes; undefined when absent. */
  text(address: number): string | undefined {
    const at = this.seek(address, 1);
    if (at < 0) return undefined;
    let text = "";
    for (let index = 0; index < 512; index++) {
      const byte = this.u8(address + index);
      if (byte <= 0) return byte === 0 ? text : undefined;
      text += String.fromCharCode(byte);
    }
    return text;
  }

  /** The first address from `address` on that is in the core; `end` when there is none before. */
  nextPresent(address: number, end: number): number {
    return this.memory.nextPresentAt(address, end);
  }

  private seek(address: number, bytes: number): number {
    this.log?.add(address, bytes);
    let at = address - this.start;
    if (at >= 0 && at + bytes <= this.length) return at;
    if (!(address >= 0 && address < 2 ** 53)) return -1;
    if (this.kept.length > 0) {
      at = this.seekKept(address, bytes);
      if (at >= 0) return at;
    }
    // A little before the address as well: headers are looked at after what follows them.
    const from = Math.max(0, address - 64);
    this.fill(from);
    at = address - this.start;
    if (at >= 0 && at + bytes <= this.length) return at;
    this.fill(address);
    at = address - this.start;
    return at >= 0 && at + bytes <= this.length ? at : -1;
  }

  /** Looks through the window that begins at a multiple of its size. */
  private seekKept(address: number, bytes: number): number {
    const { windowBytes, kept } = this;
    const at = address % windowBytes;
    const number = (address - at) / windowBytes;
    const slot = number % kept.length;
    let found = kept[slot];
    if (found === undefined || found.start !== address - at) {
      const { bytes: window, view } = found ?? newWindow(windowBytes);
      const length = this.memory.readAt(address - at, window);
      found = { start: address - at, length, bytes: window, view };
      kept[slot] = found;
    }
    if (at + bytes > found.length) return -1;
    this.start = found.start;
    this.length = found.length;
    this.window = found.bytes;
    this.view = found.view;
    return at;
  }

  /** A window that none of the kept ones is. */
  private fill(from: number): void {
    if (this.kept.length > 0) {
      this.spare ??= newWindow(this.windowBytes);
      this.window = this.spare.bytes;
      this.view = this.spare.view;
    }
    this.start = from;
    this.length = this.memory.readAt(from, this.window);
  }
}

interface Window {
  readonly start: number;
  readonly length: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

function newWindow(windowBytes: number): Window {
  const bytes = new Uint8Array(windowBytes);
  return { start: 0, length: 0, bytes, view: new DataView(bytes.buffer) };
}

/** Visits the words of [start, end) that the core holds, in pieces; stretches that are absent or known to be zeros are skipped. */
export function forEachPiece(
  memory: MemoryImage,
  start: number,
  end: number,
  visit: (words: DataView, address: number, bytes: number) => void,
  piece: Uint8Array,
): void {
  const { pointerBytes } = memory;
  const view = new DataView(piece.buffer, piece.byteOffset, piece.byteLength);
  for (let from = start; from < end; ) {
    const data = memory.nextDataAt(from, end);
    const at = Math.max(from, data - (data % pointerBytes));
    if (at >= end) break;
    const wanted = Math.min(piece.byteLength, end - at);
    const got = memory.readAt(at, wanted === piece.byteLength ? piece : piece.subarray(0, wanted));
    const whole = got - (got % pointerBytes);
    if (whole > 0) visit(view, at, whole);
    // Nothing here: a later page may be there again.
    from = got > 0 ? at + Math.max(pointerBytes, whole) : memory.nextPresentAt(at + 4096 - (at % 4096), end);
  }
}
