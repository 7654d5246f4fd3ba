import type { Work } from "../../../base/work";
import type { ChunkTable } from "../../malloc/chunkTable";
import type { MemoryImage, MemoryRange } from "../../memoryImage";
import type { ObjectSpan, ObjectSpans } from "../objectSpans";
import { type GoMapParts, type GoSlot, type GoType, pointerWordsOf, stringText } from "./goType";
import { ObjectTypes, type TypeEvidence, typeEvidence } from "./objectTypes";

export interface WalkInputs {
  readonly memory: MemoryImage;
  readonly blocks: ChunkTable;
  readonly spans: ObjectSpans;
  /** Of the program: variables, and what composite literals of packages were put into. */
  readonly data: readonly MemoryRange[];
  /** The type that the runtime describes at an address. */
  readonly typeAt: (address: bigint) => GoType | undefined;
  /** The type that a table of an interface's methods is for. */
  readonly typeOfTable: (table: bigint) => bigint | undefined;
  readonly isDirect: (type: bigint) => boolean;
  /** What a function's closure holds. */
  readonly closureOf: (code: bigint) => GoType | undefined;
  readonly minor: number;
  readonly work: Work;
}

const wordBytes = 8;
const pieceBytes = 64 << 10;
const deepestNesting = 32;
/** Variables that are only reached through pointers, each with its address kept. */
const mostStatics = 1_000_000;
const mostTables = 1 << 20;
const exactNumbers = 2 ** 53;

/** Go's maps, tables and channels as their headers have them. */
const swiss = {
  headerBytes: 48,
  directory: 16,
  directoryLength: 24,
  tableBytes: 32,
  groups: 16,
  mask: 24,
} as const;
const buckets = { headerBytes: 48, current: 16, old: 24 } as const;
const channel = { capacity: 8, buffer: 16 } as const;

/** Finds the types of objects: from values whose types are known along their pointers. */
export class ObjectWalk {
  readonly found: ObjectTypes;
  private readonly statics = new Set<number>();
  private readonly masks = new Map<GoType, Uint8Array | undefined>();
  private readonly opaque = new Map<string, GoType>();
  /** Runs of values that are to be followed: address, count, type, evidence. */
  private readonly places: number[] = [];
  private readonly counts: number[] = [];
  private readonly types: GoType[] = [];
  private readonly worths: TypeEvidence[] = [];
  private followed = 0;

  constructor(private readonly inputs: WalkInputs) {
    this.found = new ObjectTypes(inputs.blocks);
  }

  /** Types that the allocator noted of objects. */
  visitHeaders(): void {
    const { blocks, spans, memory, typeAt } = this.inputs;
    let span: ObjectSpan | undefined;
    for (let block = 0; block < blocks.count; block++) {
      if (block % 4096 === 0) this.inputs.work.throwIfCancelled();
      const start = blocks.startOf(block);
      if (span === undefined || start < span.start || start >= span.end) span = spans.at(start);
      if (span === undefined || (span.headerBytes === 0 && span.largeType === 0n)) continue;
      const described = span.headerBytes > 0 ? memory.u64(BigInt(start)) : span.largeType;
      const type = described === undefined ? undefined : typeAt(described);
      const room = span.elementBytes - span.headerBytes;
      if (type === undefined || type.bytes === 0 || type.bytes > room || type.slots().length === 0) continue;
      const count = type.bytes > span.moreThan ? 1 : Math.floor(room / type.bytes);
      if (this.found.tell(block, type, count > 1, typeEvidence.header))
        this.push(start + span.headerBytes, type, count, typeEvidence.variable);
    }
    this.drain();
  }

  /** Follows what a value in memory holds. */
  visitValue(type: GoType, address: number, worth: TypeEvidence): void {
    this.visitRun(address, type, 1, worth);
    this.drain();
  }

  /** Follows a value that is in no memory. */
  visitBytes(type: GoType, bytes: Uint8Array, worth: TypeEvidence): void {
    this.visitParts(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, type, worth, 0);
    this.drain();
  }

  /** Follows two words when they are an interface's: its type, then an object. */
  visitInterfaceWords(head: number, data: number): void {
    if (this.inputs.blocks.indexAt(data) < 0) return;
    this.visitInterface(head, data, undefined, typeEvidence.interfaceWords);
    this.drain();
  }

