import { areEqual, type Checksum, Crc32 } from "../checksums";
import { takeSteps } from "../takeSteps";
import { dictionaryTooLarge, type LzmaOptions, largestDictionary } from "./dictionaries";
import { Lzma2Unpacker } from "./lzma2";
import {
  type BlockHeader,
  blockHeader,
  type CheckKind,
  streamFooter,
  streamFooterBytes,
  streamHeader,
  streamHeaderBytes,
  xzNumberAt,
} from "./xzFields";

type State = "stream" | "block" | "chunks" | "blockEnd" | "index" | "indexEnd" | "footer" | "between";

/** Sizes of a block as the index repeats them. */
interface BlockSizes {
  readonly unpadded: number;
  readonly bytes: number;
}

/**
 * Unpacks .xz streams (The .xz File Format 1.2.0), one after another. All there is to compare is compared: checksums of
 * headers, contents and index, and the sizes that are stated twice.
 */
export class XzUnpacker {
  private pending: Uint8Array = new Uint8Array(0);
  private state: State = "stream";
  private checkKind: CheckKind | undefined;
  private header: BlockHeader | undefined;
  private chunks: Lzma2Unpacker | undefined;
  private checksum: Checksum | undefined;
  private packedBytes = 0;
  private bytes = 0;
  private blocks: BlockSizes[] = [];
  private indexed = -1;
  private indexSum = new Crc32();
  private indexBytes = 0;
  private paddingBytes = 0;
  isUnchecked = false;

  /** @param emit gets unpacked bytes in order, only valid during the call */
  constructor(
    private readonly options: LzmaOptions,
    private readonly emit: (bytes: Uint8Array) => void,
  ) {}

  /** @throws Error when the bytes are not what a stream may hold; ExhumeError `unsupported` */
  push(bytes: Uint8Array): void {
    this.pending = takeSteps(this.pending, bytes, (rest) => this.step(rest));
  }

  /** @throws Error when the data ends inside a stream */
  end(): void {
    if (this.state === "chunks") this.chunks!.takeCut(this.pending);
    if (this.state !== "between" || this.pending.length > 0)
      throw new Error("the compressed data ends early");
    if (this.paddingBytes % 4 !== 0) throw new Error("what follows the last xz stream is not xz");
  }

  /** @returns bytes used, 0 when it needs more */
  private step(bytes: Uint8Array): number {
    if (bytes.length === 0) return 0;
    switch (this.state) {
      case "stream":
        return bytes.length < streamHeaderBytes ? 0 : this.takeStreamHeader(bytes);
      case "block":
        return bytes[0] === 0 ? this.beginIndex() : this.takeBlockHeader(bytes);
      case "chunks":
        return this.takeChunk(bytes);
      case "blockEnd":
        return this.takeBlockEnd(bytes);
      case "index":
        return this.takeIndexRecord(bytes);
      case "indexEnd":
        return this.takeIndexEnd(bytes);
      case "footer":
        return bytes.length < streamFooterBytes ? 0 : this.takeFooter(bytes);
      case "between":
        return this.takePadding(bytes);
    }
  }

  private takeStreamHeader(bytes: Uint8Array): number {
    this.checkKind = streamHeader(bytes);
    this.blocks = [];
    this.state = "block";
    return streamHeaderBytes;
  }

  private takeBlockHeader(bytes: Uint8Array): number {
    const header = blockHeader(bytes, this.options.name);
    if (header === undefined) return 0;
    const { wantedBytes = Infinity } = this.options;
    const { dictionaryBytes } = header;
    if (Math.min(dictionaryBytes, wantedBytes) > largestDictionary)
      throw dictionaryTooLarge(this.options.name, dictionaryBytes);
    this.header = header;
    this.checksum = this.checkKind!.begin?.();
    if (this.checksum === undefined) this.isUnchecked = true;
    this.packedBytes = 0;
    this.bytes = 0;
    this.chunks = new Lzma2Unpacker({ dictionaryBytes, wantedBytes }, (part) => this.take(part));
    this.state = "chunks";
    return header.headerBytes;
  }

  private take(part: Uint8Array): void {
    this.bytes += part.length;
    if (this.bytes > (this.header!.bytes ?? Infinity)) throw new Error("a block gives more than it states");
    this.checksum?.update(part);
    this.emit(part);
  }

