import { formatHex } from "../../base/units";
import type { ManagedPart, ManagedParts, ManagedValue } from "../managed/managedValue";
import { dictionaryEntries, type PythonEntries } from "./pythonDictionary";
import { instanceEntries, instanceSlots } from "./pythonInstance";
import { hasFlag, type PythonMemory, typeFlag } from "./pythonMemory";
import { pythonRepresentation } from "./pythonRepresentation";
import { mostSetItems, setItems, setSize } from "./pythonSet";
import { letterTextAt } from "./pythonText";

/** A Python object in words, with its elements and attributes. */
export function pythonValue(python: PythonMemory, address: number): ManagedValue {
  const type = python.typeOf(address);
  if (type === undefined) {
    const why = `what is at ${formatHex(address)} is not in the core, or is not a Python object`;
    return { type: "", text: "<absent>", missing: { missing: "absent", why } };
  }
  const parts = partsOf(python, address);
  return {
    type: type.name === "" ? "?" : type.name,
    text: pythonRepresentation(python, address),
    address: BigInt(address),
    ...(parts !== undefined && parts.count > 0 && { parts }),
  };
}

function partsOf(python: PythonMemory, address: number): ManagedParts | undefined {
  const type = python.typeOf(address);
  if (hasFlag(type, typeFlag.list)) {
    const items = python.pointer(address + 24);
    return sequenceParts(python, items, python.sizeOf(address) ?? 0);
  }
  if (hasFlag(type, typeFlag.tuple))
    return sequenceParts(python, address + python.layout.tupleItems, python.sizeOf(address) ?? 0);
  if (hasFlag(type, typeFlag.dictionary)) {
    const entries = dictionaryEntries(python, address);
    return entries && entryParts(python, entries);
  }
  if (python.isOfType(address, "set") || python.isOfType(address, "frozenset"))
    return setParts(python, address);
  if (hasFlag(type, typeFlag.string) || hasFlag(type, typeFlag.bytes)) return undefined;
  return attributeParts(python, address);
}

function sequenceParts(python: PythonMemory, items: number | undefined, size: number): ManagedParts {
  const count = items === undefined || size > 1 << 30 ? 0 : size;
  return {
    count,
    isIndexed: true,
    page: (start, most) =>
      python
        .pointers((items ?? 0) + 8 * start, Math.max(0, Math.min(most, count - start)))
        .map((item, index) => namedPart(python, `[${start + index}]`, item, `[${start + index}]`)),
  };
}

/** A set has no ways to its items. They are only looked for when they are asked for. */
function setParts(python: PythonMemory, address: number): ManagedParts {
  let items: readonly number[] | undefined;
  return {
    count: Math.min(setSize(python, address), mostSetItems),
    isIndexed: true,
    page: (start, most) => {
      items ??= setItems(python, address);
      return items
        .slice(start, start + most)
        .map((item, index) => namedPart(python, `[${start + index}]`, item, undefined));
    },
  };
}

function entryParts(python: PythonMemory, entries: PythonEntries): ManagedParts {
  return {
    count: entries.count,
    isIndexed: false,
    page: (start, most) =>
      entries.page(start, most).map(([key, value]) => {
        const name = pythonRepresentation(python, key);
        return namedPart(python, name, value, `[${name}]`);
      }),
  };
}

/** Attributes in the object's dictionary and slots, and of an exception what it says. */
function attributeParts(python: PythonMemory, address: number): ManagedParts | undefined {
  const entries = instanceEntries(python, address);
  const fixed: ManagedPart[] = instanceSlots(python, address).map(({ name, value }) =>
    namedPart(python, name, value, `.${name}`),
  );
  if (hasFlag(python.typeOf(address), typeFlag.exception)) {
    const exceptionArguments = python.pointer(address + 24);
    if (exceptionArguments !== undefined)
      fixed.unshift(namedPart(python, "args", exceptionArguments, ".args"));
  }
  const own = entries?.count ?? 0;
  return {
    count: fixed.length + own,
    isIndexed: false,
    page: (start, most) => {
      const page = fixed.slice(start, start + most);
      const rest = most - page.length;
      if (rest <= 0 || entries === undefined) return page;
      for (const [key, value] of entries.page(Math.max(0, start - fixed.length), rest)) {
        const name = letterTextAt(python, key) ?? "?";
        page.push(namedPart(python, name, value, `.${name}`));
      }
      return page;
    },
  };
}

function namedPart(
  python: PythonMemory,
  name: string,
  address: number,
  access: string | undefined,
): ManagedPart {
  return { name, value: pythonValue(python, address), ...(access !== undefined && { access }) };
}
