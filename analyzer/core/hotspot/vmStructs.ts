import type { MemoryWords } from "../memoryWords";
import type { ProcessModule } from "../modules/processModule";

interface FieldEntry {
  readonly isStatic: boolean;
  /** Offset in the object, or address of a static field. */
  readonly at: number;
}

const mostEntries = 20_000;
/** Elements of a linked list: a `Set` holds twice as many. */
const mostListed = 1 << 23;

/** Pages that are kept of what the JVM's structures lead to: a stack of a thread takes some thirty. */
export const structureWindows = 512;

/** A type and one of its fields, as `gHotSpotVMStructs` names them. */
export type VmStructField = readonly [type: string, field: string];

/**
 * The JVM's tables about itself. Answers are undefined where this JVM does not have the fact: callers name
 * alternatives from the newest to the oldest.
 */
export class VmStructs {
  private readonly fields = new Map<string, FieldEntry>();
  private readonly types = new Map<string, { readonly superclass?: string; readonly bytes: number }>();
  private readonly constants = new Map<string, number>();

  private constructor(readonly words: MemoryWords) {}

  /** Whether the names of the tables can be read, if not the tables. */
  static hasNames(module: ProcessModule, words: MemoryWords): boolean {
    return tableSymbols(module, words) !== undefined;
  }

  /**
   * Reads the tables of a libjvm.
   * @returns undefined when they are not in the core: with coredump filter 0x33 the names are only in the file
   */
  static read(module: ProcessModule, words: MemoryWords): VmStructs | undefined {
    const symbols = tableSymbols(module, words);
    if (symbols === undefined) return undefined;
    const word = (name: string) => {
      const address = symbols.get(`gHotSpotVM${name}`);
      return address === undefined ? -1 : words.u64(address);
    };
    const structs = new VmStructs(words);
    structs.readFields(word);
    structs.readTypes(word);
    structs.readConstants(word, "Int");
    structs.readConstants(word, "Long");
    return structs.fields.size === 0 ? undefined : structs;
  }

  get size(): number {
    return this.fields.size;
  }

  hasType(name: string): boolean {
    return this.types.has(name);
  }

  sizeOfType(name: string): number | undefined {
    return this.types.get(name)?.bytes;
  }

  constant(name: string): number | undefined {
    return this.constants.get(name);
  }

  /** Offset of an instance field, by the first name this JVM has. */
  offset(...names: readonly VmStructField[]): number | undefined {
    return this.entry(names, false);
  }

  /** Address of a static field. */
  staticAddress(...names: readonly VmStructField[]): number | undefined {
    return this.entry(names, true);
  }

  /** The pointer or 8-byte value in a static field. */
  staticWord(...names: readonly VmStructField[]): number | undefined {
    // biome-ignore lint/plugin: alternative names of one field
    return this.wordAt(this.staticAddress(...names));
  }

  /** The pointer or 8-byte value in a field of an object. */
  word(object: number | undefined, ...names: readonly VmStructField[]): number | undefined {
    // biome-ignore lint/plugin: alternative names of one field
    const offset = this.offset(...names);
    return object === undefined || object === 0 || offset === undefined
      ? undefined
      : this.wordAt(object + offset);
  }

  /** A 4-byte field of an object. */
  int(object: number | undefined, ...names: readonly VmStructField[]): number | undefined {
    // biome-ignore lint/plugin: alternative names of one field
    const offset = this.offset(...names);
    return object === undefined || object === 0 || offset === undefined
      ? undefined
      : this.words.i32(object + offset);
  }

  /** Elements of a linked list from its first one; ends before one that was there already, which is damage. */
  list(first: number | undefined, ...next: readonly VmStructField[]): Generator<number> {
    // biome-ignore lint/plugin: alternative names of one field
    return this.listAt(first, this.offset(...next));
  }

  /** The same by the offset of the field that leads on. */
  *listAt(first: number | undefined, next: number | undefined): Generator<number> {
    const seen = new Set<number>();
    const follow = (at: number) => (next === undefined ? undefined : this.wordAt(at + next));
    for (let at = first; at && !seen.has(at) && seen.size < mostListed; at = follow(at)) {
      seen.add(at);
      yield at;
    }
  }

