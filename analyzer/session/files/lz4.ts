import type { XXHash } from "xxhash-wasm";
import type { ContentHashes } from "./contentHashes";
import { takeSteps } from "./takeSteps";

/**
 * Unpacks LZ4 frames (LZ4 Frame Format Description 1.6.4) piece by piece, as they come from a file. Frames may follow
 * each other; skippable frames are skipped. Every checksum a frame has is compared, its stated size as well.
 */

const frameMagic = 0x184d2204;
const skippableMagic = 0x184d2a50;
/** Matches reach back at most this far. */
const windowBytes = 64 << 10;
const largestBlock = 4 << 20;

type State = "frame" | "block" | "contentChecksum" | "skip";

export class Lz4Unpacker {
  private pending = new Uint8Array(0);
  private state: State = "frame";
  private skipBytes = 0;
  private hasBlockChecksum = false;
  private contentBytes: number | undefined;
  private frameBytes = 0;
  private contentHash: XXHash<number> | undefined;
  private isLinked = false;
  private maximumBlock = largestBlock;
  /** The last 64 KiB of output, then room for one block. */
  private buffer = new Uint8Array(windowBytes + largestBlock);
  private history = 0;
  private isComplete = true;
  isUnchecked = false;

  /** @param emit gets unpacked bytes in order, only valid during the call */
  constructor(
    private readonly hashes: ContentHashes,
    private readonly emit: (bytes: Uint8Array) => void,
  ) {}

  /** @throws Error when the bytes are not an LZ4 frame, or a checksum differs */
  push(bytes: Uint8Array): void {
    this.pending = takeSteps(this.pending, bytes, (rest) => this.step(rest));
  }

  /** @throws Error when the data ends inside a frame */
  end(): void {
    if (!this.isComplete || this.pending.length > 0) throw new Error("the compressed data ends early");
  }

  /** What a block gives whose end has not come yet: up to 4 MiB would have to be read for the first byte otherwise. */
  unfinished(): Uint8Array {
    const { pending } = this;
    if (this.state !== "block" || pending.length < 4) return new Uint8Array(0);
    const size = viewOf(pending).getUint32(0, true);
    if (size >= 0x8000_0000) return pending.subarray(4);
    const end = this.unpackBlock(pending.subarray(4), true);
    return this.buffer.subarray(this.history, end);
  }

  /** Takes one header, block or checksum. @returns bytes used, 0 when it needs more */
  private step(bytes: Uint8Array): number {
    switch (this.state) {
      case "frame":
        return this.takeFrameHeader(bytes);
      case "block":
        return this.takeBlock(bytes);
      case "contentChecksum":
        if (bytes.length < 4) return 0;
        if (this.contentHash!.digest() !== viewOf(bytes).getUint32(0, true))
          throw new Error("the checksum of the contents differs");
        this.finishFrame();
        return 4;
      case "skip": {
        const used = Math.min(this.skipBytes, bytes.length);
        this.skipBytes -= used;
        if (this.skipBytes === 0) this.finishFrame();
        return used;
      }
    }
  }

  private takeFrameHeader(bytes: Uint8Array): number {
    if (bytes.length < 8) return 0;
    const view = viewOf(bytes);
    const magic = view.getUint32(0, true);
    this.isComplete = false;
    if ((magic & 0xfffffff0) >>> 0 === skippableMagic) {
      this.skipBytes = view.getUint32(4, true);
      this.state = "skip";
      if (this.skipBytes === 0) this.finishFrame();
      return 8;
    }
    if (magic !== frameMagic) throw new Error(`0x${magic.toString(16)} does not begin an LZ4 frame`);
    const flags = bytes[4]!;
    if (flags >> 6 !== 1) throw new Error(`LZ4 frame version ${flags >> 6} is unknown`);
    const headerBytes = 7 + ((flags & 8) === 0 ? 0 : 8) + ((flags & 1) === 0 ? 0 : 4);
    if (bytes.length < headerBytes) return 0;
    const sum = (this.hashes.hash32(bytes.subarray(4, headerBytes - 1)) >>> 8) & 0xff;
    if (sum !== bytes[headerBytes - 1]) throw new Error("the checksum of a frame header differs");
    this.isLinked = (flags & 0x20) === 0;
    this.hasBlockChecksum = (flags & 0x10) !== 0;
    this.contentHash = (flags & 4) === 0 ? undefined : this.hashes.start32();
    if (!this.hasBlockChecksum && this.contentHash === undefined) this.isUnchecked = true;
    this.contentBytes = (flags & 8) === 0 ? undefined : Number(view.getBigUint64(6, true));
    this.frameBytes = 0;
    const sizeCode = (bytes[5]! >> 4) & 7;
    if (sizeCode < 4) throw new Error(`LZ4 block size code ${sizeCode} is unknown`);
    this.maximumBlock = 1 << (8 + 2 * sizeCode);
    this.history = 0;
    this.state = "block";
    return headerBytes;
  }

