import { BitReader, NeedsMore } from "./bitReader";
import { linkBlock, readBlock, type SortedBlock } from "./bzip2Block";

const blockStart = [0x314159, 0x265359] as const;
const streamEnd = [0x177245, 0x385090] as const;
const blockUnit = 100_000;
/** So much is handed out at once: between two of these a cancelled unpacking stops. */
const pieceBytes = 256 << 10;

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
  return crc;
});

/** Whether a bzip2 stream begins there; without the magic of a block three letters would do. */
export function beginsBzip2(head: Uint8Array): boolean {
  if (head.length < 10 || head[0] !== 0x42 || head[1] !== 0x5a || head[2] !== 0x68) return false;
  if (head[3]! < 0x31 || head[3]! > 0x39) return false;
  const bits = new BitReader(head, 4);
  const magic = [bits.take(24), bits.take(24)];
  return [blockStart, streamEnd].some((known) => known.every((part, k) => part === magic[k]));
}

/**
 * Unpacks bzip2 streams, one after another, block by block, and compares the checksums of blocks and streams. No block
 * says how long it is: one that is not there in full is read again when more has come.
 */
export class Bzip2Unpacker {
  private pending: Uint8Array = new Uint8Array(0);
  /** Of its first byte, taken already. */
  private usedBits = 0;
  private state: "stream" | "blocks" = "stream";
  private table = new Uint32Array(0);
  private streamCrc = 0;
  private isBehindFirst = false;
  readonly isUnchecked = false;
  private readonly piece = new Uint8Array(pieceBytes);

  /** @param emit gets unpacked bytes in order, only valid during the call */
  constructor(private readonly emit: (bytes: Uint8Array) => void) {}

  /** @throws Error when the data is damaged */
  push(bytes: Uint8Array): void {
    const joined = new Uint8Array(this.pending.length + bytes.length);
    joined.set(this.pending);
    joined.set(bytes, this.pending.length);
    const bits = new BitReader(joined);
    bits.position = this.usedBits;
    let taken = this.usedBits;
    try {
      for (;;) {
        this.step(bits, joined);
        taken = bits.position;
      }
    } catch (error) {
      if (!(error instanceof NeedsMore)) throw error;
    }
    this.pending = joined.slice(Math.floor(taken / 8));
    this.usedBits = taken % 8;
  }

  /** @throws Error when the data ends inside a stream */
  end(): void {
    if (this.state === "blocks" || !this.isBehindFirst) throw new Error("the compressed data ends early");
    if (this.pending.some((byte) => byte !== 0))
      throw new Error("what follows the last bzip2 stream is not bzip2");
  }

  /** Takes a header, a block, or the end of a stream. @throws NeedsMore */
  private step(bits: BitReader, bytes: Uint8Array): void {
    if (this.state === "stream") this.takeStreamHeader(bits, bytes);
    else this.takeBlock(bits);
  }

  private takeBlock(bits: BitReader): void {
    const magic = [bits.take(24), bits.take(24)];
    const crc = bits.word();
    if (magic[0] === streamEnd[0] && magic[1] === streamEnd[1]) {
      if (crc !== this.streamCrc) throw new Error("the checksum of a bzip2 stream differs");
      this.isBehindFirst = true;
      this.state = "stream";
      bits.position = Math.ceil(bits.position / 8) * 8;
      return;
    }
    if (magic[0] !== blockStart[0] || magic[1] !== blockStart[1])
      throw new Error("no bzip2 block begins where one should");
    const block = readBlock(bits, this.table);
    linkBlock(block);
    if (this.handOut(block) !== crc) throw new Error("the checksum of a bzip2 block differs");
    this.streamCrc = (((this.streamCrc << 1) | (this.streamCrc >>> 31)) ^ crc) >>> 0;
  }

  private takeStreamHeader(bits: BitReader, bytes: Uint8Array): void {
    if (this.isBehindFirst) {
      // Zeros fill the blocks of tapes and disks.
      const start = bits.position / 8;
      let at = start;
      while (at < bytes.length && bytes[at] === 0) at++;
      bits.position = at * 8;
      if (at > start) return;
    }
    const magic = bits.take(24);
    const level = bits.take(8) - 0x30;
    if (magic !== 0x425a68 || level < 1 || level > 9)
      throw new Error(`${this.isBehindFirst ? "what follows the last bzip2 stream" : "it"} is not bzip2`);
    if (this.table.length !== level * blockUnit) this.table = new Uint32Array(level * blockUnit);
    this.streamCrc = 0;
    this.state = "blocks";
  }

  /** Walks through the block and undoes the runs packed before the sorting. @returns its checksum */
  private handOut({ table, length, origin }: SortedBlock): number {
    const { piece } = this;
    let filled = 0;
    let crc = -1;
    const flush = () => {
      const part = piece.subarray(0, filled);
      for (let at = 0; at < part.length; at++) crc = (crc << 8) ^ crcTable[(crc >>> 24) ^ part[at]!]!;
      filled = 0;
      this.emit(part);
    };
    let place = table[origin]! >>> 8;
    let last = -1;
    let alike = 0;
    for (let left = length; left > 0; left--) {
      const entry = table[place]!;
      const byte = entry & 0xff;
      place = entry >>> 8;
      if (alike === 4) {
        // After four of a kind stands how many more there are.
        if (filled + byte > pieceBytes) flush();
        piece.fill(last, filled, filled + byte);
        filled += byte;
        alike = 0;
        last = -1;
        continue;
      }
      alike = byte === last ? alike + 1 : 1;
      last = byte;
      if (filled === pieceBytes) flush();
      piece[filled++] = byte;
    }
    if (filled > 0) flush();
    return ~crc >>> 0;
  }
}
