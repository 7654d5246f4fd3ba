import type { TextOffset } from "./ast";
import { queryFault } from "./faults";

const wordStart = /[A-Za-z_$]/;
const word = /[A-Za-z_$][A-Za-z0-9_$]*/y;
const space = /[ \t\r\n]+/y;

/** A place in the text of a query that only moves forward, so that reading takes time linear in the text. */
export class Cursor {
  /** Where the next thing begins. */
  at: TextOffset = 0;
  /** Where the last thing that was taken ended, before the space behind it. */
  end: TextOffset = 0;
  /** What was looked for here and not found: named when nothing fits. */
  private readonly missed = new Set<string>();

  constructor(readonly text: string) {
    this.skipSpace();
  }

  /** The word that stands here, in lower case; empty when there is none. */
  get word(): string {
    word.lastIndex = this.at;
    return word.exec(this.text)?.[0].toLowerCase() ?? "";
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  startsWith(part: string): boolean {
    return this.text.startsWith(part, this.at);
  }

  /** Takes a keyword, in any case. */
  takeWord(wanted: string): boolean {
    if (this.word === wanted) {
      this.moveBy(wanted.length);
      return true;
    }
    this.missed.add(wanted.toUpperCase());
    return false;
  }

  /** Takes a sign or several characters of signs. */
  takeSign(sign: string): boolean {
    if (this.startsWith(sign)) {
      this.moveBy(sign.length);
      return true;
    }
    this.missed.add(`"${sign}"`);
    return false;
  }

  /** Takes what a sticky expression matches here. */
  take(pattern: RegExp, what: string): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) {
      this.missed.add(what);
      return undefined;
    }
    this.moveBy(found[0].length);
    return found;
  }

  expectWord(wanted: string): void {
    if (!this.takeWord(wanted)) throw this.fault();
  }

  expectSign(sign: string): void {
    if (!this.takeSign(sign)) throw this.fault();
  }

  /** Nothing that could stand here does. */
  fault(what?: string): Error {
    if (what !== undefined) this.missed.add(what);
    const found = this.isAtEnd ? "the query ends" : `found "${this.shown()}"`;
    const expected = [...this.missed].slice(-6).join(" or ");
    return queryFault(`${found} where ${expected} is expected`, this.at);
  }

  /** Forgets what was looked for as a part of `what`. */
  expects(what: string): void {
    this.missed.clear();
    this.missed.add(what);
  }

  private shown(): string {
    const part = this.text.slice(this.at, this.at + 20);
    return part.split(/\s/, 1)[0]!;
  }

  private moveBy(length: number): void {
    this.at += length;
    this.end = this.at;
    this.missed.clear();
    this.skipSpace();
  }

  /** Space and comments. One that is not closed is left for the parser to stumble over. */
  private skipSpace(): void {
    for (;;) {
      space.lastIndex = this.at;
      const blank = space.exec(this.text);
      if (blank !== null) this.at += blank[0].length;
      else if (this.startsWith("/*")) {
        const close = this.text.indexOf("*/", this.at + 2);
        if (close < 0) return;
        this.at = close + 2;
      } else if (this.startsWith("//")) {
        const close = this.text.indexOf("\n", this.at);
        this.at = close < 0 ? this.text.length : close + 1;
      } else return;
    }
  }
}

/** Whether a name goes on behind a number: `10abc` is neither. */
export function isWordStart(character: string | undefined): boolean {
  return character !== undefined && wordStart.test(character);
}
