import type { MemoryImage, MemoryRange } from "../../memoryImage";
import { type GoMapParts, type GoSlot, type GoType, goTypeNamed, lazily } from "./goType";

/** `abi.Kind` of types that have pointers, or parts. */
const kinds = {
  array: 17,
  channel: 18,
  func: 19,
  interface: 20,
  map: 21,
  pointer: 22,
  slice: 23,
  string: 24,
  struct: 25,
  unsafePointer: 26,
} as const;

/** `abi.Type`: what every description begins with, and what follows that by kind. */
const fields = { flags: 20n, kind: 23n, name: 40n, first: 48n, second: 56n, third: 64n } as const;
const kindMarks = 32;
/** Bits of the flags. */
const flags = { uncommon: 1, extraStar: 2, named: 4 } as const;
/** Where the description of a package's path stands, by kind: behind what the kind has. */
const ownBytes: Readonly<Record<number, bigint>> = {
  [kinds.array]: 72n,
  [kinds.channel]: 64n,
  [kinds.func]: 56n,
  [kinds.interface]: 80n,
  [kinds.pointer]: 56n,
  [kinds.slice]: 56n,
  [kinds.struct]: 80n,
};
const fieldBytes = 24n;
const longestName = 4096;
const mostFields = 10_000n;
const mostTypes = 1_000_000;
const largestType = 1n << 40n;
const deepestNesting = 32;
const mostSlots = 100_000;

/** Types as the runtime describes them: what has been allocated, and what interfaces hold, is always described. */
export class RuntimeTypeTable {
  private readonly known = new Map<bigint, GoType | undefined>();
  private depth = 0;

  /**
   * @param types where the descriptions are
   * @param minor of the version of Go 1
   */
  constructor(
    private readonly memory: MemoryImage,
    readonly types: MemoryRange,
    private readonly minor: number,
  ) {}

  isDescription(address: bigint): boolean {
    return address >= this.types.start && address < this.types.end && address % 8n === 0n;
  }

  /** @returns undefined where no type is described */
  at(address: bigint): GoType | undefined {
    if (!this.isDescription(address)) return undefined;
    if (!this.known.has(address) && this.known.size < mostTypes) this.known.set(address, this.read(address));
    return this.known.get(address);
  }

  private read(address: bigint): GoType | undefined {
    const bytes = this.memory.u64(address);
    const kind = this.kindAt(address);
    const name = this.nameAt(address, kind);
    if (bytes === undefined || bytes > largestType || kind === 0 || kind > kinds.unsafePointer)
      return undefined;
    if (name === undefined) return undefined;
    return { ...goTypeNamed(name), bytes: Number(bytes), slots: lazily(() => this.slotsAt(address)) };
  }

  kindAt(address: bigint): number {
    return (this.memory.u8(address + fields.kind) ?? 0) % kindMarks;
  }

  /** What an interface holds of a type: the value itself where that is a pointer, else its address. */
  isDirect(address: bigint): boolean {
    const mark = (at: bigint) => Math.floor((this.memory.u8(address + at) ?? 0) / kindMarks) % 2 === 1;
    // Go 1.26 moved the mark from the kind to the flags.
    return this.minor < 26 ? mark(fields.kind) : mark(fields.flags);
  }

  private slotsAt(address: bigint): readonly GoSlot[] {
    const first = this.memory.u64(address + fields.first) ?? 0n;
    const offset = 0;
    switch (this.kindAt(address)) {
      case kinds.pointer:
        return [{ offset, kind: "pointer", target: lazily(() => this.at(first)) }];
      case kinds.unsafePointer:
        return [{ offset, kind: "pointer", target: () => undefined }];
      case kinds.slice:
        return [{ offset, kind: "slice", element: lazily(() => this.at(first)) }];
      case kinds.string:
        return [{ offset, kind: "string" }];
      case kinds.func:
        return [{ offset, kind: "function" }];
      case kinds.channel:
        return [{ offset, kind: "channel", element: lazily(() => this.at(first)) }];
      case kinds.interface:
        return [
          { offset, kind: "interface", hasMethods: (this.memory.u64(address + fields.third) ?? 0n) > 0n },
        ];
      case kinds.map:
        return [{ offset, kind: "map", parts: lazily(() => this.mapPartsAt(address)) }];
      case kinds.array:
        return this.nested(() => this.arraySlots(first, this.memory.u64(address + fields.third) ?? 0n));
      case kinds.struct:
        return this.nested(() => this.fieldSlots(address));
      default:
        return [];
    }
  }

