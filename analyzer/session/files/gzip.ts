import { createGunzip, createInflateRaw, type Gunzip, type InflateRaw } from "node:zlib";

/** What a piece gave before damage in it is lost: the pieces that tell what a file is are small ones. */
const headPieceBytes = 2 << 10;
const headBytes = 64 << 10;
const pieceBytes = 64 << 10;

/** Feeds a stream of Node's zlib and waits until it has given everything. */
class ZlibStream {
  private readonly closed: Promise<void>;
  private failure: Error | undefined;
  private packedBytes = 0;

  /** @param emit gets unpacked bytes in order */
  constructor(
    private readonly stream: Gunzip | InflateRaw,
    emit: (bytes: Uint8Array) => void,
  ) {
    stream.on("data", (bytes: Uint8Array) => {
      if (this.failure !== undefined) return;
      try {
        emit(bytes);
      } catch (error) {
        // Thrown inside a stream's event it would end the thread instead of reaching whoever pushed.
        this.failure = error as Error;
        stream.destroy(this.failure);
      }
    });
    stream.on("error", (error) => {
      this.failure ??= error;
    });
    this.closed = new Promise<void>((resolve) => stream.once("close", () => resolve()));
  }

  /** Resolves when the bytes were taken and everything they gave was handed out. @returns those behind the end */
  async push(packed: Uint8Array): Promise<Uint8Array> {
    for (let at = 0; at < packed.length; ) {
      const piece = packed.subarray(at, at + (this.packedBytes < headBytes ? headPieceBytes : pieceBytes));
      const behind = await this.pushPiece(piece);
      at += piece.length;
      if (behind > 0) return packed.subarray(at - behind);
    }
    return packed.subarray(packed.length);
  }

  private async pushPiece(packed: Uint8Array): Promise<number> {
    const { stream } = this;
    if (this.failure !== undefined) throw this.failure;
    this.packedBytes += packed.byteLength;
    await new Promise<void>((resolve) => {
      const done = () => {
        stream.off("error", done);
        stream.off("close", done);
        resolve();
      };
      stream.once("error", done);
      stream.once("close", done);
      stream.write(packed, done);
    });
    if (this.failure !== undefined) throw this.failure;
    return this.packedBytes - stream.bytesWritten;
  }

  async end(): Promise<void> {
    this.stream.end();
    await this.closed;
    if (this.failure !== undefined) throw this.failure;
  }
}

/**
 * Unpacks gzip members that follow each other, which is how `jcmd GC.heap_dump -gz` writes. Node's zlib compares the
 * checksum and the size of each, but passes over whatever stands behind a member and does not begin another.
 */
export class GzipUnpacker {
  private readonly stream: ZlibStream;
  readonly isUnchecked = false;
  /** The last member has ended, and what follows does not begin another. */
  private isBehindLast = false;

  /** @param emit gets unpacked bytes in order */
  constructor(emit: (bytes: Uint8Array) => void) {
    this.stream = new ZlibStream(createGunzip({ chunkSize: 1 << 20 }), emit);
  }

  async push(packed: Uint8Array): Promise<void> {
    if (this.isBehindLast) return assertPadding(packed);
    const behind = await this.stream.push(packed);
    if (behind.length === 0) return;
    this.isBehindLast = true;
    assertPadding(behind);
  }

  end(): Promise<void> {
    return this.stream.end();
  }
}

/** Zeros fill the blocks of tapes and disks; anything else was a member once. */
function assertPadding(bytes: Uint8Array): void {
  if (bytes.some((byte) => byte !== 0)) throw new Error("what follows the last gzip member is not gzip");
}

/** Unpacks bare deflate data (RFC 1951), as zip archives have it; what stands behind its end is passed over. */
export class DeflateUnpacker {
  private readonly stream: ZlibStream;
  readonly isUnchecked = true;
  private isBehind = false;

  /** @param emit gets unpacked bytes in order */
  constructor(emit: (bytes: Uint8Array) => void) {
    this.stream = new ZlibStream(createInflateRaw({ chunkSize: 1 << 20 }), emit);
  }

  async push(packed: Uint8Array): Promise<void> {
    if (this.isBehind) return;
    this.isBehind = (await this.stream.push(packed)).length > 0;
  }

  end(): Promise<void> {
    return this.stream.end();
  }
}
