const longestName = 4096;
const utf8 = new TextDecoder();

/** The NUL-terminated text at an offset; empty outside the bytes. */
export function linkedNameAt(bytes: Uint8Array, offset: number): string {
  if (!(offset >= 0 && offset < bytes.byteLength)) return "";
  const part = bytes.subarray(offset, offset + longestName);
  const end = part.indexOf(0);
  return utf8.decode(end < 0 ? part : part.subarray(0, end));
}