  /** Types that hold themselves are damage. */
  private nested(read: () => readonly GoSlot[]): readonly GoSlot[] {
    if (this.depth >= deepestNesting) return [];
    this.depth++;
    const slots = read();
    this.depth--;
    return slots;
  }

  private arraySlots(elementAt: bigint, count: bigint): readonly GoSlot[] {
    const element = this.at(elementAt);
    if (element === undefined || count > largestType || element.slots().length === 0) return [];
    return [{ offset: 0, kind: "array", count: Number(count), element }];
  }

  private fieldSlots(address: bigint): readonly GoSlot[] {
    const list = this.memory.u64(address + fields.second) ?? 0n;
    const count = this.memory.u64(address + fields.third) ?? 0n;
    const found: GoSlot[] = [];
    let meant: (() => GoType | undefined) | undefined;
    for (let index = 0n; index < count && index < mostFields && found.length < mostSlots; index++) {
      const field = list + fieldBytes * index;
      const type = this.memory.u64(field + 8n);
      const offset = this.memory.u64(field + 16n);
      if (type === undefined || offset === undefined || offset > largestType) break;
      if (!this.isDescription(type)) continue;
      meant = this.targetOfNone(type) ?? meant;
      for (const slot of this.slotsAt(type)) {
        const isOpen = this.kindAt(type) === kinds.unsafePointer && meant !== undefined;
        const known = isOpen ? { kind: "pointer" as const, target: meant! } : slot;
        found.push({ ...known, offset: slot.offset + Number(offset) });
      }
    }
    return found;
  }

  /** An array of no pointers says what the `unsafe.Pointer` after it leads to, as in `atomic.Pointer`. */
  private targetOfNone(array: bigint): (() => GoType | undefined) | undefined {
    if (this.kindAt(array) !== kinds.array || this.memory.u64(array + fields.third) !== 0n) return undefined;
    const element = this.memory.u64(array + fields.first) ?? 0n;
    if (!this.isDescription(element) || this.kindAt(element) !== kinds.pointer) return undefined;
    return lazily(() => this.at(this.memory.u64(element + fields.first) ?? 0n));
  }

  /** @param address of the description of a map */
  mapPartsAt(address: bigint): GoMapParts | undefined {
    const name = this.nameAt(address, kinds.map);
    const cells = this.at(this.memory.u64(address + fields.third) ?? 0n);
    if (name === undefined || cells === undefined) return undefined;
    return { name, cells: this.minor >= 24 ? cells : withOverflow(cells) };
  }

  /** With the path of its package, where its own name says only the last part. */
  private nameAt(address: bigint, kind: number): string | undefined {
    const flagsOf = this.memory.u8(address + fields.flags) ?? 0;
    const has = (flag: number) => Math.floor(flagsOf / flag) % 2 === 1;
    const name = this.textAt(address + fields.name);
    if (name === undefined || name === "") return undefined;
    const plain = has(flags.extraStar) && name.startsWith("*") ? name.slice(1) : name;
    if (!has(flags.named) || !has(flags.uncommon)) return plain;
    const mapBytes = this.minor >= 24 ? 112n : 88n;
    const path = this.textAt(address + (kind === kinds.map ? mapBytes : (ownBytes[kind] ?? fields.first)));
    const dot = plain.indexOf(".");
    return path === undefined || path === "" || dot < 0 ? plain : path + plain.slice(dot);
  }

  /** The text at an offset that stands in memory: a byte of flags, its length, its letters. */
  private textAt(place: bigint): string | undefined {
    const offset = this.memory.i32(place);
    if (offset === undefined) return undefined;
    const start = this.types.start + BigInt(offset);
    const head = this.memory.bytes(start + 1n, 2);
    if (head.byteLength < 2) return undefined;
    const isLong = head[0]! >= 128;
    const length = isLong ? (head[0]! % 128) + 128 * head[1]! : head[0]!;
    if (length > longestName) return undefined;
    const letters = this.memory.bytes(start + (isLong ? 3n : 2n), length);
    return letters.byteLength === length ? utf8.decode(letters) : undefined;
  }
}

const utf8 = new TextDecoder();

/** A bucket's last word leads to the next one of its place, also where the collector does not look at buckets. */
function withOverflow(bucket: GoType): GoType {
  const offset = bucket.bytes - 8;
  const complete: GoType = {
    ...bucket,
    slots: lazily(() => [
      ...bucket.slots().filter((slot) => slot.offset !== offset),
      { offset, kind: "pointer", target: () => complete },
    ]),
    ...(bucket.slots().length === 0 && { isUncollected: true }),
  };
  return complete;
}