  private takeBlock(bytes: Uint8Array): number {
    if (bytes.length < 4) return 0;
    const size = viewOf(bytes).getUint32(0, true);
    if (size === 0) {
      if (this.contentBytes !== undefined && this.contentBytes !== this.frameBytes)
        throw new Error(`a frame gives ${this.frameBytes} bytes and states ${this.contentBytes}`);
      if (this.contentHash !== undefined) this.state = "contentChecksum";
      else this.finishFrame();
      return 4;
    }
    const isPlain = size >= 0x8000_0000;
    const packedBytes = isPlain ? size - 0x8000_0000 : size;
    if (packedBytes > this.maximumBlock) throw new Error(`an LZ4 block says it has ${packedBytes} bytes`);
    const used = 4 + packedBytes + (this.hasBlockChecksum ? 4 : 0);
    if (bytes.length < used) return 0;
    const packed = bytes.subarray(4, 4 + packedBytes);
    if (this.hasBlockChecksum) {
      const stated = viewOf(bytes).getUint32(4 + packedBytes, true);
      if (this.hashes.hash32(packed) !== stated) throw new Error("the checksum of a block differs");
    }
    const end = isPlain ? this.copyPlain(packed) : this.unpackBlock(packed);
    const unpacked = this.buffer.subarray(this.history, end);
    this.frameBytes += unpacked.length;
    this.contentHash?.update(unpacked);
    this.emit(unpacked);
    this.keepHistory(end);
    return used;
  }

  private copyPlain(bytes: Uint8Array): number {
    this.buffer.set(bytes, this.history);
    return this.history + bytes.length;
  }

  /**
   * One block of sequences: literals, then a match further back (LZ4 Block Format Description).
   * @param isCut stops where the bytes end
   */
  private unpackBlock(packed: Uint8Array, isCut = false): number {
    const { buffer } = this;
    const limit = this.history + this.maximumBlock;
    let out = this.history;
    let at = 0;
    while (at < packed.length) {
      const token = packed[at++]!;
      let literals = token >> 4;
      if (literals === 15) {
        let more: number;
        do {
          more = packed[at++] ?? 0;
          literals += more;
        } while (more === 255);
      }
      if (isCut && at + literals + 2 >= packed.length) return out;
      if (at + literals > packed.length || out + literals > limit) throw new Error("an LZ4 block is damaged");
      buffer.set(packed.subarray(at, at + literals), out);
      at += literals;
      out += literals;
      if (at >= packed.length) break;
      if (at + 2 > packed.length) throw new Error("an LZ4 block is damaged");
      const distance = packed[at]! | (packed[at + 1]! << 8);
      at += 2;
      let length = (token & 15) + 4;
      if (length === 19) {
        let more: number;
        do {
          more = packed[at++] ?? 0;
          length += more;
        } while (more === 255);
      }
      if (distance === 0 || distance > out || out + length > limit)
        throw new Error("an LZ4 block is damaged");
      if (distance >= length) {
        buffer.copyWithin(out, out - distance, out - distance + length);
        out += length;
      } else {
        for (const end = out + length; out < end; out++) buffer[out] = buffer[out - distance]!;
      }
    }
    return out;
  }

  private keepHistory(end: number): void {
    if (!this.isLinked) {
      this.history = 0;
      return;
    }
    const kept = Math.min(end, windowBytes);
    this.buffer.copyWithin(0, end - kept, end);
    this.history = kept;
  }

  private finishFrame(): void {
    this.state = "frame";
    this.isComplete = true;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
