import { formatQuantity, formatShare } from "../../../base/figures";
import { isDominatedBy, retainedTogether } from "../../graph/paths/dominatorChain";
import { elementsPart, rootPart, sharePart } from "../../graph/suspects/scoring";
import type { ObjectIndex } from "../../heap";
import { applicationHoldingOf } from "../paths/holders";
import { isOwnCode } from "../paths/ownCode";
import { type Growable, growableIn, keptForProgram, leastPiled } from "./growable";
import type { LeakContext } from "./leakContext";
import { fieldNameOf } from "./shapes/collectionFinding";
import type { LeakFinding } from "./suspect";

/**
 * Where memory piles up and no shape explains it. Big is not enough: it has to be something that grows by itself, of
 * thousands, behind a field of the application.
 */
export function generalSuspects(
  context: LeakContext,
  piles: readonly ObjectIndex[],
  explained: readonly ObjectIndex[],
): LeakFinding[] {
  const { heap } = context;
  return piles
    .filter((object) => !isExplained(context, object, explained))
    .map((object) => ({ object, growable: growableIn(context, object) }))
    .filter(({ growable }) => growable !== undefined && growable.elements >= leastPiled)
    .map(({ object, growable }) => findingOf(context, object, growable!))
    .filter(({ field }) => field !== undefined && isOwnCode(heap, field.className));
}

function isExplained({ heap }: LeakContext, object: ObjectIndex, explained: readonly ObjectIndex[]): boolean {
  if (explained.some((each) => isDominatedBy(heap, object, each))) return true;
  const inside = explained.filter((each) => isDominatedBy(heap, each, object));
  return retainedTogether(heap, inside) >= 0.5 * heap.retainedSizeOf(object);
}

function findingOf({ heap, totalBytes }: LeakContext, object: ObjectIndex, growable: Growable): LeakFinding {
  const className = heap.classNameOf(object);
  const retainedBytes = heap.retainedSizeOf(object);
  const share = retainedBytes / Math.max(1, totalBytes);
  const field = applicationHoldingOf(heap, object);
  const { elements, noun, elementClasses, keeper } = growable;
  const kept = keptForProgram(keeper, share, elements);
  const kinds = elementClasses.length === 0 ? "" : `, mostly ${elementClasses[0]!.className}`;
  return {
    kind: "object",
    object,
    className,
    objects: 1,
    retainedBytes,
    ...(field === undefined ? {} : { field: fieldNameOf(field) }),
    accumulation: {
      object: growable.object,
      className: heap.classNameOf(growable.object),
      retainedBytes: heap.retainedSizeOf(growable.object),
      elements,
    },
    parts: [
      sharePart(share),
      elementsPart(elements),
      rootPart(field?.static === true, field === undefined ? "held by a root" : "held by a field"),
      ...kept.parts,
    ],
    evidence: [
      `one ${className} keeps ${formatShare(share, 1)} of the reachable heap`,
      `${formatQuantity(elements, noun)}${kinds}`,
      ...(field === undefined ? [] : [`held by ${field.className}.${field.field}`]),
      ...kept.evidence,
    ],
    ...(elementClasses.length === 0 ? {} : { elementClasses }),
    explains: [object],
  };
}
