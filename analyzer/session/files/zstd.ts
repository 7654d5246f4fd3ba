import { Decompress } from "fzstd";
import type { XXHash } from "xxhash-wasm";
import { ExhumeError } from "../../base/errors";
import { formatBytes } from "../../base/figures";
import { takeSteps } from "./takeSteps";

/** The fields of RFC 8878 section 3.1.1.1. */
export interface ZstdFrameHeader {
  /** With the magic. */
  readonly headerBytes: number;
  readonly windowBytes: number;
  readonly contentBytes: number | undefined;
  readonly hasChecksum: boolean;
}

const frameMagic = 0xfd2fb528;
const skippableMagic = 0x184d2a50;
const largestHeader = 18;
const largestBlock = 128 << 10;
/** What `zstd -d` itself takes without being told otherwise. */
const largestWindow = 128 << 20;

/** @returns undefined when the bytes are too few @throws Error when no frame begins there */
export function readZstdFrameHeader(bytes: Uint8Array): ZstdFrameHeader | undefined {
  if (bytes.length < 6) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0, true);
  if (magic !== frameMagic) throw new Error(`0x${magic.toString(16)} does not begin a Zstandard frame`);
  const descriptor = bytes[4]!;
  if ((descriptor & 8) !== 0) throw new Error("a reserved bit of a Zstandard frame header is set");
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
  const sizeAt = 5 + (isSingleSegment ? 0 : 1) + dictionaryBytes;
  if (bytes.length < sizeAt + sizeBytes) return undefined;
  const contentBytes = contentBytesAt(view, sizeAt, sizeBytes);
  const exponent = 2 ** (10 + (bytes[5]! >> 3));
  return {
    headerBytes: sizeAt + sizeBytes,
    windowBytes: isSingleSegment ? (contentBytes ?? 0) : exponent + (exponent / 8) * (bytes[5]! & 7),
    contentBytes,
    hasChecksum: (descriptor & 4) !== 0,
  };
}

function contentBytesAt(view: DataView, at: number, sizeBytes: number): number | undefined {
  switch (sizeBytes) {
    case 1:
      return view.getUint8(at);
    case 2:
      return view.getUint16(at, true) + 256;
    case 4:
      return view.getUint32(at, true);
    case 8:
      return Number(view.getBigUint64(at, true));
    default:
      return undefined;
  }
}

export interface ZstdOptions {
  readonly name: string;
  /** Only the first so many bytes are wanted: no window beyond them is kept. */
  readonly wantedBytes?: number;
  /** Checks of contents are left out without it. */
  readonly startHash?: () => XXHash<bigint>;
}

type State = "frame" | "block" | "checksum" | "skip";

/**
 * Unpacks Zstandard frames, one after another, block by block. The walk from frame to frame is ours, so that windows
 * are bounded before they are allotted and sizes and checksums are compared; fzstd unpacks the blocks.
 */
export class ZstdUnpacker {
  private pending: Uint8Array = new Uint8Array(0);
  private state: State = "frame";
  private header: ZstdFrameHeader | undefined;
  private stream: Decompress | undefined;
  private hash: XXHash<bigint> | undefined;
  private frameBytes = 0;
  private skipBytes = 0;
  private isComplete = true;
  isUnchecked = false;

  /** @param emit gets unpacked bytes in order */
  constructor(
    private readonly options: ZstdOptions,
    private readonly emit: (bytes: Uint8Array) => void,
  ) {}

  /** @throws Error when the bytes are not what a frame may hold */
  push(bytes: Uint8Array): void {
    this.pending = takeSteps(this.pending, bytes, (rest) => this.step(rest));
  }

  /** @throws Error when the data ends inside a frame */
  end(): void {
    if (!this.isComplete || this.pending.length > 0) throw new Error("the compressed data ends early");
  }

