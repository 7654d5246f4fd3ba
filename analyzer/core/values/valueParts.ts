import { byteSizeOf, type DebugType, type RecordType, strippedType } from "../../formats/dwarf/types";
import { dereferenced, elementValue, valueAt } from "./partValues";
import type { Children, Printer, ProcessView, ValuePart } from "./processView";
import { complexParts } from "./readValue";
import { activeVariant, recordFields } from "./records";
import { isMissing } from "./storage";
import type { TypedValue } from "./typedValue";

/** Alternatives in alternatives and wrappers in wrappers: only damaged types go deeper. */
const deepestAlternative = 3;
const deepestWrapper = 8;

/** The parts alone: nothing is followed to write a text, so that opening a list node does not walk the list. */
export function partsOf(value: TypedValue, process: ProcessView, level = 0) {
  const complete = { ...value, type: process.completeType(value.type) };
  const type = strippedType(complete.type);
  const printer = level < deepestWrapper ? printerOf(type, process) : undefined;
  const printed = printer?.(complete, process, level);
  const children = printed === undefined ? childrenOf(complete, type, process) : printed.children;
  return { complete, type, printed, children };
}

function printerOf(type: DebugType, process: ProcessView): Printer | undefined {
  if (type.kind === "record") return process.printerOf(type);
  return type.kind === "pointer" ? process.pointerPrinterOf?.(type.target()) : undefined;
}

function childrenOf(value: TypedValue, type: DebugType, process: ProcessView): Children | undefined {
  switch (type.kind) {
    case "pointer":
      return pointerChildren(value, type, process);
    case "record":
      return recordChildren(value, type, process);
    case "array":
      return arrayChildren(value, type);
    case "base":
      return complexChildren(value);
    default:
      return undefined;
  }
}

function pointerChildren(
  value: TypedValue,
  type: DebugType & { kind: "pointer" },
  process: ProcessView,
): Children | undefined {
  const pointed = dereferenced(value, process);
  if (isMissing(pointed)) return undefined;
  const target = strippedType(pointed.type);
  if (target.kind === "void" || target.kind === "function" || target.kind === "unknown") return undefined;
  // No language has references to references; following them could go on for ever.
  if (type.symbol !== "*" && target.kind === "pointer" && target.symbol !== "*") return undefined;
  // References and pointers to records open into what they point to at once.
  if (type.symbol !== "*" || target.kind === "record") {
    if (pointed.storage.address === 0n) return undefined;
    return partsOf(pointed, process).children;
  }
  if (pointed.storage.address === 0n) return undefined;
  return listOf([{ name: "*", value: pointed, access: "*" }]);
}

function recordChildren(value: TypedValue, type: RecordType, process: ProcessView): Children | undefined {
  let at = { value, type };
  // The parts of an alternative are those of its record; damaged types can hold themselves as an alternative.
  for (let depth = 0; depth <= deepestAlternative; depth++) {
    const variant = activeVariant(at.value, at.type);
    if (variant === undefined) {
      const fields = recordFields(at.value, at.type, process);
      return fields.length === 0 ? undefined : listOf(fields);
    }
    if (isMissing(variant)) return undefined;
    const payload = strippedType(variant.value.type);
    if (payload.kind !== "record") return undefined;
    at = { value: variant.value, type: payload };
  }
  return undefined;
}

function complexChildren(value: TypedValue): Children | undefined {
  const parts = complexParts(value);
  return parts && listOf(["real", "imaginary"].map((name, index) => ({ name, value: parts[index]! })));
}

function arrayChildren(value: TypedValue, type: DebugType & { kind: "array" }): Children | undefined {
  const count = type.counts[0];
  if (count === undefined || count === 0) return undefined;
  return indexedList(count, (index) => elementValue({ ...value, type }, index));
}

/** All parts at once. */
export function listOf(parts: readonly ValuePart[]): Children {
  return {
    count: parts.length,
    isIndexed: false,
    page: (start, count) => parts.slice(start, start + count),
  };
}

/** Elements computed when a page asks for them. */
function indexedList(count: number, elementAt: (index: number) => TypedValue): Children {
  return {
    count,
    isIndexed: true,
    page: (start, wanted) => {
      const parts: ValuePart[] = [];
      for (let index = start; index < Math.min(count, start + wanted); index++)
        parts.push({ name: `[${index}]`, value: elementAt(index), access: `[${index}]` });
      return parts;
    },
  };
}

/** `count` values of a type, one after the other in memory. */
export function arrayAt(type: DebugType, address: bigint, count: number, process: ProcessView): Children {
  const size = BigInt(byteSizeOf(process.completeType(type)) ?? 0);
  return {
    count,
    isIndexed: true,
    page: (start, wanted) => {
      const parts: ValuePart[] = [];
      for (let index = start; index < Math.min(count, start + wanted); index++)
        parts.push({
          name: `[${index}]`,
          value: valueAt(type, address + BigInt(index) * size, process),
          access: `[${index}]`,
        });
      return parts;
    },
  };
}
