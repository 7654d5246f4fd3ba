import { armor, Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { beforeAll, describe, expect, it } from "vitest";
import { BytesSource, readUpTo } from "../../../../analyzer/base/byteSource";
import { ArmoredSource } from "../../../../analyzer/session/encryption/armoredSource";
import { decryptedSource, headerOf } from "../../../../analyzer/session/encryption/encryptedFile";
import { fileKeyOf, newAgeHeader } from "../../../../analyzer/session/encryption/fileKey";
import { PayloadWriter } from "../../../../analyzer/session/encryption/payload";
import { portableSealing, sealingWith } from "../../../../analyzer/session/encryption/sealing";

const piece = 65_536;
let identity: string;
let recipient: string;
beforeAll(async () => {
  identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
});

const bytesOf = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 7 + (at >> 8)) & 0xff);
const sourceOf = (bytes: Uint8Array) => new BytesSource("dump.age", bytes);

async function encryptedByLibrary(plain: Uint8Array): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return encrypter.encrypt(plain);
}

async function opened(bytes: Uint8Array) {
  const source = sourceOf(bytes);
  const fileKey = await fileKeyOf(headerOf(source), { identities: [identity] }, source.name);
  return decryptedSource(source, fileKey!);
}

const sizes = [0, 1, piece - 1, piece, piece + 1, 3 * piece, 3 * piece + 17];

describe("the contents of an encrypted file", () => {
  it.each(sizes)("are read as the library wrote them, %i bytes", async (size) => {
    const plain = bytesOf(size);
    const source = await opened(await encryptedByLibrary(plain));
    expect(source.byteLength).toBe(size);
    expect(Buffer.compare(readUpTo(source, 0, size + 10), plain)).toBe(0);
    expect(source.damage).toBeUndefined();
    const from = Math.floor(size / 3);
    expect(Buffer.compare(readUpTo(source, from, piece + 5), plain.subarray(from, from + piece + 5))).toBe(0);
  });

  it.each(sizes)("are written as the library reads them, %i bytes", async (size) => {
    const plain = bytesOf(size);
    const header = await newAgeHeader({ recipients: [recipient] });
    const pieces: Uint8Array[] = [];
    const writer = new PayloadWriter(header.bytes, header.fileKey, (bytes) => pieces.push(bytes.slice()));
    for (let at = 0; at < size; at += 50_000) writer.write(plain.subarray(at, at + 50_000));
    writer.end();
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    expect(Buffer.compare(await decrypter.decrypt(Buffer.concat(pieces)), plain)).toBe(0);
  });

  it("are cut where they are not right any more, wherever the file ends", async () => {
    const plain = bytesOf(2 * piece + 100);
    const whole = await encryptedByLibrary(plain);
    const start = headerOf(sourceOf(whole)).bytes.length + 16;
    const fileKey = (await fileKeyOf(headerOf(sourceOf(whole)), { identities: [identity] }, ""))!;
    const ends = [
      0,
      1,
      16,
      17,
      piece + 15,
      piece + 16,
      piece + 17,
      2 * (piece + 16),
      whole.length - start - 1,
    ];
    for (const end of ends) {
      const source = decryptedSource(sourceOf(whole.subarray(0, start + end)), fileKey);
      const right = Math.floor(end / (piece + 16)) * piece;
      expect([end, source.byteLength, source.damage?.isCut]).toEqual([end, right, true]);
      expect(Buffer.compare(readUpTo(source, 0, right), plain.subarray(0, right))).toBe(0);
    }
  });

  it("are zeros in the pieces a bit was flipped in, and right in all others", async () => {
    const plain = bytesOf(4 * piece);
    const whole = await encryptedByLibrary(plain);
    const start = headerOf(sourceOf(whole)).bytes.length + 16;
    for (const flipped of [0, 2]) {
      const bytes = whole.slice();
      bytes[start + flipped * (piece + 16) + 777]! ^= 4;
      const source = await opened(bytes);
      const expected = plain.slice();
      expected.fill(0, flipped * piece, (flipped + 1) * piece);
      expect(Buffer.compare(readUpTo(source, 0, plain.length), expected)).toBe(0);
      expect(source.damage).toEqual({ pieces: 1, offset: flipped * piece, isCut: false });
    }
    const last = whole.slice();
    last[last.length - 1]! ^= 1;
    expect((await opened(last)).damage).toEqual({ pieces: 0, offset: 3 * piece, isCut: true });
  });

  it("cannot be put in another order", async () => {
    const whole = await encryptedByLibrary(bytesOf(3 * piece));
    const start = headerOf(sourceOf(whole)).bytes.length + 16;
    const step = piece + 16;
    const swapped = whole.slice();
    swapped.set(whole.subarray(start, start + step), start + step);
    swapped.set(whole.subarray(start + step, start + 2 * step), start);
    const source = await opened(swapped);
    readUpTo(source, 0, 3 * piece);
    expect(source.damage?.pieces).toBe(2);
  });

  it("are sealed alike with and without OpenSSL's ChaCha20-Poly1305", () => {
    const key = bytesOf(32);
    const nonce = bytesOf(12);
    for (const size of [0, 1, 1000]) {
      const plain = bytesOf(size);
      const sealed = sealingWith(key).seal(nonce, plain);
      expect(Buffer.compare(sealed, portableSealing(key).seal(nonce, plain))).toBe(0);
      expect(Buffer.compare(portableSealing(key).open(nonce, sealed)!, plain)).toBe(0);
      sealed[0]! ^= 1;
      expect([sealingWith(key).open(nonce, sealed), portableSealing(key).open(nonce, sealed)]).toEqual([
        undefined,
        undefined,
      ]);
      expect(sealingWith(key).open(nonce, sealed.subarray(0, 15))).toBeUndefined();
    }
  });
});

describe("an armored file", () => {
  const textOf = (text: string) => new BytesSource("a", Buffer.from(text));

  it("stands for its bytes, whatever their number and the line ends", () => {
    for (let size = 1; size < 300; size++) {
      const text = armor.encode(bytesOf(size));
      for (const each of [text, text.replaceAll("\n", "\r\n"), `${text}\n\n`, text.trimEnd()]) {
        const source = new ArmoredSource(textOf(each));
        expect(source.byteLength).toBe(size);
        expect(Buffer.compare(readUpTo(source, 0, size), bytesOf(size))).toBe(0);
        const from = size >> 1;
        expect(Buffer.compare(readUpTo(source, from, 60), bytesOf(size).subarray(from, from + 60))).toBe(0);
      }
    }
  });

  it("opens as the binary one does", async () => {
    const plain = bytesOf(2 * piece + 5);
    const source = await opened(Buffer.from(armor.encode(await encryptedByLibrary(plain))));
    expect(Buffer.compare(readUpTo(source, 0, plain.length), plain)).toBe(0);
    expect(source.damage).toBeUndefined();
  });

  it("is cut or has damaged pieces where its lines are no Base64", async () => {
    const plain = bytesOf(2 * piece + 5);
    const text = armor.encode(await encryptedByLibrary(plain));
    const cut = await opened(Buffer.from(text.slice(0, text.length / 2)));
    expect(cut.damage?.isCut).toBe(true);
    const middle = 66 * 400;
    const garbled = `${text.slice(0, middle)}????${text.slice(middle + 4)}`;
    const source = await opened(Buffer.from(garbled));
    readUpTo(source, 0, plain.length);
    expect(source.damage).toEqual({ pieces: 1, offset: 0, isCut: false });
  });
});
