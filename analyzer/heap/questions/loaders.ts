import type { ClassIndex, Heap, ObjectIndex } from "../heap";
import { referenceIn } from "./fieldReads";
import { loaderNameOf } from "./loaderNames";

/** A class loader with what it loaded. */
export interface LoaderFacts {
  /** 0n for the boot loader. */
  readonly id: bigint;
  readonly object: ObjectIndex | undefined;
  readonly name: string;
  readonly className: string;
  /** Id of the parent loader, 0n for the boot loader; undefined for the boot loader itself. */
  readonly parentId: bigint | undefined;
  readonly classes: readonly ClassIndex[];
  readonly objects: number;
  /** Shallow bytes of the instances of its classes. */
  readonly shallowBytes: number;
  /** What the loader object keeps alive by itself. */
  readonly retainedBytes: number;
}

/** Every loader that loaded a class of the dump, those with most classes first. */
export function classLoaders(heap: Heap): LoaderFacts[] {
  const classesByLoader = new Map<bigint, ClassIndex[]>();
  for (let index = 0; index < heap.classes.count; index++) {
    const type = index as ClassIndex;
    const id = heap.classes.loaderIdOf(type);
    const known = classesByLoader.get(id);
    if (known === undefined) classesByLoader.set(id, [type]);
    else known.push(type);
  }
  return [...classesByLoader]
    .map(([id, classes]) => loaderFacts(heap, id, classes))
    .sort((a, b) => b.classes.length - a.classes.length);
}

function loaderFacts(heap: Heap, id: bigint, classes: readonly ClassIndex[]): LoaderFacts {
  const object = heap.indexOf(id);
  let objects = 0;
  let shallowBytes = 0;
  for (const type of classes) {
    objects += heap.classes.instanceCountOf(type);
    shallowBytes += heap.classes.shallowBytesOf(type);
  }
  const parent = object === undefined ? undefined : referenceIn(heap, object, "parent");
  return {
    id,
    object,
    name: loaderNameOf(heap, id),
    className: object === undefined ? "" : heap.classNameOf(object),
    parentId: id === 0n ? undefined : parent === undefined ? 0n : heap.idOf(parent),
    classes,
    objects,
    shallowBytes,
    retainedBytes: object === undefined ? 0 : heap.retainedSizeOf(object),
  };
}

/** A class name that several loaders have loaded. */
export interface DuplicateClass {
  readonly className: string;
  readonly types: readonly ClassIndex[];
  readonly objects: number;
}

/** Names of several classes, those of most loaders first. Arrays and classes made at run time are left out. */
export function duplicateClasses(heap: Heap): DuplicateClass[] {
  const byName = new Map<string, ClassIndex[]>();
  for (let index = 0; index < heap.classes.count; index++) {
    const type = index as ClassIndex;
    const name = heap.classes.nameOf(type);
    if (name.endsWith("[]") || name.includes("$$Lambda")) continue;
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [type]);
    else known.push(type);
  }
  return [...byName]
    .filter(([, types]) => types.length > 1)
    .map(([className, types]) => ({
      className,
      types,
      objects: types.reduce((sum, type) => sum + heap.classes.instanceCountOf(type), 0),
    }))
    .sort((a, b) => b.types.length - a.types.length || (a.className < b.className ? -1 : 1));
}
