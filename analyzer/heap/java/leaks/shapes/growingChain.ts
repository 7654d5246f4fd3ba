import { formatBytes, formatQuantity } from "../../../../base/figures";
import { dominatorOf } from "../../../graph/paths/dominatorChain";
import { elementsPart, rootPart, shapePart, sharePart } from "../../../graph/suspects/scoring";
import type { ClassIndex, Heap, ObjectIndex } from "../../../heap";
import { isApplicationClass, isGeneratedClass } from "../../paths/applicationClasses";
import { edgeBetween } from "../../paths/edges";
import { applicationHoldingOf } from "../../paths/holders";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";
import { fieldNameOf } from "./collectionFinding";

const fix =
  "Cut the chain: keep the last few links, or let go of the link to what came before when it is no longer needed.";

const leastShare = 0.2;
const leastLinks = 1_000;
const mostFollowed = 5_000_000;

/** Objects of one class of the application that each hold the next: a history, a log, a list made by hand. */
export function growingChains(context: LeakContext): LeakFinding[] {
  const { heap, totalBytes, work } = context;
  const findings: LeakFinding[] = [];
  for (let index = 0; index < heap.classes.count; index++) {
    const type = index as ClassIndex;
    const name = heap.classes.nameOf(type);
    if (
      heap.classes.instanceCountOf(type) < leastLinks ||
      !isApplicationClass(name) ||
      isGeneratedClass(name)
    )
      continue;
    if ((heap.classes.retainedBytesOf(type) ?? 0) < leastShare * totalBytes) continue;
    work.throwIfCancelled();
    const top = biggestOf(heap, type);
    if (top === undefined || heap.retainedSizeOf(top) < leastShare * totalBytes) continue;
    const chain = follow(heap, top, type, work.throwIfCancelled);
    if (chain.links >= leastLinks) findings.push(findingOf(context, top, chain));
  }
  return findings;
}

/** The topmost object of a class: the one that keeps most. */
function biggestOf(heap: Heap, type: ClassIndex): ObjectIndex | undefined {
  let best: ObjectIndex | undefined;
  heap.forEachInstance(type, (object) => {
    if (best === undefined || heap.retainedSizeOf(object) > heap.retainedSizeOf(best)) best = object;
    return true;
  });
  return best;
}

interface Chain {
  readonly links: number;
  /** The field by which one holds the next. */
  readonly link: string | undefined;
}

function follow(heap: Heap, top: ObjectIndex, type: ClassIndex, check: () => void): Chain {
  let links = 1;
  let link: string | undefined;
  for (let at = top; links < mostFollowed; links++) {
    if (links % 1024 === 0) check();
    const next = heap.dominatedBy(at, 0, 4).find((child) => heap.classOf(child) === type);
    if (next === undefined || dominatorOf(heap, next) !== at) break;
    link ??= edgeBetween(heap, at, next)?.name;
    at = next;
  }
  return { links, link };
}

function findingOf({ heap, totalBytes }: LeakContext, top: ObjectIndex, { links, link }: Chain): LeakFinding {
  const className = heap.classNameOf(top);
  const bytes = heap.retainedSizeOf(top);
  const field = applicationHoldingOf(heap, top);
  return {
    shape: "growing-chain",
    kind: "object",
    object: top,
    className,
    objects: 1,
    retainedBytes: bytes,
    ...(field === undefined ? {} : { field: fieldNameOf(field) }),
    accumulation: { object: top, className, retainedBytes: bytes, elements: links },
    parts: [
      sharePart(bytes / Math.max(1, totalBytes)),
      elementsPart(links),
      rootPart(field?.static === true, field === undefined ? "held by a root" : "held by a field"),
      shapePart(12, "a chain without an end"),
    ],
    evidence: [
      `a chain of ${formatQuantity(links, "object")} of ${className}${link === undefined ? "" : `, each holding the next by its field ${link}`}, ${formatBytes(bytes)}`,
      ...(field === undefined ? [] : [`it begins in ${field.className}.${field.field}`]),
    ],
    fix,
    explains: [top],
  };
}
