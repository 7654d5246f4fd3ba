import { dictionaryTooLarge, type LzmaOptions, largestDictionary } from "./dictionaries";
import { LzmaDecoder, lzmaPropertiesOf } from "./lzmaDecoder";
import { startBytes } from "./rangeDecoder";
import { SlidingWindow } from "./slidingWindow";
import { word } from "./xzFields";

/** Properties, size of the dictionary, size of the contents. */
const headerBytes = 13;
const unknownSize = 2 ** 32 - 1;
/** More than anybody packs; what looks like a header otherwise is something else. */
const mostBytes = 2 ** 38;

/** As many bytes tell such a file, which has no magic. */
const lzmaHeadBytes = headerBytes + 1;

interface LzmaHeader {
  readonly properties: number;
  readonly dictionaryBytes: number;
  /** undefined when a mark stands at the end instead. */
  readonly bytes: number | undefined;
}

/** @returns undefined where a field has a value no packer writes */
export function lzmaHeaderOf(head: Uint8Array): LzmaHeader | undefined {
  if (head.length < lzmaHeadBytes || head[headerBytes] !== 0 || head[0]! >= 225) return undefined;
  const { contextBits, literalPositionBits } = lzmaPropertiesOf(head[0]!);
  const dictionaryBytes = word(head, 1);
  const [low, high] = [word(head, 5), word(head, 9)];
  const bytes = low === unknownSize && high === unknownSize ? undefined : high * 2 ** 32 + low;
  if (contextBits + literalPositionBits > 4 || !isUsualDictionary(dictionaryBytes)) return undefined;
  return bytes !== undefined && bytes >= mostBytes
    ? undefined
    : { properties: head[0]!, dictionaryBytes, bytes };
}

/** A power of two, or one and a half of one. */
function isUsualDictionary(bytes: number): boolean {
  if (bytes === unknownSize) return true;
  return bytes >= 4096 && (Number.isInteger(Math.log2(bytes)) || Number.isInteger(Math.log2(bytes / 3)));
}

/** Unpacks a `.lzma` file: a header, then LZMA symbols to the end. It has no checksum. */
export class LzmaFileUnpacker {
  private pending: Uint8Array = new Uint8Array(0);
  private started: { decoder: LzmaDecoder; window: SlidingWindow } | undefined;
  private left: number | undefined;
  private isDone = false;
  readonly isUnchecked = true;

  /** @param emit gets unpacked bytes in order, only valid during the call */
  constructor(
    private readonly options: LzmaOptions,
    private readonly emit: (bytes: Uint8Array) => void,
  ) {}

  /** @throws Error when the data is damaged; ExhumeError `unsupported` */
  push(bytes: Uint8Array): void {
    this.pending = joined(this.pending, bytes);
    this.takePending(false);
  }

  /** @throws Error when the data ends early, or something follows it */
  end(): void {
    this.takePending(true);
    if (!this.isDone) throw new Error("the compressed data ends early");
  }

  private takePending(isAll: boolean): void {
    if (this.isDone) {
      if (this.pending.length > 0) throw new Error("something follows the LZMA data");
      return;
    }
    this.started ??= this.start();
    if (this.started === undefined) return;
    const { decoder, window } = this.started;
    try {
      const { at, given } = decoder.decode(this.pending, 0, this.left ?? Infinity, isAll);
      if (this.left !== undefined) this.left -= given;
      this.pending = this.pending.slice(at);
      if (this.left === 0 && isAll) this.finish(decoder);
      else if (decoder.hasEnded) this.finish(decoder);
    } finally {
      window.handOut();
    }
  }

  private start(): { decoder: LzmaDecoder; window: SlidingWindow } | undefined {
    if (this.pending.length < headerBytes + startBytes) return undefined;
    const { name, wantedBytes = Infinity } = this.options;
    const header = lzmaHeaderOf(this.pending);
    if (header === undefined) throw new Error("the header is not one of LZMA data");
    const { properties, dictionaryBytes, bytes } = header;
    const needed = Math.min(dictionaryBytes, bytes ?? Infinity, wantedBytes);
    if (needed > largestDictionary) throw dictionaryTooLarge(name, dictionaryBytes);
    const window = new SlidingWindow(dictionaryBytes, Math.min(wantedBytes, bytes ?? Infinity), this.emit);
    const decoder = new LzmaDecoder(window);
    decoder.reset(lzmaPropertiesOf(properties));
    this.left = bytes;
    this.pending = this.pending.slice(decoder.start(this.pending, headerBytes));
    return { decoder, window };
  }

  /** The mark of the end may follow a stated size as well. */
  private finish(decoder: LzmaDecoder): void {
    if (!decoder.hasEnded && !(decoder.isFinished && this.pending.length === 0))
      this.pending = this.pending.slice(decoder.takeEndMark(this.pending, 0));
    if (this.left !== undefined && this.left > 0)
      throw new Error("the LZMA data ends before its stated size");
    if (!decoder.isFinished) throw new Error("the end of the LZMA data is damaged");
    if (this.pending.length > 0) throw new Error("something follows the LZMA data");
    this.isDone = true;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
