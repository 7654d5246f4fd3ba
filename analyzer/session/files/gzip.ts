import { createGunzip } from "node:zlib";

/**
 * Unpacks gzip members that follow each other, which is how `jcmd GC.heap_dump -gz` writes. Node's zlib compares the
 * checksum and the size of each, but passes over whatever stands behind a member and does not begin another.
 */
export class GzipUnpacker {
  private readonly stream = createGunzip({ chunkSize: 1 << 20 });
  private readonly closed: Promise<void>;
  private failure: Error | undefined;
  readonly isUnchecked = false;
  private packedBytes = 0;
  /** The last member has ended, and what follows does not begin another. */
  private isBehindLast = false;

  /** @param emit gets unpacked bytes in order */
  constructor(emit: (bytes: Uint8Array) => void) {
    const { stream } = this;
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

  /** Resolves when the bytes were taken and everything they gave was handed out. */
  async push(packed: Uint8Array): Promise<void> {
    const { stream } = this;
    if (this.failure !== undefined) throw this.failure;
    if (this.isBehindLast) return assertPadding(packed);
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
    const behind = this.packedBytes - stream.bytesWritten;
    if (behind === 0) return;
    this.isBehindLast = true;
    assertPadding(packed.subarray(packed.byteLength - behind));
  }

  async end(): Promise<void> {
    this.stream.end();
    await this.closed;
    if (this.failure !== undefined) throw this.failure;
  }
}

/** Zeros fill the blocks of tapes and disks; anything else was a member once. */
function assertPadding(bytes: Uint8Array): void {
  if (bytes.some((byte) => byte !== 0)) throw new Error("what follows the last gzip member is not gzip");
}
