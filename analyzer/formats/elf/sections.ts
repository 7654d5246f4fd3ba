import { decompress as decompressZstd } from "fzstd";
import { ExhumeError } from "../../base/errors";
import { compression, sectionFlag } from "./constants";
import { type ElfFile, rawSection, sectionNamed } from "./elfFile";
import { type ElfSection, viewOf } from "./elfTables";

/** Inflates a zlib stream (RFC 1950) to exactly `bytes` bytes; pure rooms have no zlib of their own. */
export type Inflate = (compressed: Uint8Array, bytes: number) => Uint8Array;

/** What one section may be unpacked to; Chromium's largest debug section is under 4 GiB, ours must fit in memory. */
const maximumSectionBytes = 2 ** 31 - 1;
/** deflate cannot do better than 1032:1; zstd can, but no compiler's output does. */
const maximumRatio = 2000;

/**
 * Contents of a section by name, unpacked: `SHF_COMPRESSED` with zlib or zstd (gABI "Section Compression"), or the
 * older GNU `.zdebug_*` with its `ZLIB` header.
 * @returns undefined when the file has no such section
 * @throws ExhumeError `damaged` when the packed data says absurd sizes or does not unpack
 */
export function sectionContents(elf: ElfFile, name: string, inflate: Inflate): Uint8Array | undefined {
  const section = sectionNamed(elf, name);
  if (section !== undefined) return contentsOf(elf, section, inflate);
  if (!name.startsWith(".debug_")) return undefined;
  const old = sectionNamed(elf, `.z${name.slice(1)}`);
  return old === undefined ? undefined : oldContentsOf(elf, old, inflate);
}

function contentsOf(elf: ElfFile, section: ElfSection, inflate: Inflate): Uint8Array {
  const raw = rawSection(elf, section);
  if ((section.flags & sectionFlag.compressed) === 0) return raw;
  const headerBytes = elf.header.bits === 64 ? 24 : 12;
  if (raw.length < headerBytes) throw damaged(elf, section, "it ends inside its compression header");
  const view = viewOf(raw);
  const type = view.getUint32(0, true);
  const bytes = elf.header.bits === 64 ? Number(view.getBigUint64(8, true)) : view.getUint32(4, true);
  const packed = raw.subarray(headerBytes);
  checkSize(elf, section, packed.length, bytes);
  if (type === compression.zlib) return unpacked(elf, section, bytes, () => inflate(packed, bytes));
  if (type === compression.zstd) {
    return unpacked(elf, section, bytes, () => decompressZstd(packed, new Uint8Array(bytes)));
  }
  throw damaged(elf, section, `it is packed in an unknown way (${type})`);
}

function oldContentsOf(elf: ElfFile, section: ElfSection, inflate: Inflate): Uint8Array {
  const raw = rawSection(elf, section);
  if (raw.length < 12 || String.fromCharCode(...raw.subarray(0, 4)) !== "ZLIB") return raw;
  const bytes = Number(viewOf(raw).getBigUint64(4, false));
  checkSize(elf, section, raw.length, bytes);
  return unpacked(elf, section, bytes, () => inflate(raw.subarray(12), bytes));
}

function unpacked(elf: ElfFile, section: ElfSection, bytes: number, unpack: () => Uint8Array): Uint8Array {
  let result: Uint8Array;
  try {
    result = unpack();
  } catch (thrown) {
    throw damaged(elf, section, `it does not unpack: ${thrown instanceof Error ? thrown.message : thrown}`);
  }
  if (result.length === bytes) return result;
  throw damaged(elf, section, `it unpacks to ${result.length} bytes instead of ${bytes}`);
}

function checkSize(elf: ElfFile, section: ElfSection, packedBytes: number, bytes: number): void {
  if (bytes <= maximumSectionBytes && bytes <= (packedBytes + 64) * maximumRatio) return;
  throw damaged(elf, section, `${packedBytes} packed bytes say they unpack to ${bytes}`);
}

function damaged(elf: ElfFile, section: ElfSection, what: string): ExhumeError {
  return new ExhumeError({
    code: "damaged",
    file: elf.source.name,
    offset: section.offset,
    what: `section ${section.name}: ${what}`,
  });
}