  private push(address: number, type: GoType, count: number, worth: TypeEvidence): void {
    if (type.slots().length === 0) return;
    this.places.push(address);
    this.counts.push(count);
    this.types.push(type);
    this.worths.push(worth);
  }

  private drain(): void {
    const { work } = this.inputs;
    while (this.places.length > 0) {
      if (this.followed++ % 4096 === 0) work.throwIfCancelled();
      this.visitRun(this.places.pop()!, this.types.pop()!, this.counts.pop()!, this.worths.pop()!);
    }
  }

  private visitRun(address: number, type: GoType, count: number, worth: TypeEvidence): void {
    const slots = type.slots();
    if (slots.length === 0 || !(address >= 0 && address < exactNumbers)) return;
    if (type.bytes > pieceBytes) {
      for (let index = 0; index < count; index++)
        for (const slot of slots)
          this.visitLargePart(address + index * type.bytes + slot.offset, slot, worth);
      return;
    }
    const atOnce = Math.max(1, Math.floor(pieceBytes / type.bytes));
    for (let index = 0; index < count; index += atOnce) {
      const wanted = Math.min(atOnce, count - index);
      const bytes = new Uint8Array(wanted * type.bytes);
      const got = this.inputs.memory.readAt(address + index * type.bytes, bytes);
      const view = new DataView(bytes.buffer, 0, got);
      for (let at = 0; at + type.bytes <= got; at += type.bytes) this.visitParts(view, at, type, worth, 0);
      if (got < bytes.byteLength) return;
      this.inputs.work.throwIfCancelled();
    }
  }

  private visitLargePart(address: number, slot: GoSlot, worth: TypeEvidence): void {
    if (slot.kind === "array") this.push(address, slot.element, slot.count, worth);
    else {
      const bytes = this.inputs.memory.bytes(BigInt(address), slotBytes);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      this.visitSlot(view, 0, slot, worth);
    }
  }

  private visitParts(view: DataView, start: number, type: GoType, worth: TypeEvidence, depth: number): void {
    if (depth > deepestNesting) return;
    for (const slot of type.slots()) {
      const at = start + slot.offset;
      if (at + wordBytes > view.byteLength) continue;
      if (slot.kind !== "array") this.visitSlot(view, at, slot, worth);
      else {
        const { count, element } = slot;
        for (let index = 0; index < count; index++) {
          const place = at + index * element.bytes;
          if (place + element.bytes > view.byteLength) break;
          this.visitParts(view, place, element, worth, depth + 1);
        }
      }
    }
  }

  private visitSlot(
    view: DataView,
    at: number,
    slot: Exclude<GoSlot, { kind: "array" }>,
    worth: TypeEvidence,
  ): void {
    const word = wordIn(view, at);
    if (word < lowestPointer) return;
    switch (slot.kind) {
      case "pointer":
        this.claim(word, slot.target(), 1, worth);
        return;
      case "slice":
        // The capacity of a variable is not always kept.
        this.claim(
          word,
          slot.element(),
          wordIn(view, at + 2 * wordBytes) || wordIn(view, at + wordBytes),
          worth,
        );
        return;
      case "string":
        this.claim(word, stringText, wordIn(view, at + wordBytes), worth);
        return;
      case "interface":
        this.visitInterface(word, wordIn(view, at + wordBytes), slot.hasMethods, worth);
        return;
      case "function":
        this.visitClosure(word, worth);
        return;
      case "channel":
        this.visitChannel(word, slot.element(), worth);
        return;
      case "map":
        this.visitMap(word, slot.parts(), worth);
    }
  }

  /** @param hasMethods undefined where it is not known whether the head is a table of methods */
  private visitInterface(
    head: number,
    data: number,
    hasMethods: boolean | undefined,
    worth: TypeEvidence,
  ): void {
    const { typeAt, typeOfTable, isDirect } = this.inputs;
    const plain = hasMethods === true ? undefined : BigInt(head);
    let described = plain;
    let type = plain === undefined ? undefined : typeAt(plain);
    if (type === undefined && hasMethods !== false) {
      described = typeOfTable(BigInt(head));
      type = described === undefined ? undefined : typeAt(described);
    }
    if (type === undefined || described === undefined) return;
    if (isDirect(described)) {
      const bytes = new DataView(new ArrayBuffer(wordBytes));
      bytes.setBigUint64(0, BigInt(data), true);
      this.visitParts(bytes, 0, type, worth, 0);
    } else this.claim(data, type, 1, worth);
  }

