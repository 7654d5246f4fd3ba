import { BytesSource } from "../../analyzer/base/byteSource";
import { unwatched } from "../../analyzer/base/work";
import { csrOf } from "../../analyzer/heap/graph/edges/csr";
import { memoryDominators } from "../../analyzer/heap/graph/memory/memoryDominators";
import { openMemoryGraph } from "../../analyzer/heap/graph/memory/openMemoryGraph";
import { inProcess } from "../../analyzer/heap/graph/parallel";
import type { ClassIndex, Heap, ObjectIndex } from "../../analyzer/heap/heap";
import { frameText, threadsOf } from "../../analyzer/heap/java/program/threads";
import type { HeapContext } from "../../analyzer/session/heap/heapContext";

/** What two dumps of the same heap must agree in. */
export interface HeapFigures {
  readonly classes: ReadonlyMap<string, { readonly objects: number; readonly bytes: number }>;
  readonly reachable: ReadonlySet<bigint>;
  /** Objects of `java.lang.Class`, also those that stand for no class of the dump. */
  readonly classObjects: ReadonlySet<bigint>;
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
  return {
    classes,
    reachable: reachableIn(heap, heap),
    classObjects: classObjectsIn(heap),
    biggest: biggestOf(heap, heap),
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

function classObjectsIn(heap: Heap): ReadonlySet<bigint> {
  const ids = new Set<bigint>();
  for (let object = 0; object < heap.nodeCount; object++)
    if (heap.classNameOf(object as ObjectIndex) === "java.lang.Class")
      ids.add(heap.idOf(object as ObjectIndex));
  return ids;
}

/** Array classes of the boot loader are never unloaded; dumps do not list them among the roots. */
function bootArrayClassesIn({ classes, classObjectOf }: Heap): ObjectIndex[] {
  return Array.from({ length: classes.count }, (_, type) => type as ClassIndex)
    .filter((type) => classes.loaderIdOf(type) === 0n && classes.nameOf(type).endsWith("[]"))
    .map((type) => classObjectOf(type));
}

type Answers = Pick<Heap, "retainedSizeOf" | "isKnownGarbage">;

function reachableIn(heap: Heap, answers: Answers): ReadonlySet<bigint> {
  const reachable = new Set<bigint>();
  for (let object = 0; object < heap.nodeCount; object++)
    if (!answers.isKnownGarbage(object as ObjectIndex)) reachable.add(heap.idOf(object as ObjectIndex));
  return reachable;
}

function biggestOf(heap: Heap, answers: Answers): HeapFigures["biggest"] {
  return Array.from({ length: heap.nodeCount }, (_, object) => ({
    object: object as ObjectIndex,
    retained: answers.retainedSizeOf(object as ObjectIndex),
  }))
    .sort((a, b) => b.retained - a.retained)
    .slice(0, mostBiggest)
    .map(({ object, retained }) => ({
      id: heap.idOf(object),
      className: heap.classNameOf(object),
      retained,
    }));
}

/** What the graph of a core says without what only a core knows: the references that class objects have as objects. */
export type FiguresAsDumped = Pick<HeapFigures, "reachable" | "biggest">;

/** The JVM writes these of class objects. */
const dumpedOfClassObjects: readonly (string | undefined)[] = ["<resolved_references>", "<init_lock>"];

export async function figuresAsDumped(heap: Heap): Promise<FiguresAsDumped> {
  const count = heap.nodeCount;
  const targets: number[][] = Array.from({ length: count }, (_, object) =>
    heap
      .referencesOf(object as ObjectIndex)
      .filter(
        ({ strong, kind, name }) =>
          strong && (kind !== "static" || !name?.startsWith("<") || dumpedOfClassObjects.includes(name)),
      )
      .map(({ target }) => target),
  );
  const graph = {
    typeNames: ["object"],
    typeByObject: new Uint16Array(count),
    shallowBytes: Float64Array.from({ length: count }, (_, object) =>
      heap.shallowSizeOf(object as ObjectIndex),
    ),
    edges: csrOf(count, (visit) => {
      targets.forEach((each, object) => {
        for (const target of each) visit(object, target);
        visit(object, heap.classObjectOf(heap.classOf(object as ObjectIndex)));
      });
    }),
    roots: Uint32Array.from(
      new Set([...heap.roots.map(({ object }) => object), ...bootArrayClassesIn(heap)]),
    ),
  };
  const here = inProcess(new BytesSource("", new Uint8Array(0)));
  const opened = openMemoryGraph(graph, { dominators: await memoryDominators(graph, {}, here, unwatched) });
  return { reachable: reachableIn(heap, opened), biggest: biggestOf(heap, opened) };
}
