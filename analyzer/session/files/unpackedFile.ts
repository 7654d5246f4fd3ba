import { closeSync, ftruncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { ExhumeError } from "../../base/errors";
import { formatBytes } from "../../base/figures";
import type { Work } from "../../base/work";
import { reasonOf, type SharedFile } from "./fileSource";
import { assertRoom, createTemporaryFile, type TemporaryFile, writeSparsely } from "./temporaryFile";

/**
 * deflate cannot do better than 1032:1; others can, where there is nothing but zeros. Real dumps stay far below, except
 * for small ones.
 */
const largestRatio = 2000;
const alwaysAllowed = 2 ** 30;

/**
 * What a packed file gives, in a temporary file, which has no name on POSIX systems (so nothing is left behind when the
 * process is killed) and is deleted on release elsewhere. Bounded: by the size of what is packed and by the room.
 */
export class UnpackedFile {
  private readonly temporary: TemporaryFile;
  private readonly largest: number;
  private written = 0;

  /**
   * @param packed what is unpacked, for sentences about it
   * @param statedBytes what it says it gives, checked before anything is written
   * @throws ExhumeError `refused` for absurd sizes, `noSpace`, `unreadable`
   */
  constructor(
    private readonly packed: { readonly name: string; readonly byteLength: number },
    statedBytes: number | undefined,
    private readonly work: Work,
  ) {
    this.largest = Math.max(alwaysAllowed, packed.byteLength * largestRatio);
    if (statedBytes !== undefined) {
      this.assertWithin(statedBytes);
      assertRoom(statedBytes);
    }
    this.temporary = createTemporaryFile(packed.name);
  }

  get byteLength(): number {
    return this.written;
  }

  /** @throws ExhumeError `cancelled`, `refused`, `noSpace` */
  write(bytes: Uint8Array): void {
    this.work.throwIfCancelled();
    this.assertWithin(this.written + bytes.byteLength);
    if (this.written % (64 << 20) < bytes.byteLength) assertRoom(bytes.byteLength);
    try {
      writeSparsely(this.temporary.fd, bytes, this.written);
    } catch (error) {
      throw new ExhumeError({ code: "noSpace", directory: `${tmpdir()} (${reasonOf(error)})` });
    }
    this.written += bytes.byteLength;
  }

  /** The bytes so far, for whoever reads them. */
  share(): SharedFile {
    const { fd } = this.temporary;
    ftruncateSync(fd, this.written);
    return { name: this.packed.name, fd, byteLength: this.written };
  }

  remove(): void {
    closeSync(this.temporary.fd);
    this.temporary.remove();
  }

  private assertWithin(bytes: number): void {
    const { packed, largest } = this;
    if (bytes <= largest) return;
    const what =
      `${packed.name} has ${formatBytes(packed.byteLength)} and would unpack to more than ${formatBytes(largest)}, ` +
      "which no dump does; unpack it yourself and open what comes out";
    throw new ExhumeError({ code: "refused", what });
  }
}
