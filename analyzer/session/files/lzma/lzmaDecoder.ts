import { evenChance, RangeDecoder } from "./rangeDecoder";
import type { SlidingWindow } from "./slidingWindow";

/** One symbol takes at most so many bytes. */
const mostSymbolBytes = 20;

const states = 12;
const positions = 16;
const shortestMatch = 2;
/** Slots of distances whose lower bits have models of their own, then those whose last four have. */
const firstModelledSlot = 4;
const firstDirectSlot = 14;
const alignBits = 4;

/** Of the 514 models of a length: two choices, then trees of 3, 3 and 8 bits. */
const lengthModels = {
  choice: 0,
  choice2: 1,
  low: 2,
  mid: 2 + 8 * positions,
  high: 2 + 16 * positions,
} as const;
const allLengthModels = lengthModels.high + 256;

/** Where each kind of model begins in the one array of all. */
const isMatch = 0;
const isRepeat = isMatch + states * positions;
const isRepeat0 = isRepeat + states;
const isRepeat1 = isRepeat0 + states;
const isRepeat2 = isRepeat1 + states;
const isLongRepeat0 = isRepeat2 + states;
const slots = isLongRepeat0 + states * positions;
const lowDistances = slots + 4 * 64;
const align = lowDistances + 128;
const matchLength = align + 16;
const repeatLength = matchLength + allLengthModels;
const literals = repeatLength + allLengthModels;
const literalModels = 0x300;

/** How many bits of what stands before a literal its models depend on. */
export interface LzmaProperties {
  /** Of the byte before (lc). */
  readonly contextBits: number;
  /** Of the position (lp). */
  readonly literalPositionBits: number;
  /** Of the position, for everything else (pb). */
  readonly positionBits: number;
}

/** @throws Error when the byte is not one of those */
export function lzmaPropertiesOf(byte: number): LzmaProperties {
  if (byte >= 9 * 5 * 5) throw new Error(`LZMA properties ${byte} do not exist`);
  const contextBits = byte % 9;
  const rest = (byte - contextBits) / 9;
  return { contextBits, literalPositionBits: rest % 5, positionBits: Math.floor(rest / 5) };
}

/**
 * Unpacks LZMA symbols (LZMA specification, 2015) into a window. What carries them (LZMA2 chunks, `.lzma` files) says
 * when anything begins anew and how much there is.
 */
export class LzmaDecoder {
  private readonly coder = new RangeDecoder();
  private models = new Uint16Array(0);
  private properties: LzmaProperties = lzmaPropertiesOf(0);
  private state = 0;
  private readonly distances = new Uint32Array(4);
  /** Of a match that was to go past what was wanted. */
  private leftOfMatch = 0;
  /** The mark of the end was met. */
  hasEnded = false;

  constructor(private readonly window: SlidingWindow) {}

  /** Begins with these properties, or with those there were. */
  reset(properties: LzmaProperties = this.properties): void {
    const { contextBits, literalPositionBits } = properties;
    this.properties = properties;
    const count = literals + literalModels * 2 ** (contextBits + literalPositionBits);
    if (this.models.length !== count) this.models = new Uint16Array(count);
    this.models.fill(evenChance);
    this.state = 0;
    this.distances.fill(0);
    this.leftOfMatch = 0;
    this.hasEnded = false;
  }

  /** @returns where symbols go on */
  start(input: Uint8Array, at: number): number {
    this.coder.start(input, at);
    return this.coder.at;
  }

  /** Whether nothing is left over of the packed data. */
  get isFinished(): boolean {
    return this.coder.isFinished && this.leftOfMatch === 0;
  }

  /**
   * Takes symbols until `wanted` bytes came out, or fewer bytes of input are left than a symbol may take.
   * @param isAll no input follows: takes it to its end
   * @returns how many bytes came out
   * @throws Error when the data is damaged, or ends early
   */
  decode(input: Uint8Array, from: number, wanted: number, isAll: boolean): { at: number; given: number } {
    const { coder } = this;
    coder.goOn(input, from);
    const lastAt = input.length - mostSymbolBytes;
    let given = 0;
    while (given < wanted && !this.hasEnded) {
      if (this.leftOfMatch > 0) {
        const length = Math.min(this.leftOfMatch, wanted - given);
        this.window.copy(this.distances[0]!, length);
        this.leftOfMatch -= length;
        given += length;
        continue;
      }
      if (coder.at > lastAt && !isAll) break;
      if (coder.bit(this.models, isMatch + this.state * positions + this.positionState) === 0) {
        const literal = this.takeLiteral();
        this.assertWithin(input, isAll);
        this.window.put(literal);
        given++;
      } else {
        this.leftOfMatch = this.takeMatch();
        this.assertWithin(input, isAll);
      }
    }
    return { at: coder.at, given };
  }

