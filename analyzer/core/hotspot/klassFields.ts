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

/** The fields the JVM adds to one of its own classes; those whose names its tables do not tell are left out. */
export function injectedFieldsOf(structs: VmStructs, klass: Klass): KlassField[] {
  const symbols = structs.staticAddress(["Symbol", "_vm_symbols[0]"], ["vmSymbols", "_symbols[0]"]);
  if (symbols === undefined) return [];
  // Such names are positions in the list of symbols that the JVM knows from the start.
  const textOf = (index: number) => symbolText(structs, structs.wordAt(symbols + 8 * index));
  const stream = structs.word(klass.address, ["InstanceKlass", "_fieldinfo_stream"]);
  return stream === undefined
    ? oldInjectedFields(structs, klass, textOf)
    : namedFields(packedEntries(structs, stream).filter(isInjected), textOf);
}

function oldInjectedFields(structs: VmStructs, { address }: Klass, textOf: ConstantText): KlassField[] {
  const array = structs.word(address, ["InstanceKlass", "_fields"]);
  const countAt = structs.offset(["InstanceKlass", "_java_fields_count"]);
  if (!array || countAt === undefined) return [];
  const { words } = structs;
  const entries = Math.min(mostFields, Math.floor((words.i32(array) ?? 0) / oldFieldWords));
  const fields: FieldEntry[] = [];
  for (let index = words.u16(address + countAt); index < entries; index++) {
    const field = oldField(structs, array, index);
    // Behind the fields stand generic signatures.
    if (field === undefined || (field.access & accessInternal) === 0) break;
    fields.push(field);
  }
  return namedFields(fields, textOf);
}

type ConstantText = (index: number) => string | undefined;

/** A field whose names are positions in a list of texts. */
interface FieldEntry {
  readonly nameIndex: number;
  readonly signatureIndex: number;
  readonly offset: number;
  readonly access: number;
}

function namedFields(entries: readonly FieldEntry[], textOf: ConstantText): KlassField[] {
  return entries.flatMap(({ nameIndex, signatureIndex, offset, access }) => {
    const name = textOf(nameIndex);
    const signature = textOf(signatureIndex);
    return name === undefined || signature === undefined
      ? []
      : [{ name, signature, offset, isStatic: (access & accessStatic) !== 0 }];
  });
}

function oldFields(structs: VmStructs, { address }: Klass, textOf: ConstantText): KlassField[] {
  const array = structs.word(address, ["InstanceKlass", "_fields"]);
  const countAt = structs.offset(["InstanceKlass", "_java_fields_count"]);
  if (!array || countAt === undefined) return [];
  const fields: FieldEntry[] = [];
  const count = structs.words.u16(address + countAt);
  for (let index = 0; index < count; index++) {
    const field = oldField(structs, array, index);
    if (field === undefined) break;
    fields.push(field);
  }
  return namedFields(fields, textOf);
}

/** @returns undefined behind the end of what the core has */
function oldField({ words }: VmStructs, array: number, index: number): FieldEntry | undefined {
  const at = array + arrayDataAt + index * oldFieldWords * 2;
  const [access, nameIndex, signatureIndex, , low, high] = Array.from({ length: oldFieldWords }, (_, word) =>
    words.u16(at + 2 * word),
  ) as [number, number, number, number, number, number];
  if (low < 0) return undefined;
  return {
    nameIndex,
    signatureIndex,
    offset: Math.floor((high * 0x1_0000 + low) / oldOffsetUnit),
    access,
  };
}

const flagInitialized = 1;
const flagInjected = 2;
const flagGeneric = 4;
const flagContended = 16;

interface PackedEntry extends FieldEntry {
  readonly flags: number;
}

function isInjected({ flags }: PackedEntry): boolean {
  return (flags & flagInjected) !== 0;
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
  return namedFields(
    packedEntries(structs, array).filter((entry) => !isInjected(entry)),
    textOf,
  );
}
