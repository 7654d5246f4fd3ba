import { type ByteSource, readUpTo } from "../../base/byteSource";
import { armorBegin, armorEnd } from "./ageForm";

/** Every line but the last, as the format has it. */
const charsOfLine = 64;
const bytesOfLine = 48;
/** More blank space than any editor leaves at the end. */
const longestTail = 4096;
const linesAtOnce = 16_384;

/**
 * The bytes an armored file stands for, by position: its lines are equally long. Lines that are not Base64 read as zeros,
 * which what is inside, being authenticated, shows.
 */
export class ArmoredSource implements ByteSource {
  readonly name: string;
  readonly byteLength: number;
  private readonly start: number;
  private readonly lineStep: number;
  private readonly end: number;

  constructor(private readonly file: ByteSource) {
    this.name = file.name;
    const head = readUpTo(file, armorBegin.length, 2);
    const endOfLine = head[0] === 0x0d && head[1] === 0x0a ? 2 : 1;
    this.start = Math.min(armorBegin.length + endOfLine, file.byteLength);
    this.lineStep = charsOfLine + endOfLine;
    this.end = Math.max(this.start, endOfLines(file));
    const lines = Math.floor((this.end - this.start) / this.lineStep);
    const lastLine = readUpTo(file, this.start + lines * this.lineStep, charsOfLine);
    const rest = Math.min(lastLine.length, this.end - this.start - lines * this.lineStep);
    this.byteLength = lines * bytesOfLine + decoded(lastLine.subarray(0, rest)).length;
  }

  read(position: number, into: Uint8Array): number {
    const wanted = Math.max(0, Math.min(into.length, this.byteLength - position));
    for (let done = 0; done < wanted; ) {
      const at = position + done;
      const line = Math.floor(at / bytesOfLine);
      const lastLine = Math.floor((position + wanted - 1) / bytesOfLine);
      const bytes = this.lines(line, Math.min(linesAtOnce, lastLine - line + 1));
      const part = bytes.subarray(at - line * bytesOfLine, at - line * bytesOfLine + wanted - done);
      if (part.length === 0) break;
      into.set(part, done);
      done += part.length;
    }
    return wanted;
  }

  private lines(first: number, count: number): Uint8Array {
    const from = this.start + first * this.lineStep;
    const text = readUpTo(this.file, from, Math.min(count * this.lineStep, this.end - from));
    const bytes = new Uint8Array(count * bytesOfLine);
    for (let line = 0; line * this.lineStep < text.length; line++) {
      const at = line * this.lineStep;
      bytes.set(decoded(text.subarray(at, at + charsOfLine)).subarray(0, bytesOfLine), line * bytesOfLine);
    }
    return bytes;
  }
}

function decoded(line: Uint8Array): Uint8Array {
  return Buffer.from(Buffer.from(line.buffer, line.byteOffset, line.length).toString("latin1"), "base64");
}

/** Where the last line ends: before the closing line, or at the end of a file that was cut. */
function endOfLines(file: ByteSource): number {
  const from = Math.max(0, file.byteLength - longestTail - armorEnd.length);
  const tail = Buffer.from(readUpTo(file, from, longestTail + armorEnd.length)).toString("latin1");
  const closing = tail.lastIndexOf(armorEnd);
  const text = tail.slice(0, closing < 0 ? undefined : closing);
  return from + text.trimEnd().length;
}
