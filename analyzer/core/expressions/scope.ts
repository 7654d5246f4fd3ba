import { Attr, Tag } from "../../formats/dwarf/constants";
import type { Die, Unit } from "../../formats/dwarf/dies";
import { entryNameOf, enumerationOf, inherited, linkageNameOf, scopesOf } from "../../formats/dwarf/names";
import { rangesOf } from "../../formats/dwarf/ranges";
import { orReport } from "../../formats/dwarf/sections";
import { type DebugType, readType, typeOf } from "../../formats/dwarf/types";
import type { DebugFrame } from "../symbols/symbolize";
import type { CoreView } from "../values/coreView";
import type { MachineFrame } from "../values/machineFrame";
import { computedValue, dereferenced, valueAt } from "../values/partValues";
import type { ProcessView } from "../values/processView";
import { findMember } from "../values/records";
import { registerNamed } from "../values/registers/registerValues";
import { isMissing, memoryStorage } from "../values/storage";
import type { TypedValue } from "../values/typedValue";
import { globalVariable, variablesOf } from "../values/variables";
import { builtinType, untypedData } from "./numberTypes";

/** What the names in an expression mean at one place of the program. */
export interface ExpressionScope {
  readonly view: ProcessView;
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

/** A constant that all objects of a class share is a member in versions before 5. */
const variableTags = [Tag.variable, Tag.member];

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
    registerOf: (name) => registerNamed(view.core.image.architecture, frame, name),
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

/** The scopes around a function, from the inside out: what is declared there is reached by a shorter name. */
function scopesAround(functionFrame: Pick<DebugFrame, "scopes"> | undefined): string[] {
  const entry = functionFrame?.scopes.at(-1);
  if (entry === undefined) return [];
  const parts = orReport(entry.unit.file.problems, [], () => scopesOf(entry));
  return parts.map((_, index) => parts.slice(0, parts.length - index).join("::"));
}

function globalOf(
  view: CoreView,
  frame: MachineFrame | undefined,
  functionFrame: Pick<DebugFrame, "scopes"> | undefined,
  name: string,
): TypedValue | undefined {
  const unit = functionFrame?.scopes.at(-1)?.unit;
  const within = scopesAround(functionFrame);
  for (const { module, debug } of view.debugModules()) {
    const names = view.namesOf(debug);
    const near = unit?.file === debug ? unit : undefined;
    const variable = names.find(name, variableTags, { near, within, accepts: isKept });
    const place = { bias: module.bias, threadLocal: view.threadLocalsOf(module, frame?.threadPointer) };
    if (variable !== undefined) return globalVariable(variable, place, view).value;
    const enumerator = names.find(name, [Tag.enumerator], { near, within });
    const constant = enumerator && orReport(debug.problems, undefined, () => enumeratorValue(enumerator));
    if (constant !== undefined) return constant;
    const code = names.find(name, [Tag.subprogram], { near, within });
    const start = code && orReport(debug.problems, [], () => rangesOf(code))[0]?.start;
    if (code !== undefined && start !== undefined)
      return { type: readType(code), storage: memoryStorage(view, BigInt(start) + module.bias) };
  }
  return declaredElsewhere(view, unit, within, name) ?? withoutDebugInfo(view, name);
}

/** The debug information says where it is, or what it is. */
function isKept(die: Die): boolean {
  return (
    inherited(die, (origin) => origin.has(Attr.location) || origin.has(Attr.constValue) || undefined) === true
  );
}

function enumeratorValue(die: Die): TypedValue | undefined {
  const owner = enumerationOf(die);
  const value = die.constant(Attr.constValue);
  return owner === undefined || value === undefined ? undefined : computedValue(readType(owner), value);
}

/** A variable that is declared here and defined where there is no debug information: a symbol says where. */
function declaredElsewhere(
  view: CoreView,
  unit: Unit | undefined,
  within: readonly string[],
  name: string,
): TypedValue | undefined {
  for (const { debug } of view.debugModules()) {
    const near = unit?.file === debug ? unit : undefined;
    const die = view.namesOf(debug).find(name, [Tag.variable], { near, within, accepts: () => true });
    if (die === undefined) continue;
    const found = orReport(debug.problems, undefined, () => {
      const place = view.symbolNamed(linkageNameOf(die) ?? entryNameOf(die) ?? name);
      return place?.isCode === false ? valueAt(typeOf(die), place.address, view) : undefined;
    });
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What only a symbol table knows: an address without a type. */
function withoutDebugInfo(view: CoreView, name: string): TypedValue | undefined {
  const place = view.symbolNamed(name);
  if (place === undefined) return undefined;
  const nothing = (): DebugType => ({ kind: "void" });
  const code: DebugType = { kind: "function", returns: nothing, params: () => [] };
  return valueAt(place.isCode ? code : untypedData, place.address, view);
}

function findType(
  view: CoreView,
  functionFrame: Pick<DebugFrame, "scopes"> | undefined,
  name: string,
): DebugType | undefined {
  const builtin = builtinType(name, view.pointerBytes);
  if (builtin !== undefined) return builtin;
  const near = functionFrame?.scopes.at(-1)?.unit;
  const within = scopesAround(functionFrame);
  for (const { debug } of view.debugModules()) {
    const own = near?.file === debug ? near : undefined;
    const die = view.namesOf(debug).find(name, typeTags, { near: own, within });
    if (die !== undefined) return orReport(debug.problems, undefined, () => readType(die));
  }
  return undefined;
}
