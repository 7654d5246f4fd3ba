import { Attr } from "../../formats/dwarf/constants";
import type { Die } from "../../formats/dwarf/dies";
import { type EvaluationContext, evaluateLocation } from "../../formats/dwarf/expressions/locationExpression";
import { locationAt } from "../../formats/dwarf/locations";
import { inherited } from "../../formats/dwarf/names";
import { byteSizeOf, type DebugType, typeOf } from "../../formats/dwarf/types";
import { resolvedArray } from "./dynamicArrays";
import { fileAddressOf } from "./frameContext";
import { locatedStorage } from "./locatedStorage";
import type { MachineFrame } from "./machineFrame";
import type { ProcessView } from "./processView";
import { readInteger } from "./readValue";
import { bytesOf, bytesStorage, missingStorage, processBytes } from "./storage";
import type { TypedValue, ValueStorage } from "./typedValue";

/** The value of a variable or argument as its entry describes it at the frame's code. @throws DwarfDamage */
export function valueOfVariable(
  die: Die,
  context: EvaluationContext,
  frame: MachineFrame | undefined,
  process: ProcessView,
): TypedValue {
  return resolvedArray(declaredValue(die, context, frame, process), context, process, (length) => {
    const number = readInteger(declaredValue(length, context, frame, process));
    return typeof number === "bigint" ? number : undefined;
  });
}

function declaredValue(
  die: Die,
  context: EvaluationContext,
  frame: MachineFrame | undefined,
  process: ProcessView,
): TypedValue {
  const type = typeOf(die);
  const constant = constantOf(die, type, process);
  if (constant !== undefined) return { type, storage: constant };
  // Locations count in the concrete entry; the abstract one it comes from has none.
  const address = frame === undefined ? 0 : fileAddressOf(frame);
  const described = inherited(die, (origin) => (origin.has(Attr.location) ? origin : undefined));
  if (described === undefined)
    return { type, storage: missingStorage({ missing: "optimizedOut", why: "the compiler kept no value" }) };
  const description = locationAt(described, Attr.location, address);
  if (description.kind !== "expression") {
    const why = "the compiler kept no value at this place of the code";
    return { type, storage: missingStorage({ missing: "optimizedOut", why }) };
  }
  const location = evaluateLocation(description.expression, context);
  return { type, storage: locatedStorage(location, { context, frame, process, type }) };
}

function constantOf(die: Die, type: DebugType, process: ProcessView): ValueStorage | undefined {
  const owner = inherited(die, (origin) => (origin.has(Attr.constValue) ? origin : undefined));
  if (owner === undefined) return undefined;
  const block = owner.block(Attr.constValue);
  if (block !== undefined) return processBytes(block, process);
  const text = owner.string(Attr.constValue);
  if (text !== undefined) return bytesStorage(new TextEncoder().encode(`${text}\0`));
  const value = owner.constant(Attr.constValue);
  return value === undefined ? undefined : bytesStorage(bytesOf(value, byteSizeOf(type) ?? 8));
}
