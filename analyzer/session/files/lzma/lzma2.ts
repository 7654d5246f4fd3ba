import { LzmaDecoder, type LzmaProperties, lzmaPropertiesOf } from "./lzmaDecoder";
import { SlidingWindow } from "./slidingWindow";

export interface WindowOptions {
  readonly dictionaryBytes: number;
  /** When only the first so many bytes are wanted. */
  readonly wantedBytes: number;
}

/** Control bytes of chunks (xz format 1.2.0, section 5.3.1, and the sources of LZMA SDK). */
const endOfChunks = 0;
const plainAfterReset = 1;
const plain = 2;
const firstPacked = 0x80;
/** What of the state begins anew with a packed chunk: two bits of its control byte, each including those before. */
const anew = { state: 1, properties: 2, dictionary: 3 } as const;

interface Chunk {
  readonly headerBytes: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly isPlain: boolean;
  readonly anew: number;
  readonly properties: LzmaProperties | undefined;
}

/** Unpacks LZMA2: chunks of at most 64 KiB that give at most 2 MiB, each plain or LZMA. */
export class Lzma2Unpacker {
  private readonly window: SlidingWindow;
  private readonly decoder: LzmaDecoder;
  /** What has to begin anew with the next chunk at least. */
  private needed: number = anew.dictionary;
  hasEnded = false;

  /** @param emit gets unpacked bytes in order, only valid during the call */
  constructor({ dictionaryBytes, wantedBytes }: WindowOptions, emit: (bytes: Uint8Array) => void) {
    this.window = new SlidingWindow(dictionaryBytes, wantedBytes, emit);
    this.decoder = new LzmaDecoder(this.window);
  }

  /** Takes one chunk. @returns bytes used, 0 when it needs more @throws Error when it is damaged */
  step(bytes: Uint8Array): number {
    const chunk = chunkAt(bytes);
    if (chunk === undefined) return 0;
    if (chunk === "end") {
      this.hasEnded = true;
      return 1;
    }
    const { headerBytes, packedBytes } = chunk;
    if (bytes.length < headerBytes + packedBytes) return 0;
    this.take(chunk, bytes.subarray(headerBytes, headerBytes + packedBytes));
    return headerBytes + packedBytes;
  }

  /** Hands out what a chunk gives whose end is not there. @throws Error always */
  takeCut(bytes: Uint8Array): never {
    const chunk = chunkAt(bytes);
    if (chunk !== undefined && chunk !== "end") this.take(chunk, bytes.subarray(chunk.headerBytes));
    throw new Error("the compressed data ends early");
  }

  /** What came out before damage is handed out as well. */
  private take(chunk: Chunk, packed: Uint8Array): void {
    try {
      this.unpack(chunk, packed);
    } finally {
      this.window.handOut();
    }
  }

  private unpack(chunk: Chunk, packed: Uint8Array): void {
    if (chunk.anew < this.needed && !(chunk.isPlain && this.needed < anew.dictionary))
      throw new Error("an LZMA2 chunk goes on with what was not begun");
    if (chunk.anew === anew.dictionary) this.window.reset();
    if (chunk.isPlain) {
      this.window.putAll(packed.subarray(0, chunk.bytes));
      // Without a packed chunk that follows, its properties are still missing.
      if (this.needed === anew.dictionary) this.needed = anew.properties;
      return;
    }
    this.needed = 0;
    if (chunk.anew >= anew.state) this.decoder.reset(chunk.properties);
    const start = this.decoder.start(packed, 0);
    const { at } = this.decoder.decode(packed, start, chunk.bytes, true);
    if (this.decoder.hasEnded || at !== packed.length || !this.decoder.isFinished)
      throw new Error("an LZMA2 chunk is damaged");
  }
}

function chunkAt(bytes: Uint8Array): Chunk | "end" | undefined {
  const [control, high, low, packedHigh, packedLow, properties] = bytes;
  if (control === undefined) return undefined;
  if (control === endOfChunks) return "end";
  if (low === undefined || high === undefined) return undefined;
  const lowBytes = (high << 8) | low;
  if (control < firstPacked) {
    if (control > plain) throw new Error(`LZMA2 chunks of kind ${control} do not exist`);
    const size = lowBytes + 1;
    return {
      headerBytes: 3,
      packedBytes: size,
      bytes: size,
      isPlain: true,
      anew: control === plainAfterReset ? anew.dictionary : 0,
      properties: undefined,
    };
  }
  if (packedHigh === undefined || packedLow === undefined) return undefined;
  const begun = (control >> 5) & 3;
  const hasProperties = begun >= anew.properties;
  if (hasProperties && properties === undefined) return undefined;
  return {
    headerBytes: hasProperties ? 6 : 5,
    packedBytes: ((packedHigh << 8) | packedLow) + 1,
    bytes: ((control & 0x1f) << 16) + lowBytes + 1,
    isPlain: false,
    anew: begun,
    properties: hasProperties ? chunkProperties(properties!) : undefined,
  };
}

function chunkProperties(byte: number): LzmaProperties {
  const properties = lzmaPropertiesOf(byte);
  if (properties.contextBits + properties.literalPositionBits > 4)
    throw new Error(`LZMA2 does not allow the properties ${byte}`);
  return properties;
}
