import { dictionary } from "../../../base/dictionary";

/** Basic types of the v0 scheme (RFC 2603, "Symbol grammar summary"). */
const basicTypes: Readonly<Record<string, string>> = dictionary({
  a: "i8",
  b: "bool",
  c: "char",
  d: "f64",
  e: "str",
  f: "f32",
  h: "u8",
  i: "isize",
  j: "usize",
  l: "i32",
  m: "u32",
  n: "i128",
  o: "u128",
  p: "_",
  s: "i16",
  t: "u16",
  u: "()",
  v: "...",
  x: "i64",
  y: "u64",
  z: "!",
});

const deepestNesting = 200;
const longestName = 1 << 16;
const longestSymbol = 1 << 15;

class NotMangled extends Error {}

/** Reads a `_R…` symbol (RFC 2603) as `rustc-demangle` prints it without hashes; undefined when it is none. */
export function demangleRustV0(symbol: string): string | undefined {
  const body = /^_R([A-Z][0-9A-Za-z_]*)/.exec(symbol)?.[1];
  if (body === undefined || symbol.length > longestSymbol) return undefined;
  try {
    return new Parser(body).path(true);
  } catch (thrown) {
    if (thrown instanceof NotMangled) return undefined;
    throw thrown;
  }
}

/** Prints while it reads; back references read an earlier place again, bounded by depth and total length. */
class Parser {
  private at = 0;
  private depth = 0;
  private written = 0;
  private boundLifetimes = 0;

  constructor(private readonly body: string) {}

  /** @param inValue generic arguments are written `::<…>` in values and `<…>` in types */
  path(inValue: boolean): string {
    return this.nested(() => {
      const tag = this.next();
      switch (tag) {
        case "C": {
          this.disambiguator();
          return this.identifier();
        }
        case "N": {
          const space = this.next();
          const parent = this.path(inValue);
          const number = this.disambiguator();
          const name = this.identifier();
          if (space >= "a" && space <= "z") return name === "" ? parent : `${parent}::${name}`;
          const kind = space === "C" ? "closure" : space === "S" ? "shim" : space;
          return `${parent}::{${kind}${name === "" ? "" : `:${name}`}#${number}}`;
        }
        case "M":
          this.implPath();
          return `<${this.type()}>`;
        case "X":
          this.implPath();
          return `<${this.type()} as ${this.path(false)}>`;
        case "Y":
          return `<${this.type()} as ${this.path(false)}>`;
        case "I": {
          const name = this.path(inValue);
          const args: string[] = [];
          while (!this.take("E")) args.push(this.genericArg());
          return `${name}${inValue ? "::" : ""}<${args.join(", ")}>`;
        }
        case "B":
          return this.backReference(() => this.path(inValue));
        default:
          throw new NotMangled();
      }
    });
  }

  private implPath(): void {
    this.disambiguator();
    this.path(false);
  }

  private genericArg(): string {
    if (this.take("L")) return this.lifetime(this.base62());
    if (this.take("K")) return this.constant();
    return this.type();
  }

  private type(): string {
    return this.nested(() => {
      const tag = this.next();
      const basic = basicTypes[tag];
      if (basic !== undefined) return basic;
      switch (tag) {
        case "A": {
          const element = this.type();
          return `[${element}; ${this.constant()}]`;
        }
        case "S":
          return `[${this.type()}]`;
        case "T": {
          const items: string[] = [];
          while (!this.take("E")) items.push(this.type());
          return items.length === 1 ? `(${items[0]},)` : `(${items.join(", ")})`;
        }
        case "R":
        case "Q": {
          const lifetime = this.take("L") ? this.base62() : 0;
          const name = lifetime === 0 ? "" : `${this.lifetime(lifetime)} `;
          return `&${name}${tag === "Q" ? "mut " : ""}${this.type()}`;
        }
        case "P":
          return `*const ${this.type()}`;
        case "O":
          return `*mut ${this.type()}`;
        case "F":
          return this.functionType();
        case "D":
          return this.dynType();
        case "B":
          return this.backReference(() => this.type());
        default:
          this.at--;
          return this.path(false);
      }
    });
  }

  private functionType(): string {
    return this.withBinder((binder) => {
      const unsafe = this.take("U") ? "unsafe " : "";
      let abi = "";
      if (this.take("K")) abi = `extern "${this.take("C") ? "C" : this.identifier().replaceAll("_", "-")}" `;
      const params: string[] = [];
      while (!this.take("E")) params.push(this.type());
      const returns = this.take("u") ? "" : ` -> ${this.type()}`;
      return `${binder}${unsafe}${abi}fn(${params.join(", ")})${returns}`;
    });
  }

  private dynType(): string {
    const bounds = this.withBinder((binder) => {
      const traits: string[] = [];
      while (!this.take("E")) traits.push(this.dynTrait());
      return binder + traits.join(" + ");
    });
    if (!this.take("L")) throw new NotMangled();
    const lifetime = this.base62();
    return `dyn ${bounds}${lifetime === 0 ? "" : ` + ${this.lifetime(lifetime)}`}`;
  }

