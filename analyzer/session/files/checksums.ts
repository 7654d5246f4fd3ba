import { createHash } from "node:crypto";

/** The checksum of bytes that come piece by piece. */
export interface Checksum {
  update(bytes: Uint8Array): void;
  /** As it is stored, the first byte first. */
  digest(): Uint8Array;
}

const crc32Table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  return crc;
});

/** CRC-32 of ISO 3309, as gzip, zip and xz have it. @param before of the bytes that came before */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  for (let at = 0; at < bytes.length; at++) crc = (crc >>> 8) ^ crc32Table[(crc ^ bytes[at]!) & 0xff]!;
  return ~crc >>> 0;
}

export class Crc32 implements Checksum {
  private crc = 0;

  update(bytes: Uint8Array): void {
    this.crc = crc32(bytes, this.crc);
  }

  digest(): Uint8Array {
    return littleEndian(this.crc);
  }
}

/** By byte, the upper and the lower halves of the CRC-64 of ECMA-182, bits reversed. */
const crc64Tables = (() => {
  const upper = new Uint32Array(256);
  const lower = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1n) ^ ((crc & 1n) === 1n ? 0xc96c5795d7870f42n : 0n);
    upper[byte] = Number(crc >> 32n);
    lower[byte] = Number(crc & 0xffffffffn);
  }
  return { upper, lower };
})();

/** CRC-64 of ECMA-182, as xz has it. */
export class Crc64 implements Checksum {
  private high = -1;
  private low = -1;

  update(bytes: Uint8Array): void {
    const { upper, lower } = crc64Tables;
    let { high, low } = this;
    for (let at = 0; at < bytes.length; at++) {
      const index = (low ^ bytes[at]!) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ lower[index]!;
      high = (high >>> 8) ^ upper[index]!;
    }
    this.high = high;
    this.low = low;
  }

  digest(): Uint8Array {
    return Uint8Array.from([...littleEndian(~this.low), ...littleEndian(~this.high)]);
  }
}

export class Sha256 implements Checksum {
  private readonly hash = createHash("sha256");

  update(bytes: Uint8Array): void {
    this.hash.update(bytes);
  }

  digest(): Uint8Array {
    return this.hash.digest();
  }
}

function littleEndian(word: number): Uint8Array {
  return Uint8Array.of(word, word >>> 8, word >>> 16, word >>> 24);
}

export function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
