import type { MemoryImage } from "../memoryImage";
import { MemoryWords } from "../memoryWords";
import type { ProcessSnapshot } from "../processSnapshot";
import { demangle } from "../symbols/demangle/demangle";

/** Names the class whose virtual table is at an address; undefined when no symbol does. */
export type VirtualTableName = (address: number) => string | undefined;

const mostRemembered = 100_000;

/** Classes of blocks whose first word is a virtual table: by its symbol, else by the type information before it. */
export class BlockTypes {
  private readonly names = new Map<number, string | undefined>();
  private readonly words: MemoryWords;
  private readonly modules: readonly { readonly start: number; readonly end: number }[];

  constructor(
    private readonly image: ProcessSnapshot,
    private readonly nameOf: VirtualTableName,
  ) {
    this.words = new MemoryWords(image.memory, 64);
    this.modules = image.modules.map(({ start, end }) => ({ start: Number(start), end: Number(end) }));
  }

  of(start: number): string | undefined {
    const table = this.words.pointer(start);
    if (table < 4096 || table % this.image.memory.pointerBytes !== 0) return undefined;
    // Most first words are data: only those into a module's memory can be tables.
    if (!this.modules.some((module) => table >= module.start && table < module.end)) return undefined;
    if (this.names.has(table)) return this.names.get(table);
    const name = this.nameOf(table) ?? classOfTypeInfo(this.image.memory, BigInt(table));
    if (this.names.size < mostRemembered) this.names.set(table, name);
    return name;
  }
}

const longestName = 2000;

/** What stands before a table: how far the object's start is, which is 0 there, and its `std::type_info`. */
function classOfTypeInfo(memory: MemoryImage, table: bigint): string | undefined {
  const word = BigInt(memory.pointerBytes);
  const info = memory.pointer(table - word);
  if (memory.pointer(table - 2n * word) !== 0n || info === undefined || info === 0n) return undefined;
  const at = memory.pointer(info + word);
  if (at === undefined || at === 0n) return undefined;
  const bytes = memory.bytes(at, longestName);
  const end = bytes.indexOf(0);
  if (end < 1) return undefined;
  // Names that are only equal by address begin with a star.
  const mangled = latin1.decode(bytes.subarray(0, end)).replace(/^\*/, "");
  if (!/^[\w.$]+$/.test(mangled)) return undefined;
  const text = demangle(`_ZTS${mangled}`);
  return text?.startsWith(prefix) ? text.slice(prefix.length) : undefined;
}

const prefix = "typeinfo name for ";
const latin1 = new TextDecoder("latin1");
