import { XzReadableStream } from "xz-decompress";
import type { ProblemList } from "../../base/problems";
import type { ObjectFile } from "../../core/objectFile";

const maximumBytes = 256 << 20;

/**
 * The ELF file inside `.gnu_debugdata` (gdb manual, "MiniDebugInfo"): xz-packed, function symbols only.
 * @returns undefined when the file has none, or it is damaged, which is reported
 */
export async function unpackMiniDebug(
  file: ObjectFile,
  problems: ProblemList,
): Promise<Uint8Array | undefined> {
  const packed = file.hasSection(".symtab") ? undefined : file.rawSection(".gnu_debugdata");
  if (packed === undefined) return undefined;
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    const reader = new XzReadableStream(new Blob([packed as never]).stream() as never).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes += value.byteLength;
      if (bytes > maximumBytes) throw new Error(`it unpacks to more than ${maximumBytes} bytes`);
      // The stream reuses its buffer.
      parts.push(value.slice());
    }
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    const message = `${file.source.name}: .gnu_debugdata does not unpack: ${reason}.`;
    problems.add({ code: "minidebug-damaged", message, losesData: false });
    return undefined;
  }
  const unpacked = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    unpacked.set(part, at);
    at += part.byteLength;
  }
  return unpacked;
}
