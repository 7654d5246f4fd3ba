import { dictionaryEntries, type PythonEntries, sharedKeyEntries } from "./pythonDictionary";
import { hasFlag, type PythonMemory, type PythonType, typeFlag } from "./pythonMemory";

/** An attribute kept in a slot of the object. */
export interface PythonSlot {
  readonly name: string;
  readonly value: number;
}

const mostSlots = 256;
const deepestBase = 64;
/** `PyMemberDef`: name, type, offset */
const memberBytes = 40;
/** `T_OBJECT`, `T_OBJECT_EX` */
const objectMembers = new Set([6, 16]);

/** Attributes in the object's own dictionary, which takes several forms. */
export function instanceEntries(python: PythonMemory, address: number): PythonEntries | undefined {
  const type = python.typeOf(address);
  if (type === undefined) return undefined;
  const { minor } = python.layout;
  if (minor >= 11 && hasFlag(type, typeFlag.managedDictionary)) return managedEntries(python, address, type);
  const offset = dictionaryOffsetOf(python, address, type);
  const dictionary = offset === undefined ? undefined : python.pointer(address + offset);
  return dictionary === undefined ? undefined : dictionaryEntries(python, dictionary);
}

/** A negative offset counts from the end of an object of variable size. */
function dictionaryOffsetOf(python: PythonMemory, address: number, type: PythonType): number | undefined {
  const { dictionaryOffset, basicSize, itemSize } = type;
  if (dictionaryOffset > 0) return dictionaryOffset < 1 << 20 ? dictionaryOffset : undefined;
  if (dictionaryOffset === 0 || itemSize === 0 || itemSize > 1024) return undefined;
  const items = Math.abs(Number(python.signed(address + 16) ?? 0n));
  const end = basicSize + items * itemSize;
  return Math.ceil(end / 8) * 8 + dictionaryOffset;
}

/** Since 3.11 the dictionary stands before the object, and is only made when it is asked for. */
function managedEntries(python: PythonMemory, address: number, type: PythonType): PythonEntries | undefined {
  const { minor, cachedKeys, dictionaryValues } = python.layout;
  const keys = python.pointer(type.address + cachedKeys);
  const shared = (values: number) =>
    keys === undefined ? undefined : sharedKeyEntries(python, keys, values + dictionaryValues);
  const before = python.word(address - 24);
  if (minor === 11) {
    const values = python.pointer(address - 32);
    if (values !== undefined) return shared(values);
    return before ? dictionaryEntries(python, before) : undefined;
  }
  if (minor === 12) {
    if (!before) return undefined;
    return before % 2 === 1 ? shared(before + 1) : dictionaryEntries(python, before);
  }
  if (before) return dictionaryEntries(python, before);
  if (!hasFlag(type, typeFlag.inlineValues)) return undefined;
  const values = address + type.basicSize;
  return python.byte(values + 3) === 1 ? shared(values) : undefined;
}

/** Attributes named by `__slots__`, those of base classes first. */
export function instanceSlots(python: PythonMemory, address: number): PythonSlot[] {
  let slots: PythonSlot[] = [];
  let type = python.typeOf(address);
  for (let depth = 0; type !== undefined && depth < deepestBase; depth++, type = type.base) {
    // Members of built-in types are not slots of a program.
    if (!hasFlag(type, typeFlag.heapType)) break;
    slots = [...slotsOfType(python, address, type), ...slots];
  }
  return slots;
}

function slotsOfType(python: PythonMemory, address: number, { members }: PythonType): PythonSlot[] {
  const slots: PythonSlot[] = [];
  if (members === 0) return slots;
  for (let index = 0; index < mostSlots; index++) {
    const member = members + index * memberBytes;
    const nameAddress = python.pointer(member);
    if (nameAddress === undefined) break;
    const kind = python.i32(member + 8);
    const offset = python.word(member + 16);
    const name = python.memory.text(BigInt(nameAddress), 256);
    if (kind === undefined || offset === undefined || name === undefined) break;
    const value = objectMembers.has(kind) && offset < 1 << 20 ? python.pointer(address + offset) : undefined;
    if (value !== undefined) slots.push({ name, value });
  }
  return slots;
}
