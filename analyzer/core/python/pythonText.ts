import { hasFlag, type PythonMemory, typeFlag } from "./pythonMemory";

export interface PythonText {
  readonly text: string;
  /** Code points of all of it; `text` has fewer when it is cut. */
  readonly length: number;
}

const lengthOffset = 16;
const stateOffset = 32;

/** The letters of a string, at most `most`. Letters are kept with 1, 2 or 4 bytes each (PEP 393). */
export function readPythonText(python: PythonMemory, address: number, most: number): PythonText | undefined {
  const { memory, layout } = python;
  if (!hasFlag(python.typeOf(address), typeFlag.string)) return undefined;
  const length = python.word(address + lengthOffset);
  const state = memory.u32At(address + stateOffset);
  if (length === undefined || state === undefined) return undefined;
  const width = (state >>> 2) & 7;
  if (width !== 1 && width !== 2 && width !== 4) return undefined;
  const isCompact = (state & 0x20) !== 0;
  const isAscii = (state & 0x40) !== 0;
  const { asciiData, data } = layout.string;
  const start = isCompact ? address + (isAscii ? asciiData : data) : python.pointer(address + data);
  if (start === undefined) return undefined;
  const wanted = Math.min(length, most);
  const bytes = memory.bytes(BigInt(start), wanted * width);
  if (bytes.length < wanted * width) return undefined;
  return { text: textOfLetters(bytes, width), length };
}

/** The letters of what may be a string. */
export function letterTextAt(
  python: PythonMemory,
  address: number | undefined,
  most = 4096,
): string | undefined {
  return address === undefined ? undefined : readPythonText(python, address, most)?.text;
}

function textOfLetters(bytes: Uint8Array, width: 1 | 2 | 4): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = "";
  for (let at = 0; at < bytes.length; at += width) {
    const letter =
      width === 1 ? view.getUint8(at) : width === 2 ? view.getUint16(at, true) : view.getUint32(at, true);
    text += letter > 0x10_ffff ? "\ufffd" : String.fromCodePoint(letter);
  }
  return text;
}
