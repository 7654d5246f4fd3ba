import type { OwnerField } from "../../../graph/growth/dominatorPaths";
import type { Holding } from "../../../graph/paths/holding";
import type { ScorePart } from "../../../graph/suspects/scoring";
import { collectionSharePart, elementsPart, rootPart } from "../../../graph/suspects/scoring";
import type { Heap, StackFrame } from "../../../heap";
import type { CollectionProfile } from "../collectionProfile";
import type { LeakFinding, ShapeId } from "../suspect";

/** A finding about one collection: what all shapes that blame a collection have in common. */
export function collectionFinding(
  heap: Heap,
  profile: CollectionProfile,
  shape: ShapeId | undefined,
  says: {
    readonly parts: readonly ScorePart[];
    readonly evidence: readonly string[];
    readonly fix?: string;
    readonly frame?: StackFrame;
    readonly threadName?: string;
  },
): LeakFinding {
  const { object, className, retainedBytes, elements, share, field } = profile;
  return {
    ...(shape === undefined ? {} : { shape }),
    kind: "object",
    object,
    className,
    objects: 1,
    retainedBytes,
    ...(field === undefined ? {} : { field: fieldNameOf(field) }),
    accumulation: { object, className, retainedBytes, elements },
    parts: [
      collectionSharePart(share),
      elementsPart(elements),
      rootPart(
        field?.static === true,
        field === undefined ? "no field found that holds it" : lifetimeOf(field),
      ),
      ...says.parts,
    ],
    evidence: says.evidence,
    ...(says.fix === undefined ? {} : { fix: says.fix }),
    ...(says.frame === undefined ? {} : { frame: says.frame }),
    ...(says.threadName === undefined ? {} : { threadName: says.threadName }),
    elementClasses: profile.valueClasses,
    explains: [
      object,
      ...outerOf(heap, profile),
      ...(profile.speaksFor === undefined ? [] : [profile.speaksFor]),
    ],
  };
}

/** The wrapper around a blamed collection is explained with it. */
function outerOf(heap: Heap, { object }: CollectionProfile) {
  const dominator = heap.immediateDominatorOf(object);
  return dominator >= 0 && heap.retainedSizeOf(dominator as typeof object) < 1.1 * heap.retainedSizeOf(object)
    ? [dominator as typeof object]
    : [];
}

export function fieldNameOf(holding: Holding): OwnerField {
  return { className: holding.className, name: holding.field, static: holding.static };
}

function lifetimeOf(field: Holding): string {
  return field.static
    ? `in the static field ${field.className}.${field.field}`
    : `in the field ${field.className}.${field.field}`;
}

/** Does it hold enough, in bytes or in elements, to be more than an ordinary collection? */
export function isOutstanding({ share, elements }: CollectionProfile): boolean {
  return (
    (share >= 0.5 && elements >= 20) ||
    (share >= 0.3 && elements >= 100) ||
    (share >= 0.1 && elements >= 400) ||
    (share >= 0.02 && elements >= 2_000)
  );
}

/** `1,000 of com.example.Order, 3 of null` for a sentence. */
export function classesInWords(classes: readonly { className: string; count: number }[]): string {
  return classes
    .slice(0, 3)
    .map(({ className }) => className)
    .join(", ");
}
