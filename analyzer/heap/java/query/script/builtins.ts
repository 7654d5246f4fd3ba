import { dictionary } from "../../../../base/dictionary";
import type { ObjectIndex } from "../../../heap";
import { displayNameOf } from "../displayNames";
import { functions } from "../functions";
import { strongReferees, strongReferrers } from "../neighbours";
import { callback } from "./callbacks";
import { CallFault } from "./callFault";
import { heapObject } from "./heapObject";
import { listFunctions, scriptListOf } from "./lists";
import { lengthOfList } from "./members";
import { asValues } from "./objects";
import { reachablesOf } from "./reachables";
import {
  areSame,
  cellOf,
  isHeapObject,
  isTruthy,
  numberOfScript,
  ScriptFunction,
  ScriptRecord,
  type ScriptValue,
  textIfString,
  textOfScript,
} from "./values";
import type { ScriptWorld } from "./world";

type Builtin = (world: ScriptWorld, values: readonly ScriptValue[]) => ScriptValue;

function ofObject(
  call: (world: ScriptWorld, object: ObjectIndex, values: readonly ScriptValue[]) => ScriptValue,
): Builtin {
  return (world, [value, ...values]) => (isHeapObject(value) ? call(world, value.object, values) : null);
}

/** A function that both dialects have. */
function shared(name: string): Builtin {
  const found = functions[name]!;
  return ({ heap }, [value]) => found.call(heap, [cellOf(heap, value)]) as ScriptValue;
}

const referrers = ofObject((world, object, [weak]) =>
  asValues(
    (isTruthy(weak) ? world.heap.referrersOf(object) : strongReferrers(world.heap, object)).filter(
      world.sees,
    ),
  ),
);
const referees = ofObject((world, object, [weak]) =>
  asValues(strongReferees(world.heap, object, isTruthy(weak)).filter(world.sees)),
);

/** Calls the code for each of some objects until it returns true. */
function forEachOf(objects: Builtin): Builtin {
  return (world, [code, value]) => {
    const run = callback(world, code, ["it"]);
    for (const each of scriptListOf(world, objects(world, [value])) ?? []) if (isTruthy(run(each))) break;
    return undefined;
  };
}

const builtins: Readonly<Record<string, Builtin>> = dictionary<Builtin>({
  ...Object.fromEntries(
    Object.entries(listFunctions).map(([name, call]): [string, Builtin] => [
      name,
      (world, [of, ...values]) => call(world, of, values),
    ]),
  ),
  classof: shared("classof"),
  sizeof: shared("sizeof"),
  rsizeof: shared("rsizeof"),
  objectid: shared("objectid"),
  root: shared("root"),
  toHtml: ({ heap }, [value]) =>
    isHeapObject(value) ? displayNameOf(heap, value.object) : textOfScript(heap, value),
  length: (world, [value]) => {
    const text = textIfString(world.heap, value);
    const list = text === undefined ? scriptListOf(world, value) : undefined;
    return text?.length ?? (list === undefined ? undefined : lengthOfList(list));
  },
  identical: ({ heap }, [a, b]) =>
    isHeapObject(a) && isHeapObject(b) ? a.object === b.object : areSame(heap, a, b),
  referrers,
  referees,
  refers: (world, [a, b]) =>
    isHeapObject(a) && isHeapObject(b) && strongReferees(world.heap, a.object, true).includes(b.object),
  forEachReferrer: forEachOf(referrers),
  forEachReferee: forEachOf(referees),
  reachables: ofObject((world, object, [excluded]) => reachablesOf(world, object, excluded)),
  parseInt: ({ heap }, [text, base]) =>
    Number.parseInt(textOfScript(heap, text), base === undefined ? 10 : numberOfScript(heap, base)),
  parseFloat: ({ heap }, [text]) => Number.parseFloat(textOfScript(heap, text)),
  isNaN: ({ heap }, [value]) => Number.isNaN(numberOfScript(heap, value)),
  Number: ({ heap }, [value]) => numberOfScript(heap, value),
  String: ({ heap }, [value]) => textOfScript(heap, value),
});

/** Functions of VisualVM's queries, for completion. */
export const scriptFunctions: readonly string[] = Object.keys(builtins);

const mathematics = ["abs", "ceil", "floor", "max", "min", "pow", "round", "sqrt", "log"] as const;

/** The names every query knows. */
export function globalsOf(world: ScriptWorld): ReadonlyMap<string, ScriptValue> {
  const globals = new Map<string, ScriptValue>();
  globals.set("heap", heapObject(world));
  for (const [name, call] of Object.entries(builtins))
    globals.set(name, new ScriptFunction((values) => call(world, values)));
  const math = mathematics.map((name): [string, ScriptValue] => {
    const call: (...numbers: number[]) => number = Math[name];
    return [
      name,
      new ScriptFunction((values) =>
        numbersInto(
          call,
          values.map((each) => numberOfScript(world.heap, each)),
        ),
      ),
    ];
  });
  globals.set("Math", new ScriptRecord(new Map(math)));
  return globals;
}

function numbersInto(call: (...numbers: number[]) => number, numbers: readonly number[]): number {
  if (numbers.length > 20) throw new CallFault("That is too many numbers; use max(list) or min(list)");
  const [a = Number.NaN, b, ...others] = numbers;
  if (b === undefined) return call(a);
  return others.reduce((result, each) => call(result, each), call(a, b));
}
