import { unwatched } from "../../analyzer/base/work";
import { frameText, threadsOf } from "../../analyzer/heap/java/program/threads";
import type { HeapContext } from "../../analyzer/session/heap/heapContext";

/** What two dumps of the same heap must agree in. */
export interface HeapFigures {
  readonly classes: ReadonlyMap<string, { readonly objects: number; readonly bytes: number }>;
  readonly reachableObjects: number;
  /** Every object with what it retains, most first; capped. */
  readonly biggest: readonly { readonly id: bigint; readonly className: string; readonly retained: number }[];
  /** Stacks of virtual threads by name; hidden classes without the address that names them. */
  readonly virtualStacks: ReadonlyMap<string, readonly string[]>;
  readonly problems: readonly string[];
}

const mostBiggest = 60;

export function heapFiguresOf({ heap, histogramRows, summary }: HeapContext): HeapFigures {
  const classes = new Map<string, { objects: number; bytes: number }>();
  for (const { className, objects, shallowBytes } of histogramRows) {
    const row = classes.get(className) ?? { objects: 0, bytes: 0 };
    classes.set(className, { objects: row.objects + objects, bytes: row.bytes + shallowBytes });
  }
  const sizes = Array.from({ length: heap.nodeCount }, (_, object) => ({
    object,
    retained: heap.retainedSizeOf(object as Parameters<typeof heap.retainedSizeOf>[0]),
  }));
  return {
    classes,
    reachableObjects: summary.totals.reachableObjects ?? 0,
    biggest: sizes
      .sort((a, b) => b.retained - a.retained)
      .slice(0, mostBiggest)
      .map(({ object, retained }) => ({
        id: heap.idOf(object as Parameters<typeof heap.idOf>[0]),
        className: heap.classNameOf(object as Parameters<typeof heap.classNameOf>[0]),
        retained,
      })),
    virtualStacks: new Map(
      threadsOf(heap, unwatched)
        .filter(({ virtual }) => virtual)
        .map(({ name, frames }) => [
          name,
          frames.map((frame) => frameText(frame).replace(/\/0x[0-9a-f]+/, "")),
        ]),
    ),
    problems: summary.problems.map(({ code }) => code),
  };
}