  private dynTrait(): string {
    let path = this.path(false);
    while (this.take("p")) {
      const binding = `${this.identifier()} = ${this.type()}`;
      path = path.endsWith(">") ? `${path.slice(0, -1)}, ${binding}>` : `${path}<${binding}>`;
    }
    return path;
  }

  private withBinder<T>(read: (binder: string) => T): T {
    const count = this.take("G") ? this.base62() + 1 : 0;
    if (count > 1000) throw new NotMangled();
    this.boundLifetimes += count;
    const names = Array.from({ length: count }, (_, index) => this.lifetime(count - index));
    const result = read(count === 0 ? "" : `for<${names.join(", ")}> `);
    this.boundLifetimes -= count;
    return result;
  }

  private lifetime(index: number): string {
    if (index === 0) return "'_";
    const position = this.boundLifetimes - index;
    if (position < 0) throw new NotMangled();
    return position < 26 ? `'${String.fromCharCode(97 + position)}` : `'_${position}`;
  }

  private constant(): string {
    return this.nested(() => {
      if (this.take("B")) return this.backReference(() => this.constant());
      const type = this.next();
      if (type === "p") return "_";
      if (!/[ahsltmxynoijbc]/.test(type)) throw new NotMangled();
      const negative = this.take("n");
      const digits = /^[0-9a-f]*_/.exec(this.body.slice(this.at))?.[0];
      if (digits === undefined) throw new NotMangled();
      this.at += digits.length;
      const value = BigInt(`0x0${digits.slice(0, -1)}`);
      if (type === "b") return value === 0n ? "false" : "true";
      if (type === "c" && value <= 0x10ffffn) return `'${String.fromCodePoint(Number(value))}'`;
      return `${negative ? "-" : ""}${value}`;
    });
  }

  private backReference(read: () => string): string {
    const from = this.at - 1;
    const target = this.base62();
    if (target >= from) throw new NotMangled();
    const saved = this.at;
    this.at = target;
    const text = read();
    this.at = saved;
    return text;
  }

  private identifier(): string {
    const isPunycode = this.take("u");
    const digits = /^(0|[1-9]\d{0,5})/.exec(this.body.slice(this.at, this.at + 6))?.[0];
    if (digits === undefined) throw new NotMangled();
    this.at += digits.length;
    this.take("_");
    const length = Number(digits);
    const name = this.body.slice(this.at, this.at + length);
    if (name.length < length) throw new NotMangled();
    this.at += length;
    return isPunycode ? decodePunycode(name) : name;
  }

  private disambiguator(): number {
    return this.take("s") ? this.base62() + 1 : 0;
  }

  /** `_` is 0, `0_` is 1, …. */
  private base62(): number {
    if (this.take("_")) return 0;
    let value = 0;
    for (let count = 0; count < 14; count++) {
      const letter = this.next();
      if (letter === "_") return value + 1;
      const digit = /\d/.test(letter)
        ? Number(letter)
        : letter >= "a"
          ? letter.charCodeAt(0) - 97 + 10
          : letter.charCodeAt(0) - 65 + 36;
      value = value * 62 + digit;
    }
    throw new NotMangled();
  }

  private nested(read: () => string): string {
    if (++this.depth > deepestNesting) throw new NotMangled();
    const text = read();
    this.depth--;
    this.written += text.length;
    if (this.written > longestName * 4) throw new NotMangled();
    return text;
  }

  private next(): string {
    const letter = this.body[this.at++];
    if (letter === undefined) throw new NotMangled();
    return letter;
  }

  private take(letter: string): boolean {
    if (this.body[this.at] !== letter) return false;
    this.at++;
    return true;
  }
}

/** RFC 3492 with the parameters of IDNA; `_` stands for the `-` before the encoded part. */
function decodePunycode(text: string): string {
  const split = text.lastIndexOf("_");
  const output = [...text.slice(0, Math.max(0, split))];
  let code = 128;
  let bias = 72;
  let index = 0;
  let at = split + 1;
  while (at < text.length) {
    const before = index;
    for (let weight = 1, k = 36; ; k += 36) {
      const letter = text[at++];
      if (letter === undefined) throw new NotMangled();
      const digit = /\d/.test(letter) ? Number(letter) + 26 : letter.toLowerCase().charCodeAt(0) - 97;
      index += digit * weight;
      const threshold = Math.min(26, Math.max(1, k - bias));
      if (digit < threshold) break;
      weight *= 36 - threshold;
    }
    const length = output.length + 1;
    let delta = Math.floor((index - before) / (before === 0 ? 700 : 2));
    delta += Math.floor(delta / length);
    let k = 0;
    for (; delta > 455; k += 36) delta = Math.floor(delta / 35);
    bias = k + Math.floor((36 * delta) / (delta + 38));
    code += Math.floor(index / length);
    index %= length;
    if (code > 0x10ffff) throw new NotMangled();
    output.splice(index++, 0, String.fromCodePoint(code));
  }
  return output.join("");
}
