import { dictionary } from "../../../../base/dictionary";
import type { Heap } from "../../../heap";
import type { TextOffset } from "../ast";
import { queryFault } from "../faults";
import { objectMethods, textMethods } from "../functions";
import { CallFault } from "./callFault";
import { classMethods } from "./classMethods";
import { listMethods } from "./lists";
import { compilePattern } from "./patterns";
import {
  isHeapObject,
  isScriptList,
  numberOfScript,
  ScriptFunction,
  ScriptPattern,
  ScriptRecord,
  type ScriptValue,
  textIfString,
  textOfScript,
} from "./values";
import type { ScriptWorld } from "./world";

/** `x.name(…)`. A dump runs no code: methods are those of JavaScript, and what can be read from an object. */
export function methodOf(
  world: ScriptWorld,
  of: ScriptValue,
  name: string,
  values: readonly ScriptValue[],
  at: TextOffset,
): ScriptValue {
  const { heap } = world;
  if (of instanceof ScriptRecord) {
    const entry = of.entries.get(name);
    if (entry instanceof ScriptFunction) return entry.call(values);
  }
  if (of instanceof ScriptRecord) throw queryFault(`There is no method ${name} here`, at);
  if (of === null || of === undefined) return undefined;
  const list = isScriptList(of) ? listMethods[name] : undefined;
  if (isScriptList(of) && list !== undefined) return list(world, of, values);
  if (of instanceof ScriptPattern) return ofPattern(heap, of, name, values, at);
  const onText = methodsOfTexts[name];
  const text = textIfString(heap, of);
  if (text !== undefined && onText !== undefined) return onText(heap, text, values, at);
  const known = isHeapObject(of) ? objectMethods[name] : undefined;
  if (isHeapObject(of)) {
    const type = heap.classOfClassObject(of.object);
    const ofType = type === undefined ? undefined : classMethods[name];
    if (type !== undefined && ofType !== undefined) return ofType(world, type);
    if (name !== "toString" && known !== undefined) return known(heap, of.object);
  }
  if (name === "toString") return stringOf(heap, of, values[0]);
  if (typeof of === "number" && name === "toFixed") return of.toFixed(digitsOf(heap, values[0]));
  if (text === undefined && onText !== undefined && heap !== undefined && isCharacters(heap, of))
    return onText(heap, textOfScript(heap, of), values, at);
  throw queryFault(`There is no method ${name} here; a dump runs no code of the program`, at);
}

function isCharacters(heap: Heap, value: ScriptValue): boolean {
  return isHeapObject(value) && heap.elementTypeOf(value.object) === "char";
}

function stringOf(heap: Heap, of: ScriptValue, radix: ScriptValue): string {
  if (typeof of !== "number" && typeof of !== "bigint") return textOfScript(heap, of);
  const base = radix === undefined ? 10 : numberOfScript(heap, radix);
  if (!(base >= 2 && base <= 36)) throw new CallFault("toString() takes a base of 2 to 36");
  return of.toString(base);
}

function digitsOf(heap: Heap, value: ScriptValue): number {
  const digits = value === undefined ? 0 : numberOfScript(heap, value);
  if (!(digits >= 0 && digits <= 100)) throw new CallFault("toFixed() takes 0 to 100 digits");
  return digits;
}

function ofPattern(
  heap: Heap,
  pattern: ScriptPattern,
  name: string,
  values: readonly ScriptValue[],
  at: TextOffset,
): ScriptValue {
  const found = pattern.find(textOfScript(heap, values[0]));
  if (name === "test") return found !== undefined;
  if (name === "exec") return found ?? null;
  throw queryFault(`A pattern has test() and exec(), not ${name}()`, at);
}

type TextMethod = (heap: Heap, text: string, values: readonly ScriptValue[], at: TextOffset) => ScriptValue;

function withNumbers(
  call: (text: string, numbers: readonly (number | undefined)[]) => ScriptValue,
): TextMethod {
  return (heap, text, values) =>
    call(
      text,
      values.map((value) => (value === undefined ? undefined : numberOfScript(heap, value))),
    );
}

/** A pattern, or a text that is taken as it is where JavaScript would make a pattern of it. */
function patternOf(heap: Heap, value: ScriptValue, at: TextOffset): ScriptPattern {
  return value instanceof ScriptPattern ? value : compilePattern(textOfScript(heap, value), "", at);
}

const methodsOfTexts: Readonly<Record<string, TextMethod>> = dictionary<TextMethod>({
  ...Object.fromEntries(
    Object.entries(textMethods).map(([name, method]): [string, TextMethod] => [
      name,
      (heap, text, values) =>
        method(
          text,
          values.map((value) => textOfScript(heap, value)),
        ) as ScriptValue,
    ]),
  ),
  lastIndexOf: (heap, text, [part]) => text.lastIndexOf(textOfScript(heap, part)),
  concat: (heap, text, values) => text + values.map((value) => textOfScript(heap, value)).join(""),
  charAt: withNumbers((text, [at]) => text.charAt(at ?? 0)),
  charCodeAt: withNumbers((text, [at]) => text.charCodeAt(at ?? 0)),
  substring: withNumbers((text, [start, end]) => text.substring(start ?? 0, end)),
  substr: withNumbers((text, [start, length]) => {
    const from = Math.max(0, (start ?? 0) < 0 ? text.length + (start ?? 0) : (start ?? 0));
    return text.substring(from, from + (length ?? text.length));
  }),
  slice: withNumbers((text, [start, end]) => text.slice(start, end)),
  split: (heap, text, [separator]) =>
    separator === undefined ? [text] : text.split(textOfScript(heap, separator)),
  match: (heap, text, [pattern], at) => patternOf(heap, pattern, at).find(text) ?? null,
  matches: (heap, text, [pattern], at) =>
    compilePattern(`^(?:${textOfScript(heap, pattern)})$`, "s", at).find(text) !== undefined,
  search: (heap, text, [pattern], at) => {
    const found = patternOf(heap, pattern, at).find(text);
    return found === undefined ? -1 : text.indexOf(found[0]!);
  },
});
