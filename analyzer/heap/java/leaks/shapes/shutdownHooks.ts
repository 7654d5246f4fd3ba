import { formatQuantity } from "../../../../base/figures";
import { retainedTogether } from "../../../graph/paths/dominatorChain";
import { elementsPart, rootPart, shapePart, sharePart } from "../../../graph/suspects/scoring";
import { collectionSizeOf } from "../../collections/collection";
import { entriesOf } from "../../collections/entries";
import { staticReferenceIn } from "../../objects/fieldReads";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";

const fix =
  "Take the hook out again when what it closes is closed (Runtime.removeShutdownHook), or let one hook close all.";

const leastHooks = 200;
const leastShare = 0.01;
const holder = "java.lang.ApplicationShutdownHooks";

/** Hooks that are added to the end of the JVM and never taken out. */
export function shutdownHooks({ heap, totalBytes }: LeakContext): LeakFinding[] {
  const [type] = heap.classes.findByName(holder);
  const hooks = type === undefined ? undefined : staticReferenceIn(heap, type, "hooks");
  const count = hooks === undefined ? 0 : (collectionSizeOf(heap, hooks)?.size ?? 0);
  if (hooks === undefined || count < leastHooks) return [];
  const threads = [];
  for (const { key } of entriesOf(heap, hooks)) {
    const thread = key === undefined ? undefined : heap.indexOf(key);
    if (thread !== undefined) threads.push(thread);
  }
  const bytes = retainedTogether(heap, [hooks, ...threads]);
  const share = bytes / Math.max(1, totalBytes);
  if (share < leastShare) return [];
  const className = heap.classNameOf(hooks);
  return [
    {
      shape: "shutdown-hooks",
      kind: "object",
      object: hooks,
      className,
      objects: 1,
      retainedBytes: bytes,
      field: { className: holder, name: "hooks", static: true },
      accumulation: { object: hooks, className, retainedBytes: bytes, elements: count },
      parts: [
        sharePart(share),
        elementsPart(count * 10),
        rootPart(true, "kept until the JVM ends"),
        { ...shapePart(40, "shutdown hooks by the hundred"), proves: share >= 0.1 },
      ],
      evidence: [
        `${formatQuantity(count, "shutdown hook")} wait for the end of the JVM; a program has a handful`,
      ],
      fix,
      explains: [hooks, ...threads],
    },
  ];
}
