import type { ClassIndex, ObjectIndex } from "../../../heap";
import { asValues } from "./objects";
import { type ScriptValue, textIfString } from "./values";
import type { ScriptWorld } from "./world";

/**
 * What an object leads to by strong references of fields and elements, without itself.
 * @param excluded `Class.field`, several by commas: not followed
 */
export function reachablesOf(
  world: ScriptWorld,
  from: ObjectIndex,
  excluded: ScriptValue,
): readonly ScriptValue[] {
  const { heap, budget } = world;
  const left = new Set((textIfString(heap, excluded) ?? "").split(",").map((name) => name.trim()));
  const seen = new Set([from]);
  const stack = [from];
  for (let object = stack.pop(); object !== undefined; object = stack.pop()) {
    for (const { target, kind, name, declaredBy, strong } of heap.referencesOf(object)) {
      budget.step();
      if (!strong || !contents.has(kind) || seen.has(target)) continue;
      const holder: ClassIndex = declaredBy ?? heap.classOf(object);
      if (name !== undefined && left.has(`${heap.classes.nameOf(holder)}.${name}`)) continue;
      budget.keep();
      seen.add(target);
      stack.push(target);
    }
  }
  seen.delete(from);
  return asValues([...seen].sort((a, b) => a - b));
}

/** References that an object's own values make. */
const contents: ReadonlySet<string> = new Set(["field", "static", "element"]);
