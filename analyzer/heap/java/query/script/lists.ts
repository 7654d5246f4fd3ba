import { dictionary } from "../../../../base/dictionary";
import type { Heap } from "../../../heap";
import { arrayElements } from "../elements";
import { callback } from "./callbacks";
import { CallFault } from "./callFault";
import { lengthOfList } from "./members";
import {
  areSame,
  isHeapObject,
  isScriptList,
  isTruthy,
  numberOfScript,
  orderOf,
  type ScriptList,
  ScriptRecord,
  type ScriptValue,
  Sequence,
  textOfScript,
} from "./values";
import type { ScriptWorld } from "./world";

type ListFunction = (world: ScriptWorld, list: ScriptList, values: readonly ScriptValue[]) => ScriptValue;

const element = ["it", "index", "array", "result"];
const pair = ["lhs", "rhs"];

/** Slots of an array of the dump that are read at a time. */
const chunk = 4096;

/** What a function over lists goes through: lists, arrays of the dump, and the values of a record. */
export function scriptListOf({ heap }: ScriptWorld, value: ScriptValue): ScriptList | undefined {
  if (isScriptList(value)) return value;
  if (value instanceof ScriptRecord) return [...value.entries.values()];
  if (!isHeapObject(value) || heap.elementTypeOf(value.object) === undefined) return undefined;
  const { object } = value;
  return new Sequence(function* () {
    const length = heap.lengthOf(object);
    for (let at = 0; at < length; at += chunk) yield* arrayElements(heap, object, at, chunk) as ScriptValue[];
  });
}

function keysOf(value: ScriptValue): readonly string[] | undefined {
  return value instanceof ScriptRecord ? [...value.entries.keys()] : undefined;
}

/** Runs `visit` on every element with what the callback says of it, until it returns false. */
function each(
  world: ScriptWorld,
  of: ScriptValue,
  code: ScriptValue,
  visit: (result: ScriptValue, value: ScriptValue) => boolean | undefined,
): void {
  const list = scriptListOf(world, of);
  if (list === undefined) return;
  const run = code === undefined ? (value: ScriptValue) => value : callback(world, code, element);
  const keys = keysOf(of);
  let index = 0;
  for (const value of list) {
    world.budget.step();
    const key = keys === undefined ? index : keys[index]!;
    if (visit(run(value, key, of), value) === false) return;
    index++;
  }
}

function kept(world: ScriptWorld, fill: (keep: (value: ScriptValue) => true) => void): ScriptValue[] {
  const result: ScriptValue[] = [];
  fill((value) => {
    world.budget.keep();
    result.push(value);
    return true;
  });
  return result;
}

function sorted(world: ScriptWorld, of: ScriptValue, code: ScriptValue): ScriptValue[] {
  const all = kept(world, (keep) => each(world, of, undefined, keep));
  const compare = code === undefined ? undefined : callback(world, code, pair);
  return all.sort((a, b) => {
    world.budget.step();
    if (compare === undefined) return orderOf(world.heap, a, b) ?? 0;
    const order = compare(a, b);
    return numberOfScript(world.heap, order) || 0;
  });
}

/** The element that beats all others, by a callback that says whether the left one beats the right one. */
function best(world: ScriptWorld, of: ScriptValue, code: ScriptValue, wanted: 1 | -1): ScriptValue {
  const beats =
    code === undefined
      ? (a: ScriptValue, b: ScriptValue) => orderOf(world.heap, a, b) === wanted
      : callback(world, code, pair);
  let found: { readonly value: ScriptValue } | undefined;
  each(world, of, undefined, (value) => {
    if (found === undefined || isTruthy(beats(value, found.value))) found = { value };
    return true;
  });
  return found?.value;
}

function keyOfValue(heap: Heap, value: ScriptValue): string {
  return isHeapObject(value) ? `@${value.object}` : `${typeof value}:${textOfScript(heap, value)}`;
}

/** Functions over lists: `name(list, code, …)`. */
export const listFunctions: Readonly<
  Record<string, (world: ScriptWorld, of: ScriptValue, values: readonly ScriptValue[]) => ScriptValue>
