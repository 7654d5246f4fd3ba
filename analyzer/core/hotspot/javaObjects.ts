import { javaClassName } from "../../base/javaClassName";
import { fieldOffset } from "./klassFields";
import { type Klass, KlassTable, klassAddressOf } from "./klassTable";
import { followerOf, type MovedObjects } from "./movedObjects";
import { type ObjectLayout, readObjectLayout } from "./objectLayout";
import { followed, type ObjectReferences, readObjectReferences } from "./objectReferences";
import type { VmFlags } from "./vmFlags";
import type { VmStructField, VmStructs } from "./vmStructs";

/** Characters of a string that are read. */
const mostCharacters = 1 << 20;

/** Objects of the Java heap, read by their fields' names. */
export class JavaObjects {
  private readonly offsets = new Map<string, number | undefined>();

  private constructor(
    readonly structs: VmStructs,
    readonly layout: ObjectLayout,
    readonly klasses: KlassTable,
    readonly references: ObjectReferences,
    /** Stacks are those that lie in the heap. */
    private readonly isOfChunks: boolean,
  ) {}

  /** @returns undefined when this JVM does not say how its objects are laid out */
  static of(structs: VmStructs, flags: VmFlags): JavaObjects | undefined {
    const layout = readObjectLayout(structs, flags);
    if (layout === undefined) return undefined;
    const references = readObjectReferences(structs, layout);
    return new JavaObjects(structs, layout, new KlassTable(structs), references, false);
  }

  /** The same for stacks that lie in the heap: where a collector has been, it has compressed the references there. */
  ofChunks(): JavaObjects {
    const { structs, layout, klasses, references } = this;
    return new JavaObjects(structs, layout, klasses, references, true);
  }

  /** The same objects, those that a collection had moved where they are now. */
  following(moved: MovedObjects): JavaObjects {
    const { structs, layout, klasses, references, isOfChunks } = this;
    return new JavaObjects(structs, layout, klasses, followed(references, followerOf(moved)), isOfChunks);
  }

  /** The class of an object; undefined where no object is. */
  klassOf(object: number): Klass | undefined {
    if (object <= 0 || object % 8 !== 0) return undefined;
    const index = this.klasses.indexAt(this.klassAddressIn(object));
    return index < 0 ? undefined : this.klasses.klasses[index];
  }

  /** The object a word of a stack refers to: not compressed, and since ZGC has generations without a colour. */
  onStackAt(address: number): number | undefined {
    const raw = this.structs.words.u64Exact(address);
    return raw === undefined ? undefined : this.inRegister(raw);
  }

  /** The object a word of 8 bytes in a register refers to; undefined where none is. */
  inRegister(raw: bigint): number | undefined {
    const { references, layout } = this;
    if (this.isOfChunks && layout.hasNarrowReferences && raw > 0n && raw < 1n << 32n) {
      const object = references.narrow(Number(raw));
      if (this.klassOf(object) !== undefined) return object;
    }
    for (const object of [Number(raw), this.references.decoded(raw)])
      if (this.klassOf(object) !== undefined) return object;
    return undefined;
  }

  /**
   * The object that a field of the JVM leads to: by a handle in some releases, itself in others, whichever is an object;
   * undefined where neither is.
   */
  heldBy(address: number, field: VmStructField): number | undefined {
    const at = this.structs.offset(field);
    const value = at === undefined ? undefined : this.structs.wordAt(address + at);
    if (!value) return undefined;
    return [this.references.handleAt(value), this.references.handleAt(address + at!)].find(
      (object) => object !== undefined && this.klassOf(object) !== undefined,
    );
  }

  /** What people call the class of an object: `java.lang.Class for com.acme.Till` for the object of a class. */
  describe(object: number): string {
    const klass = this.klassOf(object);
    if (klass === undefined) return "object";
    const name = javaClassName(klass.name);
    const at = this.layout.mirrorKlassAt;
    if (!klass.isMirror || at === undefined) return name;
    const index = this.klasses.indexAt(this.structs.wordAt(object + at) ?? 0);
    const own = this.klasses.klasses[index]?.name;
    return own === undefined ? name : `${name} for ${javaClassName(own)}`;
  }

  /** The object in a field of another; undefined for null, and where the field or an object is missing. */
  fieldOf(object: number, name: string): number | undefined {
    const offset = this.offsetOf(object, name);
    return (offset === undefined ? undefined : this.references.fieldAt(object + offset)) || undefined;
  }

  intOf(object: number, name: string): number | undefined {
    const offset = this.offsetOf(object, name);
    return offset === undefined ? undefined : this.structs.words.i32(object + offset);
  }

  byteOf(object: number, name: string): number | undefined {
    const offset = this.offsetOf(object, name);
    const value = offset === undefined ? -1 : this.structs.words.u8(object + offset);
    return value < 0 ? undefined : value;
  }

  longOf(object: number, name: string): number | undefined {
    const offset = this.offsetOf(object, name);
    return offset === undefined ? undefined : this.structs.wordAt(object + offset);
  }

  /** Of one element of an array of objects. */
  get referenceBytes(): number {
    return this.layout.hasNarrowReferences ? 4 : 8;
  }

  lengthOf(array: number): number | undefined {
    return this.structs.words.i32(array + this.layout.lengthAt);
  }

  /** Where the elements of an array begin. */
  elementsOf(array: number): number | undefined {
    const klass = this.klassOf(array);
    return klass === undefined || klass.layoutHelper >= 0
      ? undefined
      : array + ((klass.layoutHelper >> 16) & 0xff);
  }

  /** Text of a `java.lang.String`, cut where it is longer than `most`; undefined for other objects. */
  textOf(object: number | undefined, most = mostCharacters): string | undefined {
    if (object === undefined || this.klassOf(object)?.name !== "java/lang/String") return undefined;
    const value = this.fieldOf(object, "value");
    const start = value === undefined ? undefined : this.elementsOf(value);
    const length = value === undefined ? undefined : this.lengthOf(value);
    if (start === undefined || length === undefined || length < 0) return undefined;
    const { words } = this.structs;
    // Arrays of characters to JDK 8; bytes with a coder since.
    const coder = this.byteOf(object, "coder");
    const isWide = coder === undefined || coder === 1;
    const units = Math.min(coder === 1 ? length >> 1 : length, most);
    let text = "";
    for (let index = 0; index < units; index++) {
      const unit = isWide ? words.u16(start + 2 * index) : words.u8(start + index);
      if (unit < 0) return undefined;
      text += String.fromCharCode(unit);
    }
    return text;
  }

  offsetOf(object: number, name: string): number | undefined {
    const klass = this.klassOf(object);
    if (klass === undefined) return undefined;
    const key = `${klass.address} ${name}`;
    if (!this.offsets.has(key)) this.offsets.set(key, fieldOffset(this.structs, klass, name));
    return this.offsets.get(key);
  }

  private klassAddressIn(object: number): number {
    const { layout, structs } = this;
    const { words } = structs;
    if (layout.klassIn === "wide") return words.u64(object + 8);
    if (layout.klassIn === "narrow") {
      const narrow = words.u32(object + 8);
      return narrow < 0 ? -1 : klassAddressOf(layout, narrow);
    }
    const mark = words.u64Exact(object);
    return mark === undefined ? -1 : klassAddressOf(layout, Number(mark >> BigInt(layout.markKlassShift)));
  }
}
