import type { Work } from "../../../base/work";
import type { GraphReference } from "../../graph/graph";
import type { Heap, ObjectIndex } from "../../heap";
import { allSoftness, pathsToRoots } from "../paths/paths";
import type { SuspectStep } from "./suspect";

/** Steps of a path that are shown. */
const pathBudget = 100_000;

/** How a step leads to the next, as other tools write it: an object to its class, a class to its loader. */
function wordOf({ name, kind, slot }: GraphReference): string | undefined {
  if (name !== undefined) return name;
  switch (kind) {
    case "element":
      return `[${slot ?? 0}]`;
    case "class":
      return "<class>";
    case "superclass":
      return "<super>";
    case "loader":
      return "<loader>";
    default:
      return undefined;
  }
}

/** The shortest strong path from a root. */
export function suspectPathOf(
  heap: Heap,
  object: ObjectIndex,
  work: Work,
): { steps: SuspectStep[]; roots: readonly string[] } | undefined {
  const found = pathsToRoots(
    heap,
    object,
    { maximumPaths: 1, exclude: allSoftness, endAtPermanentClasses: true, maximumVisited: pathBudget },
    work,
  ).paths[0];
  if (found === undefined) return undefined;
  const steps = found.steps.map(({ object: at, reference }) => {
    const type = heap.classOfClassObject(at);
    const className = type === undefined ? heap.classNameOf(at) : heap.classes.nameOf(type);
    const field = reference === undefined ? undefined : wordOf(reference);
    return field === undefined ? { object: at, className } : { object: at, className, field };
  });
  return { steps, roots: found.roots };
}
