import { describe, expect, it } from "vitest";
import { unwatched } from "../../../../analyzer/base/work";
import type { Heap } from "../../../../analyzer/heap/heap";
import { describedHeap } from "../../../../analyzer/heap/java/objects/describedHeap";
import type { Softness } from "../../../../analyzer/heap/java/paths/edges";
import { allSoftness, pathsToRoots } from "../../../../analyzer/heap/java/paths/paths";
import { mergedPathRows, rootPathRows } from "../../../../analyzer/session/graph/pathRows";
import { HprofBuilder } from "../../../build/hprofBuilder";
import { openBytes } from "../../../build/openBytes";

const kinds = {
  weak: "java/lang/ref/WeakReference",
  soft: "java/lang/ref/SoftReference",
  phantom: "java/lang/ref/PhantomReference",
  finalizer: "java/lang/ref/FinalReference",
} as const;
const reference = 0x2000n;
const softlyHeld = 0x2100n;
const holder = 0x2200n;
const heldTwice = 0x2300n;
const ownKey = 0x2400n;

/**
 * A reference of a kind, a root, refers softly to three boxes in turn: one nothing else holds, one a root box holds
 * too, and, through a subclass with a field of its own, one that field holds as well.
 */
async function heapWith(kind: Softness): Promise<Heap> {
  const builder = new HprofBuilder()
    .class(0x1000n, "java/lang/Object")
    .class(0x1100n, "java/lang/Class", { super: 0x1000n })
    .class(0x1200n, "a/Box", { super: 0x1000n, fields: [["inside", "object"]] })
    .class(0x1300n, "java/lang/ref/Reference", { super: 0x1000n, fields: [["referent", "object"]] })
    .class(0x1400n, kinds[kind], { super: 0x1300n })
    .class(0x1500n, "a/Entry", { super: 0x1400n, fields: [["key", "object"]] })
    .instance(reference, 0x1400n, { referent: softlyHeld })
    .instance(softlyHeld, 0x1200n)
    .instance(0x2010n, 0x1400n, { referent: heldTwice })
    .instance(holder, 0x1200n, { inside: heldTwice })
    .instance(heldTwice, 0x1200n)
    .instance(0x2020n, 0x1500n, { referent: ownKey, key: ownKey })
    .instance(ownKey, 0x1200n)
    .root("jni-global", reference)
    .root("jni-global", 0x2010n)
    .root("jni-global", 0x2020n)
    .root("jni-global", holder);
  return (await openBytes(builder.build())).heap;
}

function endsOf(heap: Heap, id: bigint, exclude: readonly Softness[]): bigint[] {
  const { paths, complete } = pathsToRoots(heap, heap.indexOf(id)!, { maximumPaths: 9, exclude }, unwatched);
  expect(complete).toBe(true);
  return paths.map(({ steps }) => heap.idOf(steps[0]!.object)).sort();
}

describe.each(Object.keys(kinds) as Softness[])("a %s reference", (kind) => {
  it("is no path when its kind does not count", async () => {
    const heap = await heapWith(kind);
    expect(endsOf(heap, softlyHeld, allSoftness)).toEqual([]);
    expect(endsOf(heap, heldTwice, allSoftness)).toEqual([holder]);
    expect(endsOf(heap, softlyHeld, [kind])).toEqual([]);
  });

  it("is one when its kind counts", async () => {
    const heap = await heapWith(kind);
    const others = allSoftness.filter((each) => each !== kind);
    expect(endsOf(heap, softlyHeld, others)).toEqual([reference]);
    expect(endsOf(heap, heldTwice, [])).toEqual([0x2010n, holder]);
  });

  it("still holds what another of its fields refers to", async () => {
    const heap = await heapWith(kind);
    expect(endsOf(heap, ownKey, allSoftness)).toEqual([0x2020n]);
  });

  it("does not count unless it is asked for", async () => {
    const heap = await heapWith(kind);
    const rows = (id: bigint, query: { exclude?: readonly Softness[] }) =>
      rootPathRows(describedHeap(heap), heap.indexOf(id)!, query, unwatched);
    expect(rows(softlyHeld, {})).toMatchObject({ paths: [], complete: true, reachable: false });
    expect(rows(softlyHeld, { exclude: [] }).paths).toHaveLength(1);
    expect(rows(heldTwice, {})).toMatchObject({ paths: [{ steps: [{}, {}] }], reachable: true });
    expect(heap.isKnownGarbage(heap.indexOf(softlyHeld)!)).toBe(true);
  });

  it("does not count in the merged paths of a class either", async () => {
    const heap = await heapWith(kind);
    const rootClasses = (exclude?: readonly Softness[]) => {
      const query = { className: "a.Box", ...(exclude === undefined ? {} : { exclude }) };
      return mergedPathRows(describedHeap(heap), query, unwatched).roots.map(({ className }) => className);
    };
    expect(rootClasses().sort()).toEqual(["a.Box", "a.Entry"]);
    expect(rootClasses([])).toContain(kinds[kind].replaceAll("/", "."));
  });
});