  /** Words of a table that are not null, in order; ends with the table or where it is not in the core. */
  *pointers(table: number, count: number): Generator<number> {
    const seen = new Set<number>();
    for (let index = 0; index < count; index++) {
      const pointer = this.words.u64(table + 8 * index);
      if (pointer < 0) return;
      if (pointer === 0 || !Number.isSafeInteger(pointer) || seen.has(pointer)) continue;
      seen.add(pointer);
      yield pointer;
    }
  }

  /** Undefined for 2^53 and more as well: no pointer is, and no count; a loop that adds 8 to it makes no step. */
  wordAt(address: number | undefined): number | undefined {
    if (address === undefined) return undefined;
    const value = this.words.u64(address);
    return value < 0 || !Number.isSafeInteger(value) ? undefined : value;
  }

  private entry(names: readonly VmStructField[], isStatic: boolean): number | undefined {
    for (const [type, field] of names) {
      const entry = this.fields.get(`${type}::${field}`);
      if (entry !== undefined && entry.isStatic === isStatic) return entry.at;
    }
    return undefined;
  }

  private readFields(word: (name: string) => number): void {
    const table = entryTable(word, "Structs", "StructEntry");
    if (table === undefined) return;
    const [typeAt, fieldAt, staticAt, offsetAt, addressAt] = [
      "TypeNameOffset",
      "FieldNameOffset",
      "IsStaticOffset",
      "OffsetOffset",
      "AddressOffset",
    ].map((name) => word(`StructEntry${name}`)) as [number, number, number, number, number];
    for (let count = 0, entry = table.start; count < mostEntries; count++, entry += table.stride) {
      const type = this.textAt(entry + typeAt);
      if (type === undefined) return;
      const field = this.textAt(entry + fieldAt);
      if (field === undefined) continue;
      const isStatic = this.words.u32(entry + staticAt) === 1;
      this.fields.set(`${type}::${field}`, {
        isStatic,
        at: this.words.u64(entry + (isStatic ? addressAt : offsetAt)),
      });
    }
  }

  private readTypes(word: (name: string) => number): void {
    const table = entryTable(word, "Types", "TypeEntry");
    if (table === undefined) return;
    const nameAt = word("TypeEntryTypeNameOffset");
    const superAt = word("TypeEntrySuperclassNameOffset");
    const sizeAt = word("TypeEntrySizeOffset");
    for (let count = 0, entry = table.start; count < mostEntries; count++, entry += table.stride) {
      const name = this.textAt(entry + nameAt);
      if (name === undefined) return;
      const superclass = this.textAt(entry + superAt);
      this.types.set(name, {
        bytes: this.words.u64(entry + sizeAt),
        ...(superclass === undefined ? {} : { superclass }),
      });
    }
  }

  private readConstants(word: (name: string) => number, width: "Int" | "Long"): void {
    const table = entryTable(word, `${width}Constants`, `${width}ConstantEntry`);
    if (table === undefined) return;
    const nameAt = word(`${width}ConstantEntryNameOffset`);
    const valueAt = word(`${width}ConstantEntryValueOffset`);
    for (let count = 0, entry = table.start; count < mostEntries; count++, entry += table.stride) {
      const name = this.textAt(entry + nameAt);
      if (name === undefined) return;
      const value =
        width === "Int" ? (this.words.i32(entry + valueAt) ?? 0) : this.words.u64(entry + valueAt);
      this.constants.set(name, value);
    }
  }

  /** The text a pointer at an address points at; undefined for null. */
  private textAt(address: number): string | undefined {
    const pointer = this.words.u64(address);
    return pointer <= 0 ? undefined : this.words.text(pointer);
  }
}

function tableSymbols(module: ProcessModule, words: MemoryWords): Map<string, number> | undefined {
  return module.headers?.exportedAddresses(module.bias, words, (name) => name.startsWith("gHotSpotVM"));
}

/** Tables say themselves where their fields are and how long an entry is. */
function entryTable(
  word: (name: string) => number,
  table: string,
  entry: string,
): { readonly start: number; readonly stride: number } | undefined {
  const start = word(table);
  const stride = word(`${entry}ArrayStride`);
  return start <= 0 || stride < 8 || stride > 4096 ? undefined : { start, stride };
}
