import { ExhumeError } from "../../base/errors";
import type { Work } from "../../base/work";
import { DecryptedSource, PayloadWriter } from "../encryption/payload";
import { derivedKey } from "../encryption/sealing";
import { FileSource } from "../files/fileSource";
import { UnpackedFile } from "../files/unpackedFile";

/** What stands before the sealed pieces; version 1. */
const sealedHeader = Buffer.from("exhume-sealed-index 1\n");
const stepBytes = 4 << 20;

/** Stands for a fingerprint in the name of a file: whoever has not the key cannot tell of which dump it is. */
export function sealedName(fingerprint: string, key: Uint8Array): string {
  return Buffer.from(derivedKey(key, `name ${fingerprint}`))
    .toString("hex")
    .slice(0, 16);
}

/** The bytes of an index, sealed piece by piece as the contents of an age file are. */
export function* sealedPieces(pieces: Iterable<Uint8Array>, key: Uint8Array): Generator<Uint8Array> {
  const waiting: Uint8Array[] = [];
  const writer = new PayloadWriter(sealedHeader, key, (bytes) => waiting.push(bytes));
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; at += stepBytes) {
      writer.write(piece.subarray(at, at + stepBytes));
      yield* waiting.splice(0);
    }
  }
  writer.end();
  yield* waiting;
}

/** An index in a temporary file without a name, opened. @throws ExhumeError `damaged` when it was changed; `noSpace` */
export function openSealed(path: string, key: Uint8Array, work: Work): FileSource {
  const file = FileSource.open(path);
  try {
    const source = new DecryptedSource(file, sealedHeader.length, key);
    const unpacked = new UnpackedFile(source, source.byteLength, work);
    try {
      const chunk = new Uint8Array(stepBytes);
      for (let position = 0; position < source.byteLength; ) {
        const got = source.read(position, chunk);
        if (got === 0) break;
        unpacked.write(chunk.subarray(0, got));
        position += got;
      }
      const { damage } = source;
      if (damage === undefined) return FileSource.attach(unpacked.share());
      throw new ExhumeError({
        code: "damaged",
        file: path,
        what: "it was changed or cut",
        offset: damage.offset,
      });
    } catch (error) {
      unpacked.remove();
      throw error;
    }
  } finally {
    file.close();
  }
}
