import type { MemoryImage } from "../memoryImage";

const magic = [0x7f, 0x45, 0x4c, 0x46];

/** Whether the headers of an ELF file are at an address; undefined when the memory is absent. */
export function hasElfMagic(memory: MemoryImage, address: bigint): boolean | undefined {
  const bytes = memory.bytes(address, magic.length);
  return bytes.length < magic.length ? undefined : magic.every((byte, at) => bytes[at] === byte);
}