  private visitClosure(address: number, worth: TypeEvidence): void {
    const code = this.inputs.blocks.indexAt(address) < 0 ? undefined : this.inputs.memory.u64At(address);
    const type = code === undefined ? undefined : this.inputs.closureOf(BigInt(code));
    // In the heap it has captured something, if only debug information tells what.
    const bytes = type === undefined || type.bytes <= wordBytes ? undefined : type.bytes;
    if (type !== undefined && this.claimOwn(address, type.name, bytes, worth))
      this.push(address, type, 1, worth);
  }

  private visitChannel(address: number, element: GoType | undefined, worth: TypeEvidence): void {
    const { memory } = this.inputs;
    if (element === undefined) return;
    const capacity = memory.u64At(address + channel.capacity) ?? 0;
    const buffer = memory.u64At(address + channel.buffer) ?? 0;
    const header = channelBytes(this.inputs.minor);
    const isInside = buffer >= address && buffer <= address + header + wordBytes;
    const bytes = header + (isInside ? capacity * element.bytes : 0);
    if (!this.claimOwn(address, `chan ${element.name}`, bytes, worth) || capacity === 0) return;
    if (isInside) this.push(buffer, element, capacity, worth);
    else this.claim(buffer, element, capacity, worth);
  }

  private visitMap(address: number, parts: GoMapParts | undefined, worth: TypeEvidence): void {
    if (parts === undefined) return;
    const { name, cells } = parts;
    const bytes = this.inputs.minor >= 24 ? swiss.headerBytes : buckets.headerBytes;
    if (this.claimOwn(address, name, bytes, worth)) {
      if (this.inputs.minor >= 24) this.visitSwissMap(address, name, cells, worth);
      else
        for (const place of [buckets.current, buckets.old])
          this.claimCells(this.wordAt(address + place), cells, worth);
    }
  }

  private visitSwissMap(address: number, name: string, cells: GoType, worth: TypeEvidence): void {
    const directory = this.wordAt(address + swiss.directory);
    const tables = this.wordAt(address + swiss.directoryLength);
    if (tables === 0) {
      this.claimCells(directory, cells, worth);
      return;
    }
    if (!this.claimOwn(directory, `${name} directory`, tables * wordBytes, worth)) return;
    let before = 0;
    for (let index = 0; index < Math.min(tables, mostTables); index++) {
      const table = this.wordAt(directory + index * wordBytes);
      // A table that was not split yet stands there more than once.
      if (table === before) continue;
      before = table;
      if (this.claimOwn(table, `${name} table`, swiss.tableBytes, worth))
        this.claimCells(this.wordAt(table + swiss.groups), cells, worth);
    }
  }

  private wordAt(address: number): number {
    return this.inputs.memory.u64At(address) ?? 0;
  }

  /** As many cells as fit: buckets are followed by spare ones. */
  private claimCells(address: number, cells: GoType, worth: TypeEvidence): void {
    const span = this.inputs.spans.at(address);
    if (span === undefined || cells.bytes === 0) return;
    const room = span.elementBytes - span.headerBytes;
    const count = Math.floor(room / cells.bytes);
    if (cells.isUncollected === true || !span.hasNoPointers) this.claim(address, cells, count, worth);
    else this.claimOwn(address, cells.name, room, worth);
    // The allocator knows what it is, but not that buckets lead on to others.
    const block = this.inputs.blocks.indexAt(address);
    if (block >= 0 && this.found.worthOf(block) === typeEvidence.header)
      this.push(address, cells, count, worth);
  }

