import { faultOf } from "../../base/errors";
import type { ProblemList } from "../../base/problems";
import type { ObjectFile } from "../../core/objectFile";

/** The largest there are, of kernels, have some MiB. */
const mostPackedBytes = 64 << 20;
const maximumBytes = 256 << 20;
/** Function symbols shrink to a third. */
const maximumRatio = 100;
const alwaysAllowed = 16 << 20;

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
    return await unpackXz(packed, file.source.name);
  } catch (thrown) {
    const fault = faultOf(thrown);
    const reason = fault.code === "unsupported" ? fault.what : (thrown as Error).message;
    const message = `${file.source.name}: .gnu_debugdata does not unpack: ${reason}.`;
    problems.add({ code: "minidebug-damaged", message, losesData: false });
    return undefined;
  }
}

/** @throws Error in a few words */
async function unpackXz(packed: Uint8Array, name: string): Promise<Uint8Array> {
  const { XzUnpacker } = await import("../files/lzma/xz");
  const most = Math.min(maximumBytes, Math.max(alwaysAllowed, packed.byteLength * maximumRatio));
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const unpacker = new XzUnpacker({ name }, (part) => {
    bytes += part.byteLength;
    if (bytes > most) throw new Error(`it unpacks to more than ${most} bytes`);
    parts.push(part.slice());
  });
  unpacker.push(packed);
  unpacker.end();
  return Buffer.concat(parts);
}
