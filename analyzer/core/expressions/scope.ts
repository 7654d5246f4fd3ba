import { dictionary } from "../../base/dictionary";
import { Tag } from "../../formats/dwarf/constants";
import { rangesOf } from "../../formats/dwarf/ranges";
import { orReport } from "../../formats/dwarf/sections";
import { type DebugType, readType } from "../../formats/dwarf/types";
import type { DebugFrame } from "../symbols/symbolize";
import type { CoreView } from "../values/coreView";
import type { MachineFrame } from "../values/machineFrame";
import { computedValue, dereferenced } from "../values/partValues";
import { findMember } from "../values/records";
import { isMissing, memoryStorage } from "../values/storage";
import type { TypedValue } from "../values/typedValue";
import { globalVariable, variablesOf } from "../values/variables";
import { builtinType, unsignedLongType } from "./numberTypes";

/** What the names in an expression mean at one place of the program. */
export interface ExpressionScope {
  readonly view: CoreView;
  valueOf(name: string): TypedValue | undefined;
  registerOf(name: string): TypedValue | undefined;
  typeOf(name: string): DebugType | undefined;
}

const typeTags = [
  Tag.structureType,
  Tag.classType,
  Tag.unionType,
  Tag.enumerationType,
  Tag.typedef,
  Tag.baseType,
];

/** Local variables from the inside out, members of `this`, then variables and functions of all modules. */
export function scopeOf(
  view: CoreView,
  frame: MachineFrame | undefined,
  functionFrame: Pick<DebugFrame, "scopes"> | undefined,
): ExpressionScope {
  let locals: Map<string, TypedValue> | undefined;
  const localOf = (name: string): TypedValue | undefined => {
    if (locals === undefined) {
      locals = new Map();
      const found = frame && functionFrame ? variablesOf(functionFrame, frame, view) : [];
      for (const { name: own, value, isShadowed } of found)
        if (!isShadowed || !locals.has(own)) locals.set(own, value);
    }
    return locals.get(name);
  };
  const known = new Map<string, DebugType | undefined>();
  return {
    view,
    valueOf: (name) =>
      localOf(name) ??
      memberOfThis(localOf("this"), name, view) ??
      globalOf(view, frame, functionFrame, name),
    registerOf: (name) => registerValue(view, frame, name),
    typeOf: (name) => {
      if (!known.has(name)) known.set(name, findType(view, functionFrame, name));
      return known.get(name);
    },
  };
}

function memberOfThis(self: TypedValue | undefined, name: string, view: CoreView): TypedValue | undefined {
  if (self === undefined || name.includes("::")) return undefined;
  const object = dereferenced(self, view);
  return isMissing(object) ? undefined : findMember(object, name, view);
}

function globalOf(
  view: CoreView,
  frame: MachineFrame | undefined,
  functionFrame: Pick<DebugFrame, "scopes"> | undefined,
  name: string,
): TypedValue | undefined {
  const near = functionFrame?.scopes.at(-1)?.unit;
  for (const { module, debug } of view.debugModules()) {
    const names = view.namesOf(debug);
    const own = near?.file === debug ? near : undefined;
    const variable = names.find(name, [Tag.variable], own);
    const place = { bias: module.bias, threadLocal: view.threadLocalsOf(module, frame?.threadPointer) };
    if (variable !== undefined) return globalVariable(variable, place, view).value;
    const code = names.find(name, [Tag.subprogram], own);
    const start = code && orReport(debug.problems, [], () => rangesOf(code))[0]?.start;
    if (code !== undefined && start !== undefined)
      return { type: readType(code), storage: memoryStorage(view, BigInt(start) + module.bias) };
  }
  return undefined;
}

function registerValue(
  view: CoreView,
  frame: MachineFrame | undefined,
  name: string,
): TypedValue | undefined {
  const { architecture } = view.core.image;
  const aliases: Readonly<Record<string, number>> = dictionary({
    pc: architecture.programCounter,
    sp: architecture.stackPointer,
    fp: architecture.framePointer,
  });
  const own = architecture.registerNames.indexOf(name);
  const number = own >= 0 ? own : aliases[name];
  if (number === undefined) return undefined;
  const value = number === architecture.programCounter ? frame?.pc : frame?.registers[number];
  if (value === undefined)
    return {
      type: unsignedLongType,
      storage: { read: () => ({ missing: "optimizedOut", why: `register ${name} was not saved` }) },
    };
  const pointee: DebugType = { kind: "void" };
  const isPointer = number === architecture.programCounter || number === architecture.stackPointer;
  const type: DebugType = isPointer
    ? { kind: "pointer", symbol: "*", byteSize: view.pointerBytes, target: () => pointee }
    : unsignedLongType;
  return computedValue(type, value);
}

function findType(
  view: CoreView,
  functionFrame: Pick<DebugFrame, "scopes"> | undefined,
  name: string,
): DebugType | undefined {
  const builtin = builtinType(name, view.pointerBytes);
  if (builtin !== undefined) return builtin;
  const near = functionFrame?.scopes.at(-1)?.unit;
  for (const { debug } of view.debugModules()) {
    const own = near?.file === debug ? near : undefined;
    const die = view.namesOf(debug).find(name, typeTags, own);
    if (die !== undefined) return orReport(debug.problems, undefined, () => readType(die));
  }
  return undefined;
}
