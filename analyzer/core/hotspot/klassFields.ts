import type { Klass } from "./klassTable";
import { symbolText } from "./klassTable";
import { PackedNumbers, packedFormOf } from "./packedNumbers";
import type { VmStructs } from "./vmStructs";

/** A field a class declares. */
export interface KlassField {
  readonly name: string;
  /** `J`, `Ljava/lang/Object;` */
  readonly signature: string;
  /** In the instance, or in the class's mirror for static ones. */
  readonly offset: number;
  readonly isStatic: boolean;
}

const accessStatic = 0x0008;
/** Of a field the JVM added, in the old form. */
const accessInternal = 0x0400;
/** Words of two bytes a field takes in the form to JDK 20: access, name, signature, initial value, offset. */
const oldFieldWords = 6;
/** An offset is shifted by the tag bits in the old form. */
const oldOffsetUnit = 4;
const arrayDataAt = 4;
const mostFields = 70_000;

/** The fields a class itself declares, from either form: arrays of words (to JDK 20), a packed stream (21 on). */
export function fieldsOf(structs: VmStructs, klass: Klass): KlassField[] {
  const constants = structs.word(klass.address, ["InstanceKlass", "_constants"]);
  const constantBytes = structs.sizeOfType("ConstantPool");
  if (constants === undefined || constantBytes === undefined) return [];
  const texts = new Map<number, string | undefined>();
  const textOf = (index: number) => {
    const slot = structs.wordAt(constants + constantBytes + 8 * index);
    if (slot === undefined) return undefined;
    // The lowest bit of a slot once marked unresolved classes.
    const symbol = slot - (slot % 2);
    // Thousands of fields of damaged classes may share one long name.
    if (!texts.has(symbol)) texts.set(symbol, symbolText(structs, symbol));
    return texts.get(symbol);
  };
  const stream = structs.word(klass.address, ["InstanceKlass", "_fieldinfo_stream"]);
  return stream === undefined ? oldFields(structs, klass, textOf) : packedFields(structs, stream, textOf);
}

/** Offset of a field, of the class or one it extends. */
export function fieldOffset(
  structs: VmStructs,
  klass: Klass,
  name: string,
  isStatic = false,
): number | undefined {
  for (const address of structs.list(klass.address, ["Klass", "_super"])) {
    const found = fieldsOf(structs, { ...klass, address }).find(
      (field) => field.name === name && field.isStatic === isStatic,
    );
    if (found !== undefined) return found.offset;
  }
  return undefined;
}

/** Offsets of the fields the JVM adds to one of its own classes, in the order it adds them: they have no names here. */
export function injectedOffsets(structs: VmStructs, klass: Klass): number[] {
  const stream = structs.word(klass.address, ["InstanceKlass", "_fieldinfo_stream"]);
  if (stream !== undefined)
    return packedEntries(structs, stream)
      .filter(({ flags }) => (flags & flagInjected) !== 0)
      .map(({ offset }) => offset);
  const array = structs.word(klass.address, ["InstanceKlass", "_fields"]);
  const countAt = structs.offset(["InstanceKlass", "_java_fields_count"]);
  if (!array || countAt === undefined) return [];
  const { words } = structs;
  const first = words.u16(klass.address + countAt);
  const entries = Math.min(mostFields, Math.floor((words.i32(array) ?? 0) / oldFieldWords));
  const offsets: number[] = [];
  for (let index = first; index < entries; index++) {
    const at = array + arrayDataAt + index * oldFieldWords * 2;
    // Behind the fields stand generic signatures.
    if ((words.u16(at) & accessInternal) === 0) break;
    offsets.push(Math.floor((words.u16(at + 10) * 0x1_0000 + words.u16(at + 8)) / oldOffsetUnit));
  }
  return offsets;
}

type ConstantText = (index: number) => string | undefined;

function oldFields(structs: VmStructs, { address }: Klass, textOf: ConstantText): KlassField[] {
  const array = structs.word(address, ["InstanceKlass", "_fields"]);
  const countAt = structs.offset(["InstanceKlass", "_java_fields_count"]);
  if (!array || countAt === undefined) return [];
  const { words } = structs;
  const fields: KlassField[] = [];
  const count = words.u16(address + countAt);
  for (let index = 0; index < count; index++) {
    const at = array + arrayDataAt + index * oldFieldWords * 2;
    const [access, nameIndex, signatureIndex, , low, high] = Array.from(
      { length: oldFieldWords },
      (_, word) => words.u16(at + 2 * word),
    ) as [number, number, number, number, number, number];
    const name = textOf(nameIndex);
    const signature = textOf(signatureIndex);
    // Behind the end of what the core has there is nothing more.
    if (low < 0) break;
    if (name === undefined || signature === undefined) continue;
    const offset = Math.floor((high * 0x1_0000 + low) / oldOffsetUnit);
    fields.push({ name, signature, offset, isStatic: (access & accessStatic) !== 0 });
  }
  return fields;
}

const flagInitialized = 1;
const flagInjected = 2;
const flagGeneric = 4;
const flagContended = 16;

interface PackedEntry {
  readonly nameIndex: number;
  readonly signatureIndex: number;
  readonly offset: number;
  readonly access: number;
  readonly flags: number;
}

/** Fields of Java, then those the JVM adds. */
function packedEntries(structs: VmStructs, array: number): PackedEntry[] {
  const length = structs.words.i32(array) ?? 0;
  const byteAt = (at: number) => structs.words.u8(array + arrayDataAt + at);
  const numbers = new PackedNumbers(byteAt, length, packedFormOf(structs));
  const count = numbers.next() + numbers.next();
  const entries: PackedEntry[] = [];
  for (let index = 0; index < Math.min(count, mostFields) && !numbers.atEnd; index++) {
    const nameIndex = numbers.next();
    const signatureIndex = numbers.next();
    const offset = numbers.next();
    const access = numbers.next();
    const flags = numbers.next();
    if ((flags & flagInitialized) !== 0) numbers.next();
    if ((flags & flagGeneric) !== 0) numbers.next();
    if ((flags & flagContended) !== 0) numbers.next();
    entries.push({ nameIndex, signatureIndex, offset, access, flags });
  }
  return entries;
}

function packedFields(structs: VmStructs, array: number, textOf: ConstantText): KlassField[] {
  return packedEntries(structs, array).flatMap(({ nameIndex, signatureIndex, offset, access, flags }) => {
    if ((flags & flagInjected) !== 0) return [];
    const name = textOf(nameIndex);
    const signature = textOf(signatureIndex);
    return name === undefined || signature === undefined
      ? []
      : [{ name, signature, offset, isStatic: (access & accessStatic) !== 0 }];
  });
}
