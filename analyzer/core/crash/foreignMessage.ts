import type { MemoryImage } from "../memoryImage";

/** What a headline can hold; longer messages are cut. */
const longestMessage = 400;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Text a program left in its memory, as one line; undefined when it is not text. It is foreign: whoever shows it
 * escapes it for its medium.
 */
export function messageAt(memory: MemoryImage, address: bigint, most = longestMessage): string | undefined {
  const bytes = memory.bytes(address, most + 1);
  const end = bytes.indexOf(0);
  return end < 0 && bytes.length <= most ? undefined : messageIn(bytes, end < 0 ? most : end, end < 0);
}

/** The same for text whose length is known. */
export function messageOf(memory: MemoryImage, address: bigint, length: number): string | undefined {
  if (!(length > 0 && length <= 1 << 20)) return undefined;
  const wanted = Math.min(length, longestMessage);
  const bytes = memory.bytes(address, wanted);
  return bytes.length < wanted ? undefined : messageIn(bytes, wanted, wanted < length);
}

function messageIn(bytes: Uint8Array, end: number, isCut: boolean): string | undefined {
  // A cut may go through a letter of several bytes.
  for (let shorter = 0; shorter < (isCut ? 4 : 1) && shorter < end; shorter++) {
    try {
      const text = utf8
        .decode(bytes.subarray(0, end - shorter))
        .trim()
        .replace(/\s+/g, " ");
      if (text === "" || !isText(text)) return undefined;
      return isCut ? `${text}…` : text;
    } catch {
      // Not UTF-8 up to here.
    }
  }
  return undefined;
}

/** What people wrote has no control characters. */
function isText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return !/[\u0000-\u0008\u000e-\u001a\u001c-\u001f\u007f]/.test(text);
}