  /** Takes one header, block or checksum. @returns bytes used, 0 when it needs more */
  private step(bytes: Uint8Array): number {
    switch (this.state) {
      case "frame":
        return this.takeFrameHeader(bytes);
      case "block":
        return this.takeBlock(bytes);
      case "checksum":
        return this.takeChecksum(bytes);
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
    this.isComplete = false;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if ((view.getUint32(0, true) & 0xfffffff0) >>> 0 === skippableMagic) {
      this.skipBytes = view.getUint32(4, true);
      this.state = "skip";
      if (this.skipBytes === 0) this.finishFrame();
      return 8;
    }
    const header = readZstdFrameHeader(bytes.subarray(0, largestHeader));
    if (header === undefined) return 0;
    const wanted = Math.min(header.contentBytes ?? Infinity, this.options.wantedBytes ?? Infinity);
    const window = Math.min(header.windowBytes, wanted);
    if (window > largestWindow) throw this.windowTooLarge(window);
    this.header = header;
    this.frameBytes = 0;
    if (!header.hasChecksum) this.isUnchecked = true;
    this.hash = header.hasChecksum ? this.options.startHash?.() : undefined;
    this.stream = new Decompress((part) => this.take(part));
    this.stream.push(frameWithWindow(window));
    this.state = "block";
    return header.headerBytes;
  }

  private takeBlock(bytes: Uint8Array): number {
    if (bytes.length < 3) return 0;
    const head = bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16);
    const isLast = (head & 1) !== 0;
    const type = (head >> 1) & 3;
    const size = head >> 3;
    if (size > largestBlock) throw new Error(`a Zstandard block says it has ${size} bytes`);
    const used = 3 + (type === 1 ? 1 : size);
    if (bytes.length < used) return 0;
    // A block of nothing would move the whole window for nothing.
    if (size > 0 || isLast) this.pushBlock(bytes.slice(0, used), isLast);
    if (isLast) this.finishBlocks();
    return used;
  }

  private pushBlock(block: Uint8Array, isLast: boolean): void {
    try {
      this.stream!.push(block, isLast);
    } catch (error) {
      // The library runs past its buffers on some damage; what receives the bytes may throw too, and keeps its words.
      if (error instanceof RangeError || error instanceof TypeError)
        throw new Error("a Zstandard block is damaged");
      throw error;
    }
  }

  private take(part: Uint8Array): void {
    if (part.length === 0) return;
    this.frameBytes += part.length;
    const { contentBytes = Infinity } = this.header!;
    if (this.frameBytes > contentBytes)
      throw new Error(`a frame gives more than the ${contentBytes} bytes it states`);
    this.hash?.update(part);
    this.emit(part);
  }

  private finishBlocks(): void {
    const { contentBytes, hasChecksum } = this.header!;
    if (contentBytes !== undefined && this.frameBytes !== contentBytes)
      throw new Error(`a frame gives ${this.frameBytes} bytes and states ${contentBytes}`);
    if (hasChecksum) this.state = "checksum";
    else this.finishFrame();
  }

  /** The lower half of XXH64 of the contents. */
  private takeChecksum(bytes: Uint8Array): number {
    if (bytes.length < 4) return 0;
    const stated = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
    if (this.hash !== undefined && Number(this.hash.digest() & 0xffffffffn) !== stated)
      throw new Error("the checksum of the contents differs");
    this.finishFrame();
    return 4;
  }

  private finishFrame(): void {
    this.state = "frame";
    this.stream = undefined;
    this.hash = undefined;
    this.isComplete = true;
  }

  private windowTooLarge(window: number): ExhumeError {
    const what = `its Zstandard window of ${formatBytes(window)} is larger than ${formatBytes(largestWindow)}; unpack it with zstd -d --long=31 first`;
    return new ExhumeError({ code: "unsupported", file: this.options.name, what });
  }
}

/** A frame header that asks for a window and for nothing else: the rest was read by us. */
function frameWithWindow(bytes: number): Uint8Array {
  let exponent = 0;
  while (2 ** (10 + exponent) < bytes) exponent++;
  return Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, exponent << 3);
}
