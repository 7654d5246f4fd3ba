import type { ObjectFile } from "../../analyzer/core/objectFile";
import { moduleAt, type ProcessMemory } from "./processMemory";

const encode = new TextEncoder();

/** Writes the tables that HotSpot has about itself, and structures by the fields named in them. */
export class HotspotTables {
  private free: number;
  private readonly symbols = new Map<string, number>();
  private readonly rows: number[][] = [];
  private readonly offsets: Readonly<Record<string, Readonly<Record<string, number>>>>;

  /**
   * @param base where in memory there is room for them
   * @param offsets of the fields of each type
   */
  constructor(
    readonly memory: ProcessMemory,
    private readonly base: number,
    private readonly bytes: number,
    offsets: Readonly<Record<string, Readonly<Record<string, number>>>>,
  ) {
    this.free = base + 64;
    this.offsets = offsets;
  }

  room(bytes: number): number {
    const at = this.free;
    this.free += Math.ceil(bytes / 8) * 8;
    if (this.free > this.base + this.bytes) throw new RangeError("no more room");
    return at;
  }

  text(value: string): number {
    const bytes = encode.encode(value);
    const at = this.room(bytes.length + 1);
    this.memory.write(at, bytes);
    return at;
  }

  word(value: number): number {
    const at = this.room(8);
    this.memory.words(at, value);
    return at;
  }

  words(...values: readonly number[]): number {
    const at = this.room(8 * values.length);
    this.memory.words(at, ...values);
    return at;
  }

  /** A `Symbol`: two bytes of length, then text. */
  symbol(name: string): number {
    const bytes = encode.encode(name);
    const at = this.room(6 + bytes.length);
    this.memory.write(at, [bytes.length & 0xff, bytes.length >> 8]).write(at + 6, bytes);
    return at;
  }

  offset(type: string, field: string): number {
    const offset = this.offsets[type]?.[field];
    if (offset === undefined) throw new RangeError(`${type} has no ${field}`);
    return offset;
  }

  /** Fields of 8 bytes. */
  fill(at: number, type: string, values: Readonly<Record<string, number>>): number {
    for (const [field, value] of Object.entries(values))
      this.memory.words(at + this.offset(type, field), value);
    return at;
  }

  /** Fields of 4 bytes. */
  ints(at: number, type: string, values: Readonly<Record<string, number>>): number {
    for (const [field, value] of Object.entries(values))
      this.memory.int(at + this.offset(type, field), value);
    return at;
  }

  /** Fields of 2 bytes. */
  shorts(at: number, type: string, values: Readonly<Record<string, number>>): number {
    for (const [field, value] of Object.entries(values))
      this.memory.write(at + this.offset(type, field), [value & 0xff, value >> 8]);
    return at;
  }

  /** A static field, where it stands. */
  variable(type: string, field: string, value: number): number {
    const at = this.word(value);
    this.rows.push([this.text(type), this.text(field), 1, 0, at]);
    return at;
  }

  /** Writes all of the tables; nothing can be added to them afterwards. */
  libjvm(types: Readonly<Record<string, number>>, constants: Readonly<Record<string, number>>) {
    const ofTypes = Object.entries(this.offsets).flatMap(([type, fields]) =>
      Object.entries(fields).map(([field, offset]) => [this.text(type), this.text(field), 0, offset, 0]),
    );
    const named = (rows: Readonly<Record<string, number>>) =>
      Object.entries(rows).map(([name, value]) => [this.text(name), value]);
    const entry = { TypeName: 0, FieldName: 8, IsStatic: 16, Offset: 24, Address: 32 };
    this.table("Structs", "StructEntry", 40, entry, [...this.rows, ...ofTypes]);
    const typeRows = Object.entries(types).map(([name, bytes]) => [this.text(name), 0, bytes]);
    this.table("Types", "TypeEntry", 24, { TypeName: 0, SuperclassName: 8, Size: 16 }, typeRows);
    this.table("IntConstants", "IntConstantEntry", 16, { Name: 0, Value: 8 }, named(constants));
    this.table("LongConstants", "LongConstantEntry", 16, { Name: 0, Value: 8 }, []);
    const headers = { exportedAddresses: () => this.symbols } as Partial<ObjectFile> as ObjectFile;
    return moduleAt(1, "/opt/jdk/lib/libjvm.so", [this.base, this.base + this.bytes], headers);
  }

  private table(
    name: string,
    entry: string,
    stride: number,
    parts: Readonly<Record<string, number>>,
    rows: readonly (readonly number[])[],
  ): void {
    const at = this.room(stride * (rows.length + 1));
    rows.forEach((row, index) => {
      this.memory.words(at + stride * index, ...row);
    });
    this.symbols.set(`gHotSpotVM${name}`, this.word(at));
    this.symbols.set(`gHotSpotVM${entry}ArrayStride`, this.word(stride));
    for (const [part, offset] of Object.entries(parts))
      this.symbols.set(`gHotSpotVM${entry}${part}Offset`, this.word(offset));
  }
}
