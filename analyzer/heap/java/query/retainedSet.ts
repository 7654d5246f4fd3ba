import type { Work } from "../../../base/work";
import type { Heap, ObjectIndex, RootKind } from "../../heap";
import { rootsByObject } from "../paths/rootFacts";
import { strongReferrers } from "./neighbours";

/** Objects visited between two looks at the cancel flag. */
const stride = 1024;

/**
 * What would be freed with some objects, if all of them went at once: themselves, and what is reached through them only.
 * That is more than what each of them retains, where two of them hold a third object together.
 */
export function retainedSetOf(heap: Heap, objects: readonly ObjectIndex[], work: Work): ObjectIndex[] {
  const selected = new Set(objects);
  const candidates = reachedFrom(heap, selected, work);
  const isRoot = rootTest(heap, candidates);
  const escaped = new Set<ObjectIndex>();
  const stack: ObjectIndex[] = [];
  const letGo = (object: ObjectIndex) => {
    if (selected.has(object) || escaped.has(object)) return;
    escaped.add(object);
    stack.push(object);
  };
  let visited = 0;
  for (const object of candidates) {
    if (visited++ % stride === 0) work.throwIfCancelled();
    if (selected.has(object)) continue;
    const isHeldOutside = () =>
      strongReferrers(heap, object).some((holder) => !candidates.has(holder) && !heap.isKnownGarbage(holder));
    if (isRoot(object) || isHeldOutside()) letGo(object);
  }
  for (let object = stack.pop(); object !== undefined; object = stack.pop()) {
    if (visited++ % stride === 0) work.throwIfCancelled();
    for (const { target, strong } of heap.referencesOf(object)) if (strong) letGo(target);
  }
  // What no root reaches anyway would not be freed by it.
  const goes = (object: ObjectIndex) =>
    selected.has(object) || !(escaped.has(object) || heap.isKnownGarbage(object));
  return [...candidates].filter(goes).sort((a, b) => a - b);
}

const ofFrames: ReadonlySet<RootKind> = new Set(["jni-local", "java-frame", "native-stack", "thread-block"]);

/**
 * Whether the JVM keeps an object by itself. What a thread's frames hold goes with the thread when that is a candidate
 * too; classes of the boot loader stay without a record of their own as the dominators have it.
 */
function rootTest(heap: Heap, candidates: ReadonlySet<ObjectIndex>): (object: ObjectIndex) => boolean {
  const roots = rootsByObject(heap);
  const threads = new Map(heap.threads.map(({ serial, object }) => [serial, object]));
  const hasSticky = heap.roots.some(({ kind }) => kind === "sticky-class");
  return (object) => {
    const type = heap.classOfClassObject(object);
    if (type !== undefined && heap.classes.loaderIdOf(type) === 0n) {
      if (!hasSticky || heap.classes.nameOf(type).endsWith("[]")) return true;
    }
    return (roots.get(object) ?? []).some(({ kind, threadSerial }) => {
      const thread = ofFrames.has(kind) ? threads.get(threadSerial) : undefined;
      return thread === undefined || !candidates.has(thread);
    });
  };
}

function reachedFrom(heap: Heap, selected: ReadonlySet<ObjectIndex>, work: Work): Set<ObjectIndex> {
  const reached = new Set(selected);
  const stack = [...selected];
  for (let object = stack.pop(); object !== undefined; object = stack.pop()) {
    if (reached.size % stride === 0) work.throwIfCancelled();
    for (const { target, strong } of heap.referencesOf(object)) {
      if (!strong || reached.has(target)) continue;
      reached.add(target);
      stack.push(target);
    }
  }
  return reached;
}
