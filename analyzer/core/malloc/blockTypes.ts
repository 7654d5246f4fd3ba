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
  /** Of modules, in order; what lies in several ends with the last of them. */
  private readonly starts: Float64Array;
  private readonly ends: Float64Array;

  constructor(
    private readonly image: ProcessSnapshot,
    private readonly nameOf: VirtualTableName,
  ) {
    // Blocks are asked for one after the other.
    this.words = new MemoryWords(image.memory, 4096);
    const modules = image.modules
      .map(({ start, end }) => [Number(start), Number(end)] as const)
      .sort(([a], [b]) => a - b);
    this.starts = Float64Array.from(modules, ([start]) => start);
    let last = 0;
    this.ends = Float64Array.from(modules, ([, end]) => (last = Math.max(last, end)));
  }

  of(start: number): string | undefined {
    const table = this.words.pointer(start);
    if (table < 4096 || table % this.image.memory.pointerBytes !== 0) return undefined;
    // Most first words are data: only those into a module's memory can be tables.
    if (!this.isInModule(table)) return undefined;
    if (this.names.has(table)) return this.names.get(table);
    const name = this.nameOf(table) ?? classOfTypeInfo(this.image.memory, BigInt(table));
    if (this.names.size < mostRemembered) this.names.set(table, name);
    return name;
  }

  private isInModule(address: number): boolean {
    const { starts, ends } = this;
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (starts[middle]! <= address) low = middle + 1;
      else high = middle;
    }
    return low > 0 && address < ends[low - 1]!;
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
