import type { ManagedValue, ManagedVariable } from "../../managed/managedValue";
import type { Frame } from "../../unwind/stack";
import type { JavaObjects } from "../javaObjects";
import {
  absent,
  isReferenceSignature,
  JavaValues,
  javaTypeOf,
  optimizedOut,
  primitiveText,
} from "../javaValues";
import { FrameValues } from "./frameValues";
import type { JavaCode, JavaCodeFrame } from "./javaCode";
import type { JavaFunction } from "./javaFunctions";
import { type LocalVariable, slotsOf, variablesAt } from "./localVariables";
import { locationTypes, type ScopeValue } from "./scopeValues";

/** `this`, arguments and variables of a method in a frame. */
export function frameVariables(
  code: JavaCode,
  objects: JavaObjects,
  frame: Frame<unknown>,
  found: JavaCodeFrame,
  own: JavaFunction,
): ManagedVariable[] {
  const { method, bytecodeIndex } = own;
  const variables = variablesAt(code.methods, method, bytecodeIndex);
  const values = new JavaValues(objects);
  const read = readerOf(code, objects, values, frame, found, own);
  return variables.map((variable) => ({
    name: variable.name,
    isArgument: variable.isArgument,
    value: read(variable),
  }));
}

function readerOf(
  code: JavaCode,
  objects: JavaObjects,
  values: JavaValues,
  frame: Frame<unknown>,
  found: JavaCodeFrame,
  own: JavaFunction,
): (variable: LocalVariable) => ManagedValue {
  const fp = found.interpreted?.framePointer;
  const locals = fp === undefined ? undefined : code.localsOf(fp);
  if (locals !== undefined) return (variable) => interpretedValue(code, objects, values, locals, variable);
  // Where compiled code was interrupted nothing tells where its values are.
  if (own.values === undefined || !own.isExact) return ({ signature }) => optimizedOut(javaTypeOf(signature));
  const reader = new FrameValues(code, objects, frame, found);
  const scope = reader.scopeValues.valuesAt(found.blob, own.values.locals) ?? [];
  return ({ slot, signature }) => {
    const type = javaTypeOf(signature);
    // Of long and double the second slot has the value.
    const value = scope[slot + slotsOf(signature) - 1];
    if (value === undefined || isGone(value)) return optimizedOut(type);
    if (isReferenceSignature(signature)) {
      const object = reader.objectOf(value);
      return object === undefined && !isNull(value, reader)
        ? optimizedOut(type)
        : values.object(object, type);
    }
    const bits = reader.bitsOf(value);
    if (bits === undefined) return optimizedOut(type);
    return { type, text: primitiveText(bits, signature) };
  };
}

/** Local 0 is highest; of long and double the second slot has the value. */
function interpretedValue(
  code: JavaCode,
  objects: JavaObjects,
  values: JavaValues,
  locals: number,
  { slot, signature }: LocalVariable,
): ManagedValue {
  const type = javaTypeOf(signature);
  const at = locals - 8 * (slot + slotsOf(signature) - 1);
  if (isReferenceSignature(signature)) {
    const raw = code.words.u64Exact(at);
    if (raw === undefined) return absent(type);
    return values.object(objects.inRegister(raw) ?? objects.references.decoded(raw), type);
  }
  const bits = code.words.u64Exact(at);
  return bits === undefined ? absent(type) : { type, text: primitiveText(bits, signature) };
}

function isGone(value: ScopeValue): boolean {
  return value.kind === "replaced" || (value.kind === "location" && value.type === locationTypes.invalid);
}

/** A word of zeros where an object would be, or a constant. */
function isNull(value: ScopeValue, reader: FrameValues): boolean {
  if (value.kind === "constantOop") return value.index === 0;
  if (value.kind === "constant") return value.value === 0n;
  return reader.bitsOf(value) === 0n;
}
