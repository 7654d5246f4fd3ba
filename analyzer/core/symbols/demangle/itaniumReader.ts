/** The symbol is not in the grammar, or uses a part of it that is not read. Stays inside the reader of names. */
export class NotMangled extends Error {}

const deepestNesting = 200;

/** A position in a mangled name, and the parts of the grammar that are letters and numbers only. */
export class MangledReader {
  protected depth = 0;

  constructor(
    protected readonly symbol: string,
    protected at: number,
  ) {}

  protected atEnd(): boolean {
    return this.at >= this.symbol.length;
  }

  protected peek(expected: string): boolean {
    return this.symbol.startsWith(expected, this.at);
  }

  protected take(expected: string): boolean {
    if (!this.peek(expected)) return false;
    this.at += expected.length;
    return true;
  }

  protected expect(expected: string): void {
    if (!this.take(expected)) throw new NotMangled();
  }

  protected number(): string {
    const match = /^n?\d{1,18}/.exec(this.symbol.slice(this.at, this.at + 20));
    if (match === null) throw new NotMangled();
    this.at += match[0].length;
    return match[0].replace("n", "-");
  }

  protected base36(): number {
    const digits = /^[0-9A-Z]{1,7}/.exec(this.symbol.slice(this.at, this.at + 8));
    if (digits === null) throw new NotMangled();
    this.at += digits[0].length;
    return Number.parseInt(digits[0], 36);
  }

  protected source(): string {
    const length = Number(this.number());
    const name = this.symbol.slice(this.at, this.at + length);
    if (length === 0 || name.length < length) throw new NotMangled();
    this.at += length;
    return name;
  }

  /** `_` is 1, `0_` is 2, …. */
  protected unnamedNumber(): number {
    const number = this.peek("_") ? 1 : Number(this.number()) + 2;
    this.expect("_");
    return number;
  }

  protected nested<T>(parse: () => T): T {
    if (++this.depth > deepestNesting) throw new NotMangled();
    const result = parse();
    this.depth--;
    return result;
  }
}