  /**
   * Tells a block of a type that is the runtime's own, whatever pointers it has.
   * @param bytes undefined when it is all of the block
   * @returns true when that is news
   */
  private claimOwn(address: number, name: string, bytes: number | undefined, worth: TypeEvidence): boolean {
    const block = this.inputs.blocks.indexAt(address);
    if (block < 0) return this.isNewStatic(address);
    const span = this.inputs.spans.at(address);
    if (span === undefined || address !== this.inputs.blocks.startOf(block) + span.headerBytes) return false;
    const room = span.elementBytes - span.headerBytes;
    if (bytes !== undefined && (bytes > room || bytes <= span.moreThan)) return false;
    let type = this.opaque.get(name);
    if (type === undefined) {
      type = { name, bytes: bytes ?? room, slots: () => [] };
      this.opaque.set(name, type);
    }
    return this.found.tell(block, type, false, worth);
  }

  private isNewStatic(address: number): boolean {
    const { data } = this.inputs;
    const at = BigInt(Math.min(address, exactNumbers));
    if (!data.some(({ start, end }) => at >= start && at < end)) return false;
    if (this.statics.has(address) || this.statics.size >= mostStatics) return false;
    this.statics.add(address);
    return true;
  }

  private claim(address: number, type: GoType | undefined, count: number, evident: TypeEvidence): void {
    if (type === undefined || !(count > 0)) return;
    const { blocks, spans } = this.inputs;
    const worth = type.name.includes("go.shape.") ? typeEvidence.form : evident;
    const block = blocks.indexAt(address);
    if (block < 0) {
      if (this.isNewStatic(address)) this.push(address, type, Math.min(count, mostStatics), worth);
      return;
    }
    const span = spans.at(address);
    if (span === undefined) return;
    const offset = address - blocks.startOf(block) - span.headerBytes;
    const bytes = type.bytes * count;
    if (offset < 0 || bytes === 0 || bytes > span.elementBytes - span.headerBytes - offset) return;
    const fills = offset === 0 && bytes > span.moreThan;
    if (!fills && this.found.isWhole(block)) return;
    if (!this.isPossible(type, count, address, span, fills)) return;
    // Texts and arrays of numbers may be longer than what is used of them.
    const isArray = offset === 0 && count > 1 && span.hasNoPointers;
    const isNews =
      fills || isArray
        ? this.found.tell(block, type, count > 1, fills ? worth : typeEvidence.form)
        : this.found.tellPart(block, type, count > 1, offset);
    if (isNews) this.push(address, type, count, evident);
  }

  /** Whether a type has its pointers where the runtime has the object's: what is stale leads to objects of others. */
  private isPossible(
    type: GoType,
    count: number,
    address: number,
    span: ObjectSpan,
    fills: boolean,
  ): boolean {
    const hasPointers = type.isUncollected !== true && type.slots().length > 0;
    if (span.hasNoPointers) return !hasPointers;
    if (fills && !hasPointers) return false;
    const bits = this.inputs.spans.pointerBitsOf(span);
    const words = bits === undefined ? undefined : this.wordsOf(type);
    if (bits === undefined || words === undefined) return true;
    // The runtime's own pointers to what is not in its heap are not followed.
    const mayLack = type.name.startsWith("runtime.") || type.name.startsWith("internal/");
    const first = (address - span.start) / wordBytes;
    if (first % 1 !== 0) return !hasPointers;
    for (let index = 0; index < words.length * count; index++) {
      const word = first + index;
      const isPointer = Math.floor((bits[word >>> 3] ?? 0) / 2 ** (word % 8)) % 2 === 1;
      const isExpected = words[index % words.length] === 1;
      if (isPointer !== isExpected && (isPointer || !mayLack)) return false;
    }
    return true;
  }

  private wordsOf(type: GoType): Uint8Array | undefined {
    if (!this.masks.has(type)) this.masks.set(type, pointerWordsOf(type));
    return this.masks.get(type);
  }
}

/** Of the longest slot that is not an array: a slice. */
const slotBytes = 24;
const lowestPointer = 4096;

/** `runtime.hchan`, without its buffer. */
function channelBytes(minor: number): number {
  return minor >= 23 ? 104 : 96;
}

function wordIn(view: DataView, at: number): number {
  return at + wordBytes > view.byteLength
    ? 0
    : view.getUint32(at + 4, true) * 0x1_0000_0000 + view.getUint32(at, true);
}
