import type { ByteSource } from "../../base/byteSource";

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 (IEEE 802.3, reflected) of a whole source, as `.gnu_debuglink` uses it. */
export function crc32Of(source: ByteSource): number {
  const chunk = new Uint8Array(1 << 20);
  let crc = 0xffff_ffff;
  for (let position = 0; position < source.byteLength; ) {
    const got = source.read(position, chunk);
    if (got <= 0) break;
    for (let i = 0; i < got; i++) crc = table[(crc ^ chunk[i]!) & 0xff]! ^ (crc >>> 8);
    position += got;
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}
