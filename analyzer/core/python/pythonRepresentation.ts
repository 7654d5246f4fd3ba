import { dictionary } from "../../base/dictionary";
import { formatHex } from "../../base/units";
import { dictionaryEntries, type PythonEntries, valueOfKey } from "./pythonDictionary";
import { instanceEntries, instanceSlots } from "./pythonInstance";
import { hasFlag, type PythonMemory, type PythonType, typeFlag } from "./pythonMemory";
import { pythonFloatText, readPythonFloat, readPythonInteger } from "./pythonNumbers";
import { quotedBytes, quotedText } from "./pythonQuoting";
import { setItems, setSize } from "./pythonSet";
import { letterTextAt, readPythonText } from "./pythonText";

const mostLetters = 200;
const mostItems = 20;
const deepest = 3;
/** Of a value with parts: further ones are left out once the line has so many letters. */
const fullLine = 240;
const absent = "<absent>";
const cut = "…";

const singletons = dictionary({
  NoneType: "None",
  ellipsis: "Ellipsis",
  NotImplementedType: "NotImplemented",
});

/** One line, as Python's `repr` writes built-in values; objects of classes with their attributes. Code of the program is not run. */
export function pythonRepresentation(python: PythonMemory, address: number, depth = 0): string {
  const type = python.typeOf(address);
  if (type === undefined) return absent;
  const { name } = type;
  const single = singletons[name];
  if (single !== undefined) return single;
  if (hasFlag(type, typeFlag.string)) return textOf(python, address);
  if (hasFlag(type, typeFlag.integer)) return integerOf(python, address, type, depth);
  if (hasFlag(type, typeFlag.bytes)) return bytesOf(python, address + 32, python.sizeOf(address) ?? 0);
  if (python.isOfType(address, "float")) {
    const value = readPythonFloat(python, address);
    return value === undefined ? absent : pythonFloatText(value);
  }
  if (python.isOfType(address, "bytearray")) {
    const start = python.pointer(address + 40);
    const size = python.sizeOf(address) ?? 0;
    return `bytearray(${start === undefined ? "b''" : bytesOf(python, start, size)})`;
  }
  if (hasFlag(type, typeFlag.exception)) return exceptionText(python, address, depth);
  if (name === "complex") return complexText(python, address);
  return containerOf(python, address, type, depth) ?? objectText(python, address, type, depth);
}

/** `ValueError('no such order')`: what it was made with. */
export function exceptionText(python: PythonMemory, address: number, depth = 0): string {
  const name = python.typeOf(address)?.name || "?";
  const made = python.pointer(address + 24);
  const items = depth >= deepest ? [] : python.tupleItems(made, mostItems);
  const count = made === undefined ? 0 : (python.sizeOf(made) ?? 0);
  return `${name}(${listed(count, items, (item) => pythonRepresentation(python, item, depth + 1))})`;
}

function textOf(python: PythonMemory, address: number): string {
  const read = readPythonText(python, address, mostLetters);
  if (read === undefined) return absent;
  return `${quotedText(read.text)}${read.length > mostLetters ? cut : ""}`;
}

function bytesOf(python: PythonMemory, start: number, size: number): string {
  const wanted = Math.min(size, mostLetters);
  const bytes = python.memory.bytes(BigInt(start), wanted);
  return bytes.length < wanted ? absent : `${quotedBytes(bytes)}${size > mostLetters ? cut : ""}`;
}

function integerOf(python: PythonMemory, address: number, { name }: PythonType, depth: number): string {
  const value = readPythonInteger(python, address);
  if (value === undefined) return absent;
  if (name === "bool") return value === 0n ? "False" : "True";
  return enumerationMember(python, address, depth) ?? String(value);
}

function complexText(python: PythonMemory, address: number): string {
  const real = readPythonFloat(python, address);
  const imaginary = readPythonFloat(python, address + 8);
  if (real === undefined || imaginary === undefined) return absent;
  const short = (value: number) => pythonFloatText(value).replace(/\.0$/, "");
  const sign = imaginary >= 0 || Number.isNaN(imaginary) ? "+" : "";
  if (Object.is(real, 0)) return `${short(imaginary)}j`;
  return `(${short(real)}${Object.is(imaginary, -0) ? "" : sign}${short(imaginary)}j)`;
}

