import type { MemoryImage } from "../memoryImage";
import type { V8Constants } from "./v8Constants";

/** Parts of parts of a string that are followed. */
const deepestString = 64;
const mostLetters = 1 << 23;
/** Arguments of one call. */
const lettersOfPiece = 4096;
/** `StringRepresentationTag` */
const representation = { sequential: 0, cons: 1, external: 2, sliced: 3, thin: 5 } as const;

/**
 * Objects of V8 without pointer compression, as Node has it. References have their lowest bit set; what is not there reads
 * as undefined.
 */
export class V8Heap {
  constructor(
    private readonly memory: MemoryImage,
    readonly constants: V8Constants,
  ) {}

  word(address: number): number | undefined {
    const value = this.memory.u64At(address);
    return value === undefined || value > Number.MAX_SAFE_INTEGER ? undefined : value;
  }

  /** A field of an object, by its reference. */
  field(object: number, offset: number): number | undefined {
    return this.word(object - 1 + offset);
  }

  /** A small integer; undefined for references. */
  integer(value: bigint | undefined): number | undefined {
    return value === undefined || (value & 1n) === 1n
      ? undefined
      : Number(BigInt.asIntN(64, value) >> BigInt(this.constants.smiShift + 1));
  }

  integerAt(address: number): number | undefined {
    return this.integer(this.memory.u64(BigInt(address)));
  }

  integerField(object: number, offset: number): number | undefined {
    return this.integerAt(object - 1 + offset);
  }

  /** `instance_type` of an object's map. */
  typeOf(object: number | undefined): number | undefined {
    if (object === undefined || object % 4 !== 1) return undefined;
    const map = this.field(object, 0);
    return map === undefined || map % 4 !== 1
      ? undefined
      : this.memory.u16(BigInt(map - 1 + this.constants.instanceType));
  }

  isString(object: number | undefined): boolean {
    const type = this.typeOf(object);
    return type !== undefined && type < this.constants.firstNonString;
  }

  bytesAt(address: number, count: number): Uint8Array {
    return this.memory.bytes(BigInt(address), count);
  }

  /** The letters of a string, at most `most`; undefined when any of them is not in the core. */
  text(object: number | undefined, most = mostLetters): string | undefined {
    return this.textWithin(object, 0, most, 0);
  }

  private textWithin(
    object: number | undefined,
    start: number,
    most: number,
    depth: number,
  ): string | undefined {
    const type = this.typeOf(object);
    const { constants } = this;
    if (
      object === undefined ||
      type === undefined ||
      type >= constants.firstNonString ||
      depth > deepestString
    )
      return undefined;
    const length = this.memory.u32(BigInt(object - 1 + constants.stringLength));
    if (length === undefined || start > length) return undefined;
    const wanted = Math.min(length - start, most);
    const isOneByte = (type & constants.encodingMask) !== 0;
    switch (type & constants.representationMask) {
      case representation.sequential:
        return this.letters(object - 1 + constants.stringLetters, isOneByte, start, wanted);
      case representation.external: {
        // Behind the resource stands where its letters are.
        const data = this.field(object, constants.externalResource + 8);
        return data === undefined ? undefined : this.letters(data, isOneByte, start, wanted);
      }
      case representation.thin:
        return this.textWithin(this.field(object, constants.thinActual), start, wanted, depth + 1);
      case representation.sliced: {
        const offset = this.integerField(object, constants.slicedOffset) ?? 0;
        return this.textWithin(this.field(object, constants.slicedParent), offset + start, wanted, depth + 1);
      }
      case representation.cons: {
        const first = this.textWithin(this.field(object, constants.consFirst), 0, start + wanted, depth + 1);
        if (first === undefined) return undefined;
        const rest = start + wanted - first.length;
        const second =
          rest <= 0 ? "" : this.textWithin(this.field(object, constants.consSecond), 0, rest, depth + 1);
        return second === undefined ? undefined : (first + second).slice(start);
      }
      default:
        return undefined;
    }
  }

  private letters(address: number, isOneByte: boolean, start: number, count: number): string | undefined {
    const width = isOneByte ? 1 : 2;
    const bytes = this.memory.bytes(BigInt(address + start * width), count * width);
    if (bytes.length < count * width) return undefined;
    // What is called latin1 there would read 0x80 to 0x9f as other letters.
    if (!isOneByte) return new TextDecoder("utf-16le", { ignoreBOM: true }).decode(bytes);
    let text = "";
    for (let at = 0; at < bytes.length; at += lettersOfPiece)
      // biome-ignore lint/plugin: of a piece
      text += String.fromCharCode(...bytes.subarray(at, at + lettersOfPiece));
    return text;
  }
}
