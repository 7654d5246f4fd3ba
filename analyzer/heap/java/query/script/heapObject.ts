import type { ClassIndex, ObjectIndex } from "../../../heap";
import { referenceIn, staticReferenceIn } from "../../objects/fieldReads";
import { pathsToRoots } from "../../paths/paths";
import { describeRoot, threadNameOf } from "../../paths/rootFacts";
import { callback } from "./callbacks";
import { CallFault } from "./callFault";
import { classMeantBy, instancesOf } from "./classMethods";
import { asValues } from "./objects";
import { isHeapObject, isTruthy, ScriptFunction, ScriptRecord, type ScriptValue } from "./values";
import type { ScriptWorld } from "./world";

/** Paths that `heap.livepaths` looks for. */
const mostPaths = 10;

type HeapMethod = (world: ScriptWorld, values: readonly ScriptValue[]) => ScriptValue;

/** `heap` of VisualVM's queries. */
export function heapObject(world: ScriptWorld): ScriptRecord {
  return new ScriptRecord(
    new Map(
      Object.entries(methods).map(([name, call]) => [
        name,
        new ScriptFunction((values) => call(world, values)),
      ]),
    ),
  );
}

const methods: { readonly [name: string]: HeapMethod } = {
  classes: (world) => classesOf(world),
  objects: (world, [type, subclasses, code]) => {
    const all = instancesOf(
      world,
      neededClass(world, type),
      subclasses === undefined || isTruthy(subclasses),
    );
    if (code === undefined) return all;
    const run = callback(world, code, ["it"]);
    return Array.from(all).filter((value) => isTruthy(run(value)));
  },
  findClass: (world, [type]) => {
    const found = classMeantBy(world, type);
    return found === undefined ? null : { object: world.heap.classObjectOf(found) };
  },
  findObject: ({ heap }, [id]) => {
    const object = heap.indexOf(idOf(id));
    return object === undefined ? null : { object };
  },
  findThread: ({ heap }, [wanted]) => {
    const thread = heap.threads.find(
      ({ object }) =>
        object !== undefined &&
        (threadNameOf(heap, object) === wanted || heap.idOf(object) === idOrNull(wanted)),
    );
    return thread?.object === undefined ? null : { object: thread.object };
  },
  forEachClass: (world, [code]) => {
    const run = callback(world, code, ["it"]);
    for (const each of classesOf(world)) if (isTruthy(run(each))) break;
    return undefined;
  },
  forEachObject: (world, [code, type, subclasses]) => {
    const run = callback(world, code, ["it"]);
    const all = instancesOf(
      world,
      neededClass(world, type),
      subclasses === undefined || isTruthy(subclasses),
    );
    for (const each of all) {
      world.budget.step();
      if (isTruthy(run(each))) break;
    }
    return undefined;
  },
  roots: ({ heap, sees }) =>
    heap.roots
      .filter(({ object }) => sees(object))
      .map(
        (root) =>
          new ScriptRecord(
            new Map<string, ScriptValue>([
              ["instance", { object: root.object }],
              ["type", root.kind],
              ["description", describeRoot(heap, root)],
              ["id", heap.idOf(root.object)],
            ]),
          ),
      ),
  livepaths: ({ heap, budget }, [of, weak]) => {
    if (!isHeapObject(of)) return [];
    const exclude = isTruthy(weak) ? [] : (["weak", "soft", "phantom", "finalizer"] as const);
    const { paths } = pathsToRoots(heap, of.object, { maximumPaths: mostPaths, exclude }, budget.work);
    return paths.map(({ steps }) => asValues(steps.map(({ object }) => object)));
  },
  finalizables: ({ heap, budget }) => {
    const type = heap.classes.findByName("java.lang.ref.Finalizer")[0];
    const queue = type === undefined ? undefined : staticReferenceIn(heap, type, "queue");
    let reference = queue === undefined ? undefined : referenceIn(heap, queue, "head");
    const seen = new Set<ObjectIndex>();
    const found: ObjectIndex[] = [];
    while (reference !== undefined && !seen.has(reference)) {
      budget.step();
      seen.add(reference);
      const referent = referenceIn(heap, reference, "referent");
      if (referent !== undefined) found.push(referent);
      reference = referenceIn(heap, reference, "next");
    }
    return asValues(found);
  },
};

function classesOf({ heap }: ScriptWorld): readonly ScriptValue[] {
  const classes: ScriptValue[] = [];
  for (let type = 0; type < heap.classes.count; type++) {
    if (heap.classes.idOf(type as ClassIndex) !== 0n)
      classes.push({ object: heap.classObjectOf(type as ClassIndex) });
  }
  return classes;
}

function neededClass(world: ScriptWorld, value: ScriptValue): ClassIndex {
  const found = classMeantBy(world, value ?? "java.lang.Object");
  if (found === undefined) throw new CallFault(`The dump has no class ${String(value)}`);
  return found;
}

function idOf(value: ScriptValue): bigint {
  const id = idOrNull(value);
  if (id === null) throw new CallFault('An object is named by its id: "0x…"');
  return id;
}

function idOrNull(value: ScriptValue): bigint | null {
  const text = typeof value === "number" || typeof value === "bigint" ? String(value) : value;
  return typeof text === "string" && /^(?:0x[0-9a-f]{1,16}|[0-9]{1,19})$/i.test(text) ? BigInt(text) : null;
}