function containerOf(
  python: PythonMemory,
  address: number,
  type: PythonType,
  depth: number,
): string | undefined {
  const write = (item: number) => pythonRepresentation(python, item, depth + 1);
  const isDeep = depth >= deepest;
  const size = python.sizeOf(address) ?? 0;
  if (hasFlag(type, typeFlag.list)) {
    const start = python.pointer(address + 24) ?? 0;
    const items = isDeep ? [] : python.pointers(start, Math.min(size, mostItems));
    return wrapped(type, "list", `[${listed(size, items, write)}]`);
  }
  if (hasFlag(type, typeFlag.tuple)) {
    const items = isDeep ? [] : python.tupleItems(address, mostItems);
    return wrapped(type, "tuple", `(${listed(size, items, write)}${size === 1 ? "," : ""})`);
  }
  if (hasFlag(type, typeFlag.dictionary)) {
    const entries = dictionaryEntries(python, address);
    if (entries === undefined) return absent;
    return wrapped(type, "dict", `{${listedEntries(entries, isDeep, write)}}`);
  }
  const isFrozen = python.isOfType(address, "frozenset");
  if (!isFrozen && !python.isOfType(address, "set")) return undefined;
  const itemCount = setSize(python, address);
  const base = isFrozen ? "frozenset" : "set";
  if (itemCount === 0) return `${type.name}()`;
  const shown = isDeep ? [] : setItems(python, address, mostItems);
  const braces = `{${listed(itemCount, shown, write)}}`;
  return isFrozen ? `${type.name}(${braces})` : wrapped(type, base, braces);
}

/** A class made from a built-in one shows its name. */
function wrapped({ name }: PythonType, base: string, text: string): string {
  return name === base || name === "" ? text : `${name}(${text})`;
}

function listed<Item>(size: number, items: readonly Item[], write: (item: Item) => string): string {
  let line = "";
  let shown = 0;
  for (const item of items) {
    if (line.length > fullLine) break;
    line += `${shown === 0 ? "" : ", "}${write(item)}`;
    shown++;
  }
  if (shown >= size) return line;
  return shown === 0 ? cut : `${line}, ${cut}`;
}

function listedEntries(entries: PythonEntries, isDeep: boolean, write: (item: number) => string): string {
  const shown = isDeep ? [] : entries.page(0, mostItems);
  return listed(entries.count, shown, ([key, value]) => `${write(key)}: ${write(value)}`);
}

/** Things of the language by their names, others by their attributes: `<Order id=7>`. */
function objectText(python: PythonMemory, address: number, type: PythonType, depth: number): string {
  const { name } = type;
  if (name === "") return `<? at ${formatHex(address)}>`;
  if (hasFlag(type, typeFlag.type)) return `<class '${typeNameAt(python, address)}'>`;
  const special = namedThing(python, address, name, depth) ?? enumerationMember(python, address, depth);
  if (special !== undefined) return special;
  const at = formatHex(address);
  if (depth >= deepest) return `<${name} at ${at}>`;
  const entries = instanceEntries(python, address);
  const attributes = [
    ...instanceSlots(python, address).map((slot): [string, number] => [slot.name, slot.value]),
    ...(entries?.page(0, mostItems) ?? []).map(([key, value]): [string, number] => [
      letterTextAt(python, key, 256) ?? "?",
      value,
    ]),
  ];
  if (attributes.length === 0) return `<${name} at ${at}>`;
  const count = attributes.length + Math.max(0, (entries?.count ?? 0) - mostItems);
  const write = ([attribute, value]: [string, number]) =>
    `${attribute}=${pythonRepresentation(python, value, depth + 1)}`;
  return `<${name} ${listed(count, attributes, write)}>`;
}

function namedThing(python: PythonMemory, address: number, name: string, depth: number): string | undefined {
  const named = (offset: number) => letterTextAt(python, python.pointer(address + offset), 256);
  switch (name) {
    case "module": {
      const dictionary = python.pointer(address + 16);
      const entries = dictionary === undefined ? undefined : dictionaryEntries(python, dictionary);
      return `<module ${letterTextAt(python, valueOfKey(python, entries, "__name__")) ?? "?"}>`;
    }
    case "function": {
      const { minor } = python.layout;
      return `<function ${named(minor < 10 ? 104 : 40) ?? "?"}>`;
    }
    case "method": {
      const target = depth > deepest ? undefined : python.pointer(address + 16);
      return target === undefined
        ? undefined
        : `<bound method ${pythonRepresentation(python, target, depth + 1)}>`;
    }
    case "generator":
    case "coroutine":
    case "async_generator":
      return `<${name} ${named(python.layout.generator.qualifiedName) ?? "?"}>`;
    case "code":
      return `<code ${named(python.layout.code.name) ?? "?"}>`;
    default:
      return undefined;
  }
}

function typeNameAt(python: PythonMemory, address: number): string {
  const name = python.pointer(address + 24);
  return (name === undefined ? undefined : python.memory.text(BigInt(name), 256)) ?? "?";
}

/** `<Color.RED: 1>`: members of enumerations keep name and value. */
function enumerationMember(python: PythonMemory, address: number, depth: number): string | undefined {
  if (depth > deepest) return undefined;
  const entries = instanceEntries(python, address);
  const name = letterTextAt(python, valueOfKey(python, entries, "_name_"), 256);
  const value = valueOfKey(python, entries, "_value_");
  if (name === undefined || value === undefined) return undefined;
  return `<${python.typeOf(address)?.name ?? "?"}.${name}: ${pythonRepresentation(python, value, depth + 1)}>`;
}