  private takeChunk(bytes: Uint8Array): number {
    const used = this.chunks!.step(bytes);
    this.packedBytes += used;
    if (this.chunks!.hasEnded) this.state = "blockEnd";
    return used;
  }

  /** Padding to a multiple of four, then the checksum. */
  private takeBlockEnd(bytes: Uint8Array): number {
    const padding = -this.packedBytes & 3;
    const checkBytes = this.checkKind!.bytes;
    if (bytes.length < padding + checkBytes) return 0;
    const { header, checksum } = this;
    if (bytes.subarray(0, padding).some((byte) => byte !== 0))
      throw new Error("a block is padded with something");
    if (
      (header!.bytes ?? this.bytes) !== this.bytes ||
      (header!.packedBytes ?? this.packedBytes) !== this.packedBytes
    )
      throw new Error("a block has other sizes than it states");
    const stated = bytes.subarray(padding, padding + checkBytes);
    if (checksum !== undefined && !areEqual(checksum.digest(), stated))
      throw new Error("the checksum of the contents differs");
    this.blocks.push({ unpadded: header!.headerBytes + this.packedBytes + checkBytes, bytes: this.bytes });
    this.chunks = undefined;
    this.state = "block";
    // Nothing follows the chunks where they end aligned and without a check.
    return padding + checkBytes === 0 ? this.step(bytes) : padding + checkBytes;
  }

  private beginIndex(): number {
    this.indexSum = new Crc32();
    this.indexBytes = 0;
    this.indexed = -1;
    this.state = "index";
    return this.tookOfIndex(Uint8Array.of(0));
  }

  /** How many blocks there were, then the sizes of each. */
  private takeIndexRecord(bytes: Uint8Array): number {
    if (this.indexed === this.blocks.length) {
      this.state = "indexEnd";
      return this.takeIndexEnd(bytes);
    }
    const first = xzNumberAt(bytes, 0);
    if (first === undefined) return 0;
    if (this.indexed === -1) {
      if (first.value !== this.blocks.length) throw new Error("the index has another number of blocks");
      this.indexed = 0;
      return this.tookOfIndex(bytes.subarray(0, first.length));
    }
    const second = xzNumberAt(bytes, first.length);
    if (second === undefined) return 0;
    const block = this.blocks[this.indexed++]!;
    if (first.value !== block.unpadded || second.value !== block.bytes)
      throw new Error("the index has other sizes than the blocks");
    return this.tookOfIndex(bytes.subarray(0, first.length + second.length));
  }

  private tookOfIndex(bytes: Uint8Array): number {
    this.indexSum.update(bytes);
    this.indexBytes += bytes.length;
    return bytes.length;
  }

  private takeIndexEnd(bytes: Uint8Array): number {
    const padding = -this.indexBytes & 3;
    if (bytes.length < padding + 4) return 0;
    if (bytes.subarray(0, padding).some((byte) => byte !== 0))
      throw new Error("the index is padded with something");
    this.tookOfIndex(bytes.subarray(0, padding));
    if (!areEqual(this.indexSum.digest(), bytes.subarray(padding, padding + 4)))
      throw new Error("the checksum of the index differs");
    this.indexBytes += 4;
    this.state = "footer";
    return padding + 4;
  }

  private takeFooter(bytes: Uint8Array): number {
    const { indexBytes, checkId } = streamFooter(bytes);
    if (indexBytes !== this.indexBytes || checkId !== this.checkKind!.id)
      throw new Error("the end of a stream says otherwise than its beginning");
    this.paddingBytes = 0;
    this.state = "between";
    return streamFooterBytes;
  }

  /** Zeros, four at a time, may stand between streams and behind the last. */
  private takePadding(bytes: Uint8Array): number {
    const begins = bytes.findIndex((byte) => byte !== 0);
    const zeros = begins === -1 ? bytes.length : begins;
    this.paddingBytes += zeros;
    if (begins !== -1) {
      if (this.paddingBytes % 4 !== 0) throw new Error("what follows the last xz stream is not xz");
      this.state = "stream";
      if (zeros === 0) return this.step(bytes);
    }
    return zeros;
  }
}
