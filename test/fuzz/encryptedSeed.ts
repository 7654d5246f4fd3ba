import { armor } from "age-encryption";
import { BytesSource, readUpTo } from "../../analyzer/base/byteSource";
import { ExhumeError } from "../../analyzer/base/errors";
import { decryptedSource, headerOf } from "../../analyzer/session/encryption/encryptedFile";
import { PayloadWriter } from "../../analyzer/session/encryption/payload";

const fileKey = new Uint8Array(16).fill(7);
const line = "A".repeat(43);
/** Its recipients are nobody: the key of the contents is known. */
const header = `age-encryption.org/v1\n-> X25519 ${line}\n${line}\n-> ssh-rsa abcd\n${line}\n--- ${line}\n`;

/** An encrypted file as it is, and as lines of Base64. */
export function encryptedSeeds(contents: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  const writer = new PayloadWriter(Buffer.from(header), fileKey, (bytes) => pieces.push(bytes.slice()));
  writer.write(contents);
  writer.end();
  const binary = new Uint8Array(Buffer.concat(pieces));
  return [binary, new TextEncoder().encode(armor.encode(binary))];
}

/** The contents, whole and right. @throws ExhumeError when they are damaged */
export function decryptedContents(bytes: Uint8Array): Uint8Array {
  const file = new BytesSource("fuzzed", bytes);
  headerOf(file);
  const source = decryptedSource(file, fileKey);
  const contents = readUpTo(source, 0, source.byteLength);
  if (source.damage === undefined) return contents;
  throw new ExhumeError({
    code: "damaged",
    file: "fuzzed",
    what: "it is not whole",
    offset: source.damage.offset,
  });
}
