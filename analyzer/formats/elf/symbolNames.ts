import { textAt } from "./elfFile";

/** String tables up to this are searched as a text, which the runtime does faster than we can. */
const mostSearchedBytes = 1 << 28;
/** So often; whoever asks more pays for an index once. */
const searchesBeforeIndex = 8;
/** Names that share a place of the index; more of them are made to. */
const mostProbes = 1 << 12;

const encoder = new TextEncoder();
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** The names of one symbol table: found as the bytes they are, and made texts one by one. */
export class SymbolNames {
  private searches = 0;
  /** The string table as a text with a character a byte; undefined where there is none. */
  private knownText: { readonly text: string | undefined } | undefined;
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
    if (this.slots === undefined && this.searches++ < searchesBeforeIndex) {
      this.knownText ??= { text: this.textOfAll() };
      const { text } = this.knownText;
      if (text !== undefined && name !== "") return this.indexIn(text, name);
    }
    this.slots ??= this.hashed();
    const slot = this.slotOf(this.slots, encoder.encode(name));
    const found = slot === undefined ? 0 : this.slots[slot]!;
    return found === 0 ? undefined : found - 1;
  }

  private textOfAll(): string | undefined {
    if (this.bytes.length > mostSearchedBytes) return undefined;
    const text = utf8.decode(this.bytes);
    return text.length === this.bytes.length ? text : undefined;
  }

  private indexIn(text: string, name: string): number | undefined {
    const wanted = `${name}\0`;
    const places = new Set<number>();
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) places.add(at);
    // The last name of a damaged table may lack its end.
    if (text.endsWith(name)) places.add(text.length - name.length);
    const [first] = places;
    if (first === undefined) return undefined;
    const { offsets } = this;
    const found =
      places.size === 1 ? offsets.indexOf(first) : offsets.findIndex((offset) => places.has(offset));
    return found < 0 ? undefined : found;
  }

  private hashed(): Uint32Array {
    const { bytes, offsets } = this;
    const slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * offsets.length + 2)));
    for (let index = 0; index < offsets.length; index++) {
      const start = offsets[index]!;
      const end = bytes.indexOf(0, start);
      const slot = this.slotOf(slots, bytes, start, end < 0 ? bytes.length : end);
      if (slot !== undefined && slots[slot] === 0) slots[slot] = index + 1;
    }
    return slots;
  }

  /** Where the name is that stands in [start, end) of some bytes, or where it would have to be put. */
  private slotOf(slots: Uint32Array, name: Uint8Array, start = 0, end = name.length): number | undefined {
    const mask = slots.length - 1;
    // FNV-1a
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ name[at]!, 0x01000193);
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (let probes = 0; probes < mostProbes; probes++) {
      const taken = slots[slot]!;
      if (taken === 0 || this.isAt(this.offsets[taken - 1]!, name, start, end)) return slot;
      slot = (slot + 1) & mask;
    }
    return undefined;
  }

  private isAt(offset: number, name: Uint8Array, start: number, end: number): boolean {
    const { bytes } = this;
    for (let at = start; at < end; at++) if (bytes[offset + at - start] !== name[at]) return false;
    return (bytes[offset + end - start] ?? 0) === 0;
  }
}
