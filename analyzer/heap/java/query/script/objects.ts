import type { Heap, ObjectIndex } from "../../../heap";
import type { TextOffset } from "../ast";
import { arrayElement } from "../elements";
import { memberOf } from "./members";
import {
  isHeapObject,
  isScriptList,
  numberOfScript,
  ScriptRecord,
  type ScriptValue,
  textIfString,
} from "./values";

/** `x[i]` of arrays, lists and texts; `x["name"]` like `x.name`. */
export function elementAt(heap: Heap, of: ScriptValue, index: ScriptValue, at: TextOffset): ScriptValue {
  const name = textIfString(heap, index);
  if (name !== undefined && !/^[0-9]+$/.test(name)) return memberOf(heap, of, name, at);
  const position = numberOfScript(heap, index);
  if (of instanceof ScriptRecord) return of.entries.get(String(position));
  if (!Number.isSafeInteger(position) || position < 0) return undefined;
  if (isScriptList(of)) return elementOfList(of, position);
  const text = textIfString(heap, of);
  if (text !== undefined) return text[position];
  return isHeapObject(of) ? (arrayElement(heap, of.object, position) ?? null) : undefined;
}

function elementOfList(list: Iterable<ScriptValue>, position: number): ScriptValue {
  if (Array.isArray(list)) return list[position];
  let at = 0;
  for (const each of list) if (at++ === position) return each;
  return undefined;
}

export function asValues(objects: readonly ObjectIndex[]): readonly ScriptValue[] {
  return objects.map((object) => ({ object }));
}
