import type { MemoryImage } from "../memoryImage";
import type { PythonLayout } from "./pythonLayouts";

/** What is read of a type, whose fields stand at the same places in all releases. */
export interface PythonType {
  readonly address: number;
  /** Without its module: `OrderedDict`; empty where it is not in the core, which lacks what is in the interpreter's file. */
  readonly name: string;
  readonly flags: number;
  readonly basicSize: number;
  readonly itemSize: number;
  readonly dictionaryOffset: number;
  /** `tp_members` */
  readonly members: number;
  readonly base: PythonType | undefined;
}

/** Of `tp_flags`: what an instance of the type is. */
export const typeFlag = {
  inlineValues: 1 << 2,
  managedDictionary: 1 << 4,
  heapType: 1 << 9,
  ready: 1 << 12,
  integer: 1 << 24,
  list: 1 << 25,
  tuple: 1 << 26,
  bytes: 1 << 27,
  string: 1 << 28,
  dictionary: 1 << 29,
  exception: 1 << 30,
  type: 1 << 31,
} as const;

const mostTypes = 100_000;
const deepestBase = 64;
/** `ob_type`, `ob_size` */
const typeOffset = 8;
const sizeOffset = 16;
const typeFields = {
  name: 24,
  basicSize: 32,
  itemSize: 40,
  flags: 168,
  members: 240,
  base: 256,
  dictionaryOffset: 288,
} as const;

/** Objects of one interpreter in the memory of a process; addresses are numbers. What is not there reads as undefined. */
export class PythonMemory {
  private readonly types = new Map<number, PythonType | undefined>();

  constructor(
    readonly memory: MemoryImage,
    readonly layout: PythonLayout,
  ) {}

  /** A pointer that points at something; undefined for null and what is absent. */
  pointer(address: number): number | undefined {
    const value = this.word(address);
    return value === undefined || value === 0 ? undefined : value;
  }

  word(address: number): number | undefined {
    const value = this.memory.u64At(address);
    return value === undefined || value > Number.MAX_SAFE_INTEGER ? undefined : value;
  }

  /** A reference on a frame: since 3.14 its low bits say how it is counted. */
  reference(address: number): number | undefined {
    const value = this.pointer(address);
    if (value === undefined || this.layout.minor < 14) return value;
    return value % 4 === 3 ? undefined : value - (value % 4) || undefined;
  }

  signed(address: number): bigint | undefined {
    const value = this.memory.u64(BigInt(address));
    return value === undefined ? undefined : BigInt.asIntN(64, value);
  }

  i32(address: number): number | undefined {
    const value = this.memory.u32At(address);
    return value === undefined ? undefined : value | 0;
  }

  byte(address: number): number | undefined {
    return this.memory.bytes(BigInt(address), 1)[0];
  }

  /** `ob_size`; undefined when there cannot be so many. */
  sizeOf(address: number): number | undefined {
    return this.word(address + sizeOffset);
  }

  typeOf(address: number): PythonType | undefined {
    if (address % 8 !== 0) return undefined;
    const type = this.pointer(address + typeOffset);
    return type === undefined ? undefined : this.typeAt(type);
  }

  /** True for objects whose type, or one it is made from, has a name. */
  isOfType(address: number, name: string): boolean {
    for (let type = this.typeOf(address); type !== undefined; type = type.base)
      if (type.name === name) return true;
    return false;
  }

  bytesOf(address: number, most = 1 << 20): Uint8Array | undefined {
    const size = this.sizeOf(address);
    if (size === undefined || !hasFlag(this.typeOf(address), typeFlag.bytes)) return undefined;
    const wanted = Math.min(size, most);
    const bytes = this.memory.bytes(BigInt(address + 32), wanted);
    return bytes.length === wanted ? bytes : undefined;
  }

  /** Addresses of the items of a tuple, 0 for what is not there. */
  tupleItems(address: number | undefined, most: number): number[] {
    if (address === undefined || !hasFlag(this.typeOf(address), typeFlag.tuple)) return [];
    const count = Math.min(this.sizeOf(address) ?? 0, most);
    return this.pointers(address + this.layout.tupleItems, count);
  }

  /** Words one after another, 0 for what is not an address. */
  pointers(address: number, count: number): number[] {
    const bytes = this.memory.bytes(BigInt(address), 8 * count);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Array.from({ length: bytes.byteLength >>> 3 }, (_, index) => {
      const value = view.getUint32(8 * index + 4, true) * 2 ** 32 + view.getUint32(8 * index, true);
      return value > Number.MAX_SAFE_INTEGER ? 0 : value;
    });
  }

  private typeAt(address: number, depth = 0): PythonType | undefined {
    if (this.types.has(address)) return this.types.get(address);
    const type = this.readType(address, depth);
    if (this.types.size > mostTypes) this.types.clear();
    this.types.set(address, type);
    return type;
  }

  private readType(address: number, depth: number): PythonType | undefined {
    const { memory } = this;
    const nameAddress = this.pointer(address + typeFields.name);
    const name = nameAddress === undefined ? undefined : (memory.text(BigInt(nameAddress), 512) ?? "");
    const basicSize = this.word(address + typeFields.basicSize);
    const flags = memory.u32At(address + typeFields.flags);
    if (name === undefined || basicSize === undefined || flags === undefined) return undefined;
    if (!isTypeName(name) || basicSize > 1 << 30 || (flags & typeFlag.ready) === 0) return undefined;
    const base = depth > deepestBase ? undefined : this.pointer(address + typeFields.base);
    return {
      address,
      name: name.slice(name.lastIndexOf(".") + 1),
      flags,
      basicSize,
      itemSize: this.word(address + typeFields.itemSize) ?? 0,
      dictionaryOffset: Number(this.signed(address + typeFields.dictionaryOffset) ?? 0n),
      members: this.pointer(address + typeFields.members) ?? 0,
      base: base === undefined || base === address ? undefined : this.typeAt(base, depth + 1),
    };
  }
}

/** Any text can name a class that a program makes itself; what is not text was not a type. */
function isTypeName(name: string): boolean {
  return !/[\p{Cc}\ufffd]/u.test(name);
}

export function hasFlag(type: PythonType | undefined, flag: number): boolean {
  return type !== undefined && (type.flags & flag) !== 0;
}