  /** @throws Error when the last symbol was read past the end */
  private assertWithin(input: Uint8Array, isAll: boolean): void {
    if (this.coder.at <= input.length || !isAll) return;
    this.leftOfMatch = 0;
    throw new Error("the compressed data ends early");
  }

  /** Takes the mark of the end where one may stand after the last byte. */
  takeEndMark(input: Uint8Array, from: number): number {
    const { coder } = this;
    coder.goOn(input, from);
    const isMarked = coder.bit(this.models, isMatch + this.state * positions + this.positionState) === 1;
    if (!isMarked || this.takeMatch() > 0 || coder.at > input.length)
      throw new Error("more follows than the LZMA data says it has");
    return coder.at;
  }

  private get positionState(): number {
    return this.window.position & ((1 << this.properties.positionBits) - 1);
  }

  private takeLiteral(): number {
    const { window, coder, models, properties } = this;
    const { contextBits, literalPositionBits } = properties;
    const byPosition = window.position & ((1 << literalPositionBits) - 1);
    const context = (byPosition << contextBits) + (window.lastByte >> (8 - contextBits));
    const offset = literals + literalModels * context;
    let symbol = 1;
    if (this.state >= 7) {
      let matched = window.byteBack(this.distances[0]!);
      let isAlike = 0x100;
      while (symbol < 0x100 && isAlike !== 0) {
        matched <<= 1;
        const matchedBit = matched & 0x100;
        const bit = coder.bit(models, offset + 0x100 + matchedBit + symbol);
        symbol = (symbol << 1) | bit;
        isAlike = matchedBit >> 8 === bit ? 0x100 : 0;
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | coder.bit(models, offset + symbol);
    this.state = this.state < 4 ? 0 : this.state < 10 ? this.state - 3 : this.state - 6;
    return symbol & 0xff;
  }

  /** @returns its length; 0 at the mark of the end */
  private takeMatch(): number {
    const { coder, models, distances } = this;
    const isAfterLiteral = this.state < 7;
    if (coder.bit(models, isRepeat + this.state) === 0) {
      distances.copyWithin(1, 0, 3);
      const length = this.takeLength(matchLength);
      distances[0] = this.takeDistance(Math.min(length, 3));
      this.state = isAfterLiteral ? 7 : 10;
      if (distances[0] !== 0xffff_ffff) return length + shortestMatch;
      this.hasEnded = true;
      return 0;
    }
    if (this.window.isEmpty) throw new Error("an LZMA match reaches back past the data");
    if (coder.bit(models, isRepeat0 + this.state) === 0) {
      if (coder.bit(models, isLongRepeat0 + this.state * positions + this.positionState) === 0) {
        this.state = isAfterLiteral ? 9 : 11;
        return 1;
      }
    } else {
      const which =
        coder.bit(models, isRepeat1 + this.state) === 0 ? 1 : 2 + coder.bit(models, isRepeat2 + this.state);
      const distance = distances[which]!;
      distances.copyWithin(1, 0, which);
      distances[0] = distance;
    }
    const length = this.takeLength(repeatLength) + shortestMatch;
    this.state = isAfterLiteral ? 8 : 11;
    return length;
  }

  private takeLength(offset: number): number {
    const { coder, models } = this;
    const at = this.positionState * 8;
    if (coder.bit(models, offset + lengthModels.choice) === 0)
      return coder.tree(models, offset + lengthModels.low + at, 3);
    if (coder.bit(models, offset + lengthModels.choice2) === 0)
      return 8 + coder.tree(models, offset + lengthModels.mid + at, 3);
    return 16 + coder.tree(models, offset + lengthModels.high, 8);
  }

  private takeDistance(lengthClass: number): number {
    const { coder, models } = this;
    const slot = coder.tree(models, slots + lengthClass * 64, 6);
    if (slot < firstModelledSlot) return slot;
    const lowBits = (slot >> 1) - 1;
    const high = ((2 | (slot & 1)) << lowBits) >>> 0;
    if (slot < firstDirectSlot) return high + coder.reverseTree(models, lowDistances + high - slot, lowBits);
    const middle = coder.evenBits(lowBits - alignBits) * 2 ** alignBits;
    return high + middle + coder.reverseTree(models, align, alignBits);
  }
}
