import type { ByteSource } from "../../../base/byteSource";
import type { Work } from "../../../base/work";
import { type Compression, unpackerFor } from "../compression";
import { type MemberSink, type TarMember, TarReader } from "./tarReader";

/** Small enough that whoever looks for one file at the beginning is answered soon. */
const chunkBytes = 256 << 10;

export interface TarInputs {
  readonly source: ByteSource;
  /** Of the archive as a whole. */
  readonly compression: Compression;
  readonly visit: (member: TarMember) => MemberSink | undefined;
  /** Called after each piece; true ends the reading. */
  readonly afterPiece: (fraction: number) => Promise<boolean> | boolean;
  readonly work: Work;
}

export interface TarReading {
  /** Something in it was no header where one should stand. */
  readonly isDamaged: boolean;
  readonly isUnchecked: boolean;
}

/**
 * Reads a tar archive, packed or not; of one that is not packed, only what somebody wants.
 * @throws Error when it is damaged or ends early; what `visit`, its sinks and `afterPiece` throw
 */
export async function readTar({
  source,
  compression,
  visit,
  afterPiece,
  work,
}: TarInputs): Promise<TarReading> {
  const tar = new TarReader(visit);
  const unpacker =
    compression === "none"
      ? undefined
      : await unpackerFor(compression, source.name, (bytes) => tar.push(bytes));
  const chunk = new Uint8Array(chunkBytes);
  for (let position = 0; position < source.byteLength; ) {
    work.throwIfCancelled();
    if (await afterPiece(position / source.byteLength))
      return { isDamaged: tar.isDamaged, isUnchecked: false };
    if (unpacker === undefined) {
      if (tar.hasEnded) break;
      if (tar.passedOver > 0) {
        position += tar.passedOver;
        tar.skip();
        if (position > source.byteLength) throw new Error("the archive ends early");
        continue;
      }
    }
    const got = source.read(position, chunk);
    if (got === 0) break;
    position += got;
    if (unpacker === undefined) tar.push(chunk.subarray(0, got));
    else await unpacker.push(chunk.slice(0, got));
  }
  await unpacker?.end();
  tar.end();
  await afterPiece(1);
  return { isDamaged: tar.isDamaged, isUnchecked: unpacker?.isUnchecked ?? false };
}
