import { dictionary } from "../../../../base/dictionary";
import type { ClassIndex } from "../../../heap";
import { ancestryOf } from "../../objects/fieldReads";
import { javaName } from "../names";
import { objectsOfClasses, withSubclasses } from "../sources";
import { isHeapObject, type ScriptValue, Sequence } from "./values";
import type { ScriptWorld } from "./world";

type ClassMethod = (world: ScriptWorld, type: ClassIndex) => ScriptValue;

/** Methods of classes, as VisualVM has them. */
export const classMethods: Readonly<Record<string, ClassMethod>> = dictionary<ClassMethod>({
  superclasses: ({ heap }, type) =>
    [...ancestryOf(heap, type)].slice(1).map((each) => ({ object: heap.classObjectOf(each) })),
  subclasses: ({ heap }, type) =>
    [...withSubclasses(heap, [type])]
      .filter((each) => each !== type)
      .map((each) => ({ object: heap.classObjectOf(each) })),
  instances: (world, type) => instancesOf(world, type, false),
});

/** Objects of a class, without keeping more of them than their numbers. */
export function instancesOf(world: ScriptWorld, type: ClassIndex, subclasses: boolean): Sequence {
  const { heap, budget, sees } = world;
  const types = subclasses ? withSubclasses(heap, [type]) : new Set([type]);
  const objects: number[] = [];
  objectsOfClasses(heap, types, budget.work, (object) => {
    budget.step();
    if (!sees(object)) return true;
    budget.keep();
    objects.push(object);
    return true;
  });
  return new Sequence(function* () {
    for (const object of objects) yield { object } as ScriptValue;
  });
}

/** The class that a value names: a class object, a name as Java or HPROF writes it, or an id. */
export function classMeantBy({ heap }: ScriptWorld, value: ScriptValue): ClassIndex | undefined {
  if (isHeapObject(value)) return heap.classOfClassObject(value.object);
  if (typeof value !== "string") return undefined;
  const byId = /^0x[0-9a-f]{1,16}$/i.test(value) ? heap.indexOf(BigInt(value)) : undefined;
  if (byId !== undefined) return heap.classOfClassObject(byId);
  return heap.classes.findByName(javaName(value))[0];
}
