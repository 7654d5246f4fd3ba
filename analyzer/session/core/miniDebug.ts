import { XzReadableStream } from "xz-decompress";
import type { ProblemList } from "../../base/problems";
import type { ObjectFile } from "../../core/objectFile";

/** The largest there are, of kernels, have some MiB. */
const mostPackedBytes = 64 << 20;
const maximumBytes = 256 << 20;
/** Function symbols shrink to a third. */
const maximumRatio = 100;
const alwaysAllowed = 16 << 20;
/** What `xz -9` asks for. */
const largestDictionary = 64 << 20;
/** In the flags of a stream (xz format 1.1.0, section 2.1.1.2); tools for debug information write CRCs. */
const sha256Check = 10;

/**
 * The ELF file inside `.gnu_debugdata` (gdb manual, "MiniDebugInfo"): xz-packed, function symbols only.
 * @returns undefined when the file has none, or it is damaged, which is reported
 */
export async function unpackMiniDebug(
  file: ObjectFile,
  problems: ProblemList,
): Promise<Uint8Array | undefined> {
  const packed = file.hasSection(".symtab") ? undefined : file.rawSection(".gnu_debugdata", mostPackedBytes);
  if (packed === undefined) return undefined;
  try {
    return await unpackXz(packed);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    const message = `${file.source.name}: .gnu_debugdata does not unpack: ${reason}.`;
    problems.add({ code: "minidebug-damaged", message, losesData: false });
    return undefined;
  }
}

/** The library compares the checksums of headers, blocks and index. @throws Error in a few words */
export async function unpackXz(packed: Uint8Array): Promise<Uint8Array> {
  // The library fails on it in words of its own.
  if (packed.byteLength === 0) throw new Error("it is empty");
  if (dictionaryOf(packed) > largestDictionary)
    throw new Error(`its dictionary has more than ${largestDictionary} bytes`);
  if ((packed[7] ?? 0) % 16 === sha256Check) throw new Error("its checks are of SHA-256, which are not read");
  const most = Math.min(maximumBytes, Math.max(alwaysAllowed, packed.byteLength * maximumRatio));
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const reader = new XzReadableStream(new Blob([packed as never]).stream() as never).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes += value.byteLength;
      if (bytes > most) throw new Error(`it unpacks to more than ${most} bytes`);
      // The stream reuses its buffer.
      parts.push(value.slice());
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  const unpacked = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    unpacked.set(part, at);
    at += part.byteLength;
  }
  return unpacked;
}

/** Of the first block, from the properties of its LZMA2 filter (xz format 1.1.0, sections 3.1 and 5.3.1); 0 when it has none. */
function dictionaryOf(packed: Uint8Array): number {
  const streamHeader = 12;
  const flags = packed[streamHeader + 1] ?? 0;
  let at = streamHeader + 2;
  for (const bit of [0x40, 0x80]) {
    if ((flags & bit) === 0) continue;
    while ((packed[at++] ?? 0) >= 0x80);
  }
  for (let filter = 0; filter <= (flags & 3); filter++) {
    const id = packed[at] ?? 0;
    const size = packed[at + 1] ?? 0;
    const bits = packed[at + 2] ?? 0;
    if (id === 0x21) return (2 | (bits & 1)) * 2 ** ((bits >> 1) + 11);
    at += 2 + size;
  }
  return 0;
}
