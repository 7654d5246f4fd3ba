import type { ClassIndex, Heap, ObjectIndex } from "../../heap";
import { referenceIn } from "../objects/fieldReads";
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
  /** What the loader object keeps alive by itself; undefined without dominators, and of the boot loader, which is none. */
  readonly retainedBytes: number | undefined;
}

/** Every loader that loaded a class of the dump, and their parents: those with most classes first. */
export function classLoaders(heap: Heap): LoaderFacts[] {
  const classesByLoader = new Map<bigint, ClassIndex[]>();
  for (let index = 0; index < heap.classes.count; index++) {
    const type = index as ClassIndex;
    const id = heap.classes.loaderIdOf(type);
    const known = classesByLoader.get(id);
    if (known === undefined) classesByLoader.set(id, [type]);
    else known.push(type);
  }
  // A parent that has loaded nothing is part of the tree all the same. Newly added ones are visited too.
  for (const id of classesByLoader.keys()) {
    const parentId = parentIdOf(heap, id);
    if (parentId !== undefined && !classesByLoader.has(parentId)) classesByLoader.set(parentId, []);
  }
  return [...classesByLoader]
    .map(([id, classes]) => loaderFacts(heap, id, classes))
    .sort((a, b) => b.classes.length - a.classes.length);
}

/** 0n for the boot loader, undefined for the parent of that. */
function parentIdOf(heap: Heap, id: bigint): bigint | undefined {
  if (id === 0n) return undefined;
  const object = heap.indexOf(id);
  const parent = object === undefined ? undefined : referenceIn(heap, object, "parent");
  // Since JDK 9 an object stands for the boot loader, which loads nothing itself.
  return parent === undefined || heap.classNameOf(parent) === bootStandIn ? 0n : heap.idOf(parent);
}

const bootStandIn = "jdk.internal.loader.ClassLoaders$BootClassLoader";

function loaderFacts(heap: Heap, id: bigint, classes: readonly ClassIndex[]): LoaderFacts {
  const object = heap.indexOf(id);
  let objects = 0;
  let shallowBytes = 0;
  for (const type of classes) {
    objects += heap.classes.instanceCountOf(type);
    shallowBytes += heap.classes.shallowBytesOf(type);
  }
  return {
    id,
    object,
    name: loaderNameOf(heap, id),
    className: object === undefined ? "" : heap.classNameOf(object),
    parentId: parentIdOf(heap, id),
    classes,
    objects,
    shallowBytes,
    retainedBytes: object === undefined ? undefined : heap.retainedSizeOrUndefined(object),
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
