import { textAt } from "./elfFile";

/** So often a name is looked for one symbol after the other; whoever asks more pays for an index once. */
const searchesBeforeIndex = 16;

const encoder = new TextEncoder();

/** The names of one symbol table: compared as the bytes they are, and made texts one by one. */
export class SymbolNames {
  private searches = 0;
  /** Symbols plus one by hash of the name, the first of each name; zero where there is none. */
  private slots: Uint32Array | undefined;

  /**
   * @param bytes the string table
   * @param offsets of the names in it, by symbol
   */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly offsets: Uint32Array,
  ) {}

  at(index: number): string {
    return textAt(this.bytes, this.offsets[index]!);
  }

  /** How many underscores a name begins with. */
  underscoresAt(index: number): number {
    const start = this.offsets[index]!;
    let end = start;
    while (this.bytes[end] === 0x5f) end++;
    return end - start;
  }

  /** The first symbol of that name. */
  indexOf(name: string): number | undefined {
    const wanted = encoder.encode(name);
    if (this.slots === undefined && this.searches++ < searchesBeforeIndex) {
      const { offsets } = this;
      for (let index = 0; index < offsets.length; index++)
        if (this.isAt(offsets[index]!, wanted)) return index;
      return undefined;
    }
    this.slots ??= this.hashed();
    const slot = this.slotOf(this.slots, wanted);
    const found = this.slots[slot]!;
    return found === 0 ? undefined : found - 1;
  }

  private isAt(offset: number, wanted: Uint8Array): boolean {
    const { bytes } = this;
    for (let at = 0; at < wanted.length; at++) if (bytes[offset + at] !== wanted[at]) return false;
    // The last name of a damaged table may lack its end.
    return (bytes[offset + wanted.length] ?? 0) === 0;
  }

  private hashed(): Uint32Array {
    const { bytes, offsets } = this;
    const slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * offsets.length + 2)));
    for (let index = 0; index < offsets.length; index++) {
      const start = offsets[index]!;
      const end = bytes.indexOf(0, start);
      const slot = this.slotOf(slots, bytes.subarray(start, end < 0 ? bytes.length : end));
      if (slots[slot] === 0) slots[slot] = index + 1;
    }
    return slots;
  }

  /** Where the name is, or where it would have to be put. */
  private slotOf(slots: Uint32Array, name: Uint8Array): number {
    const mask = slots.length - 1;
    let slot = hashOf(name) & mask;
    while (slots[slot] !== 0 && !this.isAt(this.offsets[slots[slot]! - 1]!, name)) slot = (slot + 1) & mask;
    return slot;
  }
}

/** FNV-1a. */
function hashOf(name: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name[at]!, 0x01000193);
  return hash >>> 0;
}
