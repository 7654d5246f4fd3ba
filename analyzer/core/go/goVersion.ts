import type { MemoryImage, MemoryRange } from "../memoryImage";

const mark = "\xff Go buildinf:";
/** The mark stands at a multiple of this. */
const alignment = 16;
const searchedBytes = 1 << 20;
/** Since Go 1.18 the version follows the head, with its length before it. */
const headBytes = 32;
const latin1 = new TextDecoder("latin1");

/** The version of Go as the linker wrote it at the beginning of the data, e.g. `go1.26.8`. */
export function versionIn(ranges: readonly MemoryRange[], memory: MemoryImage): string | undefined {
  for (const { start } of ranges) {
    const bytes = memory.bytes(start, searchedBytes);
    const text = latin1.decode(bytes);
    for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) {
      if (at % alignment !== 0) continue;
      const length = bytes[at + headBytes] ?? 0;
      const version = text.slice(at + headBytes + 1, at + headBytes + 1 + length);
      if (minorOf(version) !== undefined) return version;
    }
  }
  return undefined;
}

/** The `26` of `go1.26.8` and of `devel go1.26-1234`. */
export function minorOf(version: string): number | undefined {
  const minor = /\bgo1\.(\d{1,4})/.exec(version)?.[1];
  return minor === undefined ? undefined : Number(minor);
}
