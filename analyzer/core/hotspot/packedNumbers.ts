import type { VmStructs } from "./vmStructs";

/** Digits of a number at most; five of six bits hold 32 bits. */
const mostDigits = 5;

/** How this JVM packs numbers. */
export interface PackedForm {
  /** The smallest byte that says that another one follows. */
  readonly first: number;
  /** What is added to each byte, so that none is zero. */
  readonly excess: number;
}

/** Without an excess to JDK 19; later bytes are 1 to 255. The stream of fields came with the change. */
export function packedFormOf(structs: VmStructs): PackedForm {
  const isLater = structs.offset(["InstanceKlass", "_fieldinfo_stream"]) !== undefined;
  return isLater ? { first: 191, excess: 1 } : { first: 192, excess: 0 };
}

/** UNSIGNED5 as HotSpot packs it: digits of base 64, lowest first; those below a limit end a number. */
export class PackedNumbers {
  constructor(
    private readonly byteAt: (at: number) => number,
    private readonly end: number,
    private readonly form: PackedForm,
    private at = 0,
  ) {}

  get position(): number {
    return this.at;
  }

  get atEnd(): boolean {
    return this.at >= this.end;
  }

  next(): number {
    const { first, excess } = this.form;
    let value = 0;
    for (let digit = 0; digit < mostDigits && !this.atEnd; digit++) {
      const part = this.byteAt(this.at++) - excess;
      value += part * 64 ** digit;
      if (part < first) break;
    }
    // Negative numbers wrap around; a byte that is not in the core counts as damage and gives no number.
    return value < 0 ? 0 : value % 2 ** 32;
  }

  /** A byte as it is, which flags are written as. */
  nextByte(): number {
    return this.byteAt(this.at++);
  }

  /** A number whose lowest bit is its sign. */
  nextSigned(): number {
    const value = this.next();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
