import type { ChunkTable } from "../../malloc/chunkTable";
import { type GoType, stringText } from "./goType";

/** How an object's type came to be known; what is worth more replaces what is worth less. */
export const typeEvidence = {
  /** A generic function knows the form of its type only, a slice only what it uses of an array. */
  form: 1,
  /** Words that look like an interface. */
  interfaceWords: 2,
  /** Variables of a frame, which may be stale. */
  frame: 3,
  /** The way from a variable of a package. */
  variable: 4,
  /** What the allocator noted. */
  header: 5,
} as const;

export type TypeEvidence = (typeof typeEvidence)[keyof typeof typeEvidence];

/** Blocks that the allocator puts several values without pointers into. */
const tinyBlock = 16;

/** Types of the objects of a Go heap: a column for each thing known of a block. */
export class ObjectTypes {
  private readonly types: GoType[] = [];
  private readonly indexes = new Map<GoType, number>();
  /** One more than the index of the type that fills the block, and whether it is an array of it. */
  private readonly whole: Int32Array;
  private readonly worth: Uint8Array;
  /** The same of what is known of a part. */
  private readonly part: Int32Array;
  private readonly partOffset: Float64Array;

  constructor(private readonly blocks: ChunkTable) {
    this.whole = new Int32Array(blocks.count);
    this.worth = new Uint8Array(blocks.count);
    this.part = new Int32Array(blocks.count);
    this.partOffset = new Float64Array(blocks.count);
  }

  /** @returns false where as much was known before */
  tell(block: number, type: GoType, isArray: boolean, worth: TypeEvidence): boolean {
    if (this.worth[block]! >= worth) return false;
    this.worth[block] = worth;
    this.whole[block] = this.indexOf(type, isArray);
    return true;
  }

  /** @returns false where that or more was known before */
  tellPart(block: number, type: GoType, isArray: boolean, offset: number): boolean {
    const index = this.indexOf(type, isArray);
    const before = this.part[block]!;
    if (before !== 0 && (before === index || this.partOffset[block]! <= offset)) {
      if (before === index || this.partOffset[block]! < offset) return false;
      if (this.typeAt(before).bytes >= type.bytes) return false;
    }
    this.part[block] = index;
    this.partOffset[block] = offset;
    return true;
  }

  /** 0 where nothing is known of all of a block. */
  worthOf(block: number): number {
    return this.worth[block]!;
  }

  isWhole(block: number): boolean {
    return this.worth[block] !== 0;
  }

  /** The type of what fills a block: `main.order`, `[]main.order` of several. */
  nameOf(block: number): string | undefined {
    const index = this.whole[block] ?? 0;
    if (index !== 0) return this.nameAt(index);
    const part = this.part[block] ?? 0;
    if (part === 0 || this.partOffset[block] !== 0) return undefined;
    // Values without pointers that are smaller still share a block.
    return this.blocks.sizeOf(block) === tinyBlock
      ? `${this.nameAt(part)} and other small values`
      : undefined;
  }

  /** What is known to be in a block whose type is not known. */
  partOf(block: number): { readonly name: string; readonly offset: number } | undefined {
    const index = this.part[block] ?? 0;
    return index === 0 ? undefined : { name: this.nameAt(index), offset: this.partOffset[block]! };
  }

  get count(): number {
    return this.blocks.count;
  }

  private nameAt(index: number): string {
    const type = this.typeAt(index);
    return index < 0 && type !== stringText && type.isOfMap !== true ? `[]${type.name}` : type.name;
  }

  private typeAt(index: number): GoType {
    return this.types[Math.abs(index) - 1]!;
  }

  /** Negative of an array. */
  private indexOf(type: GoType, isArray: boolean): number {
    let index = this.indexes.get(type);
    if (index === undefined) {
      index = this.types.push(type);
      this.indexes.set(type, index);
    }
    return isArray ? -index : index;
  }
}
