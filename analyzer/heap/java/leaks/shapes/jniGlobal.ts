import { withoutEnding } from "../../../../base/endings";
import { formatBytes, formatQuantity } from "../../../../base/figures";
import { retainedTogether } from "../../../graph/paths/dominatorChain";
import { elementsPart, rootPart, shapePart, sharePart } from "../../../graph/suspects/scoring";
import type { Heap, ObjectIndex } from "../../../heap";
import { virtualRoot } from "../../../heap";
import { ancestryOf } from "../../objects/fieldReads";
import { isApplicationClass } from "../../paths/applicationClasses";
import { rootsByObject } from "../../paths/rootFacts";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";

const fix =
  "Give the reference back in native code (DeleteGlobalRef) on every way out, or hold the object weakly (NewWeakGlobalRef).";

/** What the JVM and its libraries hold by JNI themselves. */
const ordinary =
  /^java\.lang\.(Class|ClassLoader|Thread|ThreadGroup|Module|ModuleLayer|Throwable|Error|Exception|Enum|String)$|^java\.lang\.ref\./;

const leastShare = 0.01;
const leastBytes = 16 * 1024;

/** Objects that only native code holds, by global references it does not give back. */
export function jniGlobal({ heap, totalBytes }: LeakContext): LeakFinding[] {
  const byClass = new Map<string, ObjectIndex[]>();
  for (const [object, roots] of rootsByObject(heap)) {
    if (!roots.every(({ kind }) => kind === "jni-global")) continue;
    if (heap.classOfClassObject(object) !== undefined || isOrdinary(heap, object)) continue;
    // With another holder, giving the reference back would free nothing.
    if (heap.immediateDominatorOf(object) !== virtualRoot || heap.referrersOf(object).length > 0) continue;
    const name = heap.classNameOf(object);
    const known = byClass.get(name);
    if (known === undefined) byClass.set(name, [object]);
    else known.push(object);
  }
  const findings: LeakFinding[] = [];
  for (const [className, objects] of byClass) {
    const bytes = retainedTogether(heap, objects);
    const share = bytes / Math.max(1, totalBytes);
    const application = isApplicationClass(withoutEnding(className, "[]"));
    if (!(application && bytes >= leastBytes) && share < leastShare) continue;
    if (!application && share < 0.03 && objects.length < 50) continue;
    // The JVM itself pins a few Object[]: resolved references, roots of its archive.
    if (className === "java.lang.Object[]" && objects.length < 10) continue;
    findings.push(findingOf(heap, className, objects, bytes, share));
  }
  return findings;
}

function findingOf(
  heap: Heap,
  className: string,
  objects: readonly ObjectIndex[],
  bytes: number,
  share: number,
): LeakFinding {
  const first = objects.reduce((best, each) =>
    heap.retainedSizeOf(each) > heap.retainedSizeOf(best) ? each : best,
  );
  return {
    shape: "jni-global",
    kind: objects.length === 1 ? "object" : "group",
    object: first,
    className,
    objects: objects.length,
    retainedBytes: bytes,
    accumulation: { object: first, className, retainedBytes: heap.retainedSizeOf(first) },
    path: [{ object: first, className }],
    parts: [
      sharePart(share),
      elementsPart(objects.length, 10),
      rootPart(true, "JNI global references live until native code gives them back"),
      shapePart(objects.length > 10 ? 30 : 22, "held by native code alone"),
    ],
    evidence: [
      `${formatQuantity(objects.length, "JNI global reference")} to ${className}, ${formatBytes(bytes)} together`,
      "no Java object refers to them: only native code keeps them alive",
    ],
    fix,
    explains: objects,
  };
}

function isOrdinary(heap: Heap, object: ObjectIndex): boolean {
  for (const ancestor of ancestryOf(heap, heap.classOf(object))) {
    const name = heap.classes.nameOf(ancestor);
    if (name !== "java.lang.Object" && ordinary.test(name)) return true;
  }
  return false;
}