> = dictionary({
  map: (world, of, [code]) => kept(world, (keep) => each(world, of, needed(code, "map"), keep)),
  filter: (world, of, [code]) =>
    kept(world, (keep) =>
      each(world, of, needed(code, "filter"), (result, value) => {
        if (isTruthy(result)) keep(value);
        return true;
      }),
    ),
  sort: (world, of, [code]) => sorted(world, of, code),
  top: (world, of, [code, count]) => {
    const wanted = count === undefined ? 10 : numberOfScript(world.heap, count);
    return sorted(world, of, code ?? "rhs - lhs").slice(0, wanted);
  },
  count: (world, of, [code]) => {
    const list = scriptListOf(world, of);
    if (list === undefined)
      throw new CallFault("count() counts lists; to count rows, write it after FROM's class");
    if (code === undefined) return lengthOfList(list);
    let count = 0;
    each(world, of, code, (result) => {
      if (isTruthy(result)) count++;
      return true;
    });
    return count;
  },
  sum: (world, of, [code]) => {
    let sum = 0;
    each(world, of, code, (result) => {
      sum += numberOfScript(world.heap, result);
      return true;
    });
    return sum;
  },
  max: (world, of, [code]) => best(world, of, code, 1),
  min: (world, of, [code]) => best(world, of, code, -1),
  contains: (world, of, [code]) => {
    let found = false;
    const isCode = typeof code === "string" || isCallable(code);
    each(world, of, isCode ? code : undefined, (result, value) => {
      found = isCode ? isTruthy(result) : areSame(world.heap, value, code);
      return !found;
    });
    return found;
  },
  unique: (world, of, [code]) => {
    const seen = new Set<string>();
    return kept(world, (keep) =>
      each(world, of, code, (result, value) => {
        const key = keyOfValue(world.heap, result);
        if (seen.has(key)) return true;
        seen.add(key);
        keep(value);
        return true;
      }),
    );
  },
  concat: (world, of, [other]) =>
    kept(world, (keep) => {
      for (const part of [of, other]) each(world, part, undefined, keep);
    }),
  toArray: (world, of) => kept(world, (keep) => each(world, of, undefined, keep)),
  join: (world, of, [separator]) => {
    const parts: string[] = [];
    each(world, of, undefined, (value) => {
      world.budget.keep();
      parts.push(textOfScript(world.heap, value));
      return true;
    });
    return parts.join(separator === undefined ? "," : textOfScript(world.heap, separator));
  },
  forEach: (world, of, [code]) => {
    each(world, of, needed(code, "forEach"), () => true);
    return undefined;
  },
});

function isCallable(value: ScriptValue): boolean {
  return typeof value === "object" && value !== null && "call" in value;
}

function needed(code: ScriptValue, name: string): ScriptValue {
  if (code === undefined) throw new CallFault(`${name}() takes a list and the code to run on its elements`);
  return code;
}

const numbered =
  (
    call: (list: readonly ScriptValue[], numbers: readonly (number | undefined)[]) => ScriptValue,
  ): ListFunction =>
  (world, list, values) =>
    call(
      [...list],
      values.map((value) => (value === undefined ? undefined : numberOfScript(world.heap, value))),
    );

/** Methods of lists: `list.name(…)`. */
export const listMethods: Readonly<Record<string, ListFunction>> = dictionary<ListFunction>({
  ...listFunctions,
  includes: (world, list, [value]) => indexIn(world, list, value) >= 0,
  indexOf: (world, list, [value]) => indexIn(world, list, value),
  slice: numbered((list, [start, end]) => list.slice(start, end)),
  reverse: numbered((list) => [...list].reverse()),
  size: (_, list) => lengthOfList(list),
  get: numbered((list, [at]) => list[at ?? 0]),
});

function indexIn({ heap }: ScriptWorld, list: ScriptList, wanted: ScriptValue): number {
  let at = 0;
  for (const value of list) {
    if (areSame(heap, value, wanted)) return at;
    at++;
  }
  return -1;
}
