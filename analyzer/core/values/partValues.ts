import { type EvaluationContext, evaluateLocation } from "../../formats/dwarf/expressions/locationExpression";
import type { Missing } from "../../formats/dwarf/expressions/missing";
import { orReport } from "../../formats/dwarf/sections";
import { byteSizeOf, type DebugType, type Member, strippedType } from "../../formats/dwarf/types";
import type { ProcessView } from "./processView";
import { readInteger } from "./readValue";
import { bytesOf, bytesStorage, isMissing, memoryStorage, missingStorage, partOf } from "./storage";
import type { TypedValue, ValueStorage } from "./typedValue";

const addressBits = 64;

/** A member of a record; bases are members without a name. */
export function memberValue(
  record: TypedValue,
  member: Member,
  context: EvaluationContext | undefined,
): TypedValue {
  const type = member.type();
  if (typeof member.offset !== "number")
    return { type, storage: virtualBaseStorage(record, member.offset, context) };
  if (member.bits !== undefined) return { type, storage: record.storage, bits: member.bits };
  return { type, storage: partOf(record.storage, member.offset) };
}

/** The compiler says by an expression over the object's address where a virtual base is. */
function virtualBaseStorage(
  record: TypedValue,
  expression: Uint8Array,
  context: EvaluationContext | undefined,
): ValueStorage {
  const { address } = record.storage;
  if (address === undefined || context === undefined)
    return missingStorage({ missing: "absent", why: "the object is not in memory" });
  const { problems } = context.unit.file;
  const location = orReport(problems, undefined, () => evaluateLocation(expression, context, [address]));
  if (location?.kind !== "memory")
    return missingStorage({ missing: "absent", why: "its base cannot be located" });
  const distance = BigInt.asIntN(addressBits, location.address - address);
  return partOf(record.storage, Number(distance));
}

/** One element of an array; the dimensions after the first stay an array. */
export function elementValue(array: TypedValue, index: number): TypedValue {
  const type = strippedType(array.type);
  if (type.kind !== "array") return array;
  const element = elementType(type);
  const size = type.stride ?? byteSizeOf(element) ?? 0;
  return { type: element, storage: partOf(array.storage, index * size) };
}

export function elementType(type: DebugType & { kind: "array" }): DebugType {
  if (type.counts.length <= 1) return type.element();
  return { kind: "array", element: type.element, counts: type.counts.slice(1) };
}

/** What a pointer or reference points to. */
export function dereferenced(pointer: TypedValue, process: ProcessView): TypedValue | Missing {
  const type = strippedType(pointer.type);
  if (type.kind !== "pointer") return { missing: "absent", why: "it is not a pointer" };
  const address = readInteger(pointer);
  if (address === undefined) return { missing: "absent", why: "it is not a pointer" };
  if (isMissing(address)) return address;
  return valueAt(process.completeType(type.target()), address, process);
}

export function valueAt(type: DebugType, address: bigint, process: ProcessView): TypedValue {
  return { type, storage: memoryStorage(process, BigInt.asUintN(addressBits, address)) };
}

/** A value that is nowhere in the process: the result of a computation. */
export function computedValue(type: DebugType, number: bigint): TypedValue {
  return { type, storage: bytesStorage(bytesOf(number, byteSizeOf(type) ?? 8)) };
}
