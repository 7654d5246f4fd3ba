import type { ByteSource } from "../../base/byteSource";
import { ExhumeError } from "../../base/errors";

const wholeWindow = 1 << 20;

const quote = 0x22;
const backslash = 0x5c;
const space = 0x20;
const zero = 0x30;

/** Nesting of values that are passed over. */
const deepest = 1000;

/**
 * Walks over JSON in a source of any size, byte by byte, keeping one part of it in memory. Every fault names the
 * offset at which it was met.
 */
export class JsonCursor {
  private readonly window: Uint8Array;
  private windowStart = 0;
  private filled = 0;
  private at = 0;

  /** @param windowBytes kept in memory: little for those who jump about */
  constructor(
    private readonly source: ByteSource,
    windowBytes = wholeWindow,
  ) {
    this.window = new Uint8Array(windowBytes);
  }

  /** Offset of the next byte. */
  get offset(): number {
    return this.windowStart + this.at;
  }

  moveTo(offset: number): void {
    if (offset >= this.windowStart && offset <= this.windowStart + this.filled) {
      this.at = offset - this.windowStart;
      return;
    }
    this.windowStart = offset;
    this.at = 0;
    this.filled = 0;
  }

  /** The next byte that is not white space, not yet taken; -1 at the end. */
  peek(): number {
    for (;;) {
      const byte = this.peekByte();
      if (byte > space || byte < 0) return byte;
      this.at++;
    }
  }

  /** @throws ExhumeError `damaged` when something else comes. */
  take(sign: string): void {
    if (this.peek() !== sign.charCodeAt(0)) this.fail(`'${sign}' was expected`);
    this.at++;
  }

  /** Takes the sign when it comes next. */
  takes(sign: string): boolean {
    if (this.peek() !== sign.charCodeAt(0)) return false;
    this.at++;
    return true;
  }

  /** A whole number from 0 to 2^53. @throws ExhumeError `damaged` */
  takeWhole(): number {
    let byte = this.peek();
    if (byte < zero || byte > zero + 9) this.fail("a whole number was expected");
    let value = 0;
    for (; byte >= zero && byte <= zero + 9; byte = this.peekByte()) {
      value = value * 10 + (byte - zero);
      this.at++;
    }
    if (value > Number.MAX_SAFE_INTEGER) this.fail("a number is too big");
    return value;
  }

  /**
   * Passes over a string.
   * @throws ExhumeError `damaged` when it does not end
   */
  skipString(): void {
    this.take('"');
    for (;;) {
      const byte = this.peekByte();
      if (byte < 0) this.fail("a string does not end");
      this.at++;
      if (byte === quote) return;
      if (byte === backslash) this.at++;
    }
  }

  /** A string of at most `maximum` bytes as text; what is longer is cut. Lone surrogates become replacement signs. */
  takeString(maximum: number): string {
    const start = this.offset;
    this.skipString();
    const end = this.offset;
    const bytes = this.bytes(start, Math.min(end, start + maximum));
    return textOf(bytes);
  }

  /** Passes over a value of any kind. @throws ExhumeError `damaged` when it does not end or is nested absurdly */
  skipValue(): void {
    let depth = 0;
    do {
      const byte = this.peek();
      if (byte < 0) this.fail("a value does not end");
      if (byte === quote) this.skipString();
      else {
        if (byte === 0x7b || byte === 0x5b) depth++;
        if (byte === 0x7d || byte === 0x5d) depth--;
        if (depth > deepest) this.fail("values are nested too deeply");
        this.at++;
        if (depth === 0 && byte !== 0x7d && byte !== 0x5d) this.skipScalar();
      }
    } while (depth > 0);
  }

  /** @throws ExhumeError `damaged` here, or at another offset. */
  fail(what: string, offset = this.offset): never {
    throw new ExhumeError({ code: "damaged", file: this.source.name, what, offset });
  }

  bytes(start: number, end: number): Uint8Array {
    const bytes = new Uint8Array(end - start);
    return bytes.subarray(0, this.source.read(start, bytes));
  }

  /** The rest of a number or of `true`, `false`, `null`. */
  private skipScalar(): void {
    for (;;) {
      const byte = this.peekByte();
      if (byte <= space || byte === 0x2c || byte === 0x5d || byte === 0x7d) return;
      this.at++;
    }
  }

  /** The next byte, not yet taken; -1 at the end. */
  private peekByte(): number {
    if (this.at >= this.filled) {
      this.windowStart += this.at;
      this.at = 0;
      this.filled = this.source.read(this.windowStart, this.window);
      if (this.filled === 0) return -1;
    }
    return this.window[this.at]!;
  }
}

/** Text of a JSON string whose bytes begin with the quote, whole or cut. */
function textOf(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  try {
    return String(JSON.parse(text));
  } catch {
    // Cut, or with signs JSON does not allow: what can be read of it.
    return text
      .slice(1)
      .replace(/\\u([0-9a-f]{4})|\\(.?)|"$/gi, (_, code: string | undefined, sign: string | undefined) =>
        code === undefined ? (sign ?? "") : String.fromCharCode(Number.parseInt(code, 16)),
      );
  }
}
