import type { ClassIndex, Heap } from "../../heap";

export interface ClassNameParts {
  readonly name: string;
  /** Of all loaded classes of that name. */
  readonly instances: number;
}

/**
 * Classes whose full name, or name without the package, begins so, whatever the case: those that are called exactly so
 * first, then those with most instances.
 */
export function classesBeginning(heap: Heap, start: string, count: number): readonly ClassNameParts[] {
  const wanted = start.toLowerCase();
  const found = new Map<string, { instances: number; isExact: boolean }>();
  for (let index = 0; index < heap.classes.count; index++) {
    const name = heap.classes.nameOf(index as ClassIndex);
    const simple = name.slice(name.lastIndexOf(".") + 1);
    if (!name.toLowerCase().startsWith(wanted) && !simple.toLowerCase().startsWith(wanted)) continue;
    const instances = heap.classes.instanceCountOf(index as ClassIndex);
    const known = found.get(name);
    if (known !== undefined) known.instances += instances;
    else found.set(name, { instances, isExact: simple === start || name === start });
  }
  return [...found]
    .sort(([, a], [, b]) => Number(b.isExact) - Number(a.isExact) || b.instances - a.instances)
    .slice(0, count)
    .map(([name, { instances }]) => ({ name, instances }));
}
