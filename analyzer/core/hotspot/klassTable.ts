import type { Brand } from "../../base/units";
import { loaderLayoutOf } from "./loaderLayout";
import type { ObjectLayout } from "./objectLayout";
import type { VmStructs } from "./vmStructs";

/** Position of a class in a {@link KlassTable}. */
export type KlassIndex = Brand<number, "KlassIndex">;

/** A class as the JVM describes it. */
export interface Klass {
  readonly address: number;
  /** As the JVM writes it: `java/lang/String`, `[B`. */
  readonly name: string;
  /** Positive: bytes of an instance; negative: header and element size of an array. */
  readonly layoutHelper: number;
  /** `java.lang.Class`, whose objects hold the static fields and so have sizes of their own. */
  readonly isMirror: boolean;
  /** Frames of a virtual thread that waits: as long as they are (JDK 21 on). */
  readonly isStackChunk: boolean;
}

export const stackChunkClass = "jdk/internal/vm/StackChunk";

const longestName = 4096;
/** A class has 65,535 fields at most, and so may those have that it extends. */
const longestInstance = 16 << 20;
/** log2 of the bytes of an element, by the letter that stands for its type. */
const shiftsOfElements: ReadonlyMap<string, number> = new Map([
  ["Z", 0],
  ["B", 0],
  ["C", 1],
  ["S", 1],
  ["I", 2],
  ["F", 2],
  ["J", 3],
  ["D", 3],
]);

/**
 * The classes of a JVM by address. Those of the class loaders' lists are known to be classes; others (of loaders
 * unloaded since, seen in dead objects only) are not taken: their metadata may be something else by now.
 */
export class KlassTable {
  readonly klasses: Klass[] = [];
  private readonly indexByAddress = new Map<number, KlassIndex>();
  private readonly known: ReadonlySet<number>;
  private readonly layoutAt: number | undefined;

  constructor(private readonly structs: VmStructs) {
    this.known = new Set([...klassLists(structs)].flatMap(({ klasses }) => klasses));
    this.layoutAt = structs.offset(["Klass", "_layout_helper"]);
  }

  get knownClasses(): number {
    return this.known.size;
  }

  /** @returns -1 when there is no class at the address */
  indexAt(address: number): KlassIndex {
    // Asked of whatever words are at hand: only classes are remembered.
    if (!this.known.has(address)) return -1 as KlassIndex;
    let index = this.indexByAddress.get(address);
    if (index === undefined) {
      index = this.read(address);
      this.indexByAddress.set(address, index);
    }
    return index;
  }

  /** The class with a name, the one of the boot loader first; undefined when none is loaded. */
  byNameOrUndefined(name: string): Klass | undefined {
    let found: Klass | undefined;
    for (const address of this.known) {
      const index = this.indexAt(address);
      // The list begins with the loader made last: the boot loader's class is the last one met.
      if (index >= 0 && this.klasses[index]!.name === name) found = this.klasses[index];
    }
    return found;
  }

  /** Visits every class of the loaders' lists. */
  forEachKnown(visit: (klass: Klass) => void): void {
    for (const address of this.known) {
      const index = this.indexAt(address);
      if (index >= 0) visit(this.klasses[index]!);
    }
  }

  private read(address: number): KlassIndex {
    const nothing = -1 as KlassIndex;
    if (this.layoutAt === undefined) return nothing;
    const layoutHelper = this.structs.words.i32(address + this.layoutAt);
    const name = symbolText(this.structs, this.structs.word(address, ["Klass", "_name"]));
    if (layoutHelper === undefined || name === undefined || !isPossible(layoutHelper, name)) return nothing;
    const index = this.klasses.length as KlassIndex;
    const isMirror = name === "java/lang/Class";
    this.klasses.push({ address, name, layoutHelper, isMirror, isStackChunk: name === stackChunkClass });
    return index;
  }
}

/** Whether instances, or elements of an array of such a name, can be as long as is told. */
function isPossible(layoutHelper: number, name: string): boolean {
  if (layoutHelper >= 0) return layoutHelper > 0 && layoutHelper < longestInstance;
  const shift = layoutHelper & 0x3f;
  const isOfReferences = layoutHelper >>> 30 === 2;
  if (isOfReferences) return shift === 2 || shift === 3;
  // Arrays that fill free space are named after objects.
  return shift === (shiftsOfElements.get(name[1] ?? "") ?? Math.min(shift, 3));
}

/** The text of a `Symbol`; undefined when it is not in the core. */
export function symbolText(structs: VmStructs, symbol: number | undefined): string | undefined {
  const bytes = symbolBytes(structs, symbol);
  return bytes === undefined ? undefined : utf8.decode(bytes);
}

/** The text of a `Symbol` in the JVM's own form of UTF-8; undefined when it is not in the core. */
export function symbolBytes(structs: VmStructs, symbol: number | undefined): Uint8Array | undefined {
  const lengthAt = structs.offset(["Symbol", "_length"]);
  const bodyAt = structs.offset(["Symbol", "_body"]);
  if (!symbol || lengthAt === undefined || bodyAt === undefined) return undefined;
  const { words } = structs;
  const length = words.u16(symbol + lengthAt);
  if (length <= 0 || length > longestName) return undefined;
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at++) {
    const byte = words.u8(symbol + bodyAt + at);
    if (byte < 0) return undefined;
    bytes[at] = byte;
  }
  return bytes;
}

const utf8 = new TextDecoder();

/** Address of the class a narrow value in an object's header means. */
export function klassAddressOf(layout: ObjectLayout, narrow: number): number {
  return layout.narrowKlassBase + narrow * 2 ** layout.narrowKlassShift;
}

/** Classes of one class loader. */
export interface KlassList {
  /** Of the loader's data. */
  readonly loader: number;
  /** Addresses of its classes. */
  readonly klasses: readonly number[];
}

/** The classes of each class loader, the loader made last first; a class is in one list only. */
export function* klassLists(structs: VmStructs): Generator<KlassList> {
  const known = new Set<number>();
  const { klasses: firstAt, nextKlass } = loaderLayoutOf(structs);
  const head = structs.staticWord(["ClassLoaderDataGraph", "_head"]);
  for (const loader of structs.list(head, ["ClassLoaderData", "_next"])) {
    const klasses: number[] = [];
    const first = firstAt === undefined ? undefined : structs.wordAt(loader + firstAt);
    for (const klass of structs.listAt(first, nextKlass)) {
      // What follows is the rest of a list seen before.
      if (known.has(klass)) break;
      known.add(klass);
      klasses.push(klass);
    }
    yield { loader, klasses };
  }
}
