import { describe, expect, it } from "vitest";
import { unwatched } from "../../../analyzer/base/work";
import { countReachability } from "../../../analyzer/heap/graph/opened/unreachableObjects";
import type { Heap } from "../../../analyzer/heap/heap";
import { leakSuspects } from "../../../analyzer/heap/java/leaks/suspects";
import { reachabilityOf } from "../../../analyzer/heap/java/reachability/reachability";
import { referenceStatistics } from "../../../analyzer/heap/java/reachability/referenceStatistics";
import { HprofBuilder } from "../../build/hprofBuilder";
import { openBytes } from "../../build/openBytes";
import { seededRandom } from "../../build/seededRandom";

const box = 0x1200n;
const boxes = 0x1300n;
const kinds = { soft: 0x1500n, weak: 0x1600n, phantom: 0x1700n, finalizer: 0x1800n } as const;
type Kind = keyof typeof kinds;

function withClasses(): HprofBuilder {
  return new HprofBuilder()
    .class(0x1000n, "java/lang/Object")
    .class(0x1100n, "java/lang/Class", { super: 0x1000n })
    .class(box, "a/Box", { super: 0x1000n, fields: [["inside", "object"]] })
    .class(boxes, "[La/Box;", { super: 0x1000n })
    .class(0x1400n, "java/lang/ref/Reference", { super: 0x1000n, fields: [["referent", "object"]] })
    .class(kinds.soft, "java/lang/ref/SoftReference", { super: 0x1400n })
    .class(kinds.weak, "java/lang/ref/WeakReference", { super: 0x1400n })
    .class(kinds.phantom, "java/lang/ref/PhantomReference", { super: 0x1400n })
    .class(kinds.finalizer, "java/lang/ref/FinalReference", { super: 0x1400n });
}

async function opened(builder: HprofBuilder): Promise<Heap> {
  return (await openBytes(builder.build())).heap;
}

const waysOf = (heap: Heap, ids: readonly bigint[]) => {
  const reached = reachabilityOf(heap, unwatched);
  return ids.map((id) => reached(heap.indexOf(id)!));
};

describe("reachability", () => {
  it("is that of the strongest way, and a way is as weak as its weakest reference", async () => {
    const heap = await opened(
      withClasses()
        // A root holds one reference of each kind; soft → box → box, weak → soft → box, finalizer and weak → one box.
        .objectArray(0x2000n, boxes, [0x2100n, 0x2200n, 0x2300n, 0x2400n, 0x2500n])
        .root("jni-global", 0x2000n)
        .instance(0x2100n, kinds.soft, { referent: 0x3000n })
        .instance(0x3000n, box, { inside: 0x3100n })
        .objectArray(0x3100n, boxes, [0x3200n, 0n])
        .instance(0x3200n, box)
        .instance(0x2200n, kinds.weak, { referent: 0x4000n })
        .instance(0x4000n, kinds.soft, { referent: 0x4100n })
        .instance(0x4100n, box, { inside: 0x3200n })
        .instance(0x2300n, kinds.finalizer, { referent: 0x5000n })
        .instance(0x2400n, kinds.weak, { referent: 0x5000n })
        .instance(0x5000n, box)
        .instance(0x2500n, kinds.phantom, { referent: 0x6000n })
        .instance(0x6000n, box)
        // Held by each other only.
        .instance(0x7000n, box, { inside: 0x7100n })
        .instance(0x7100n, kinds.soft, { referent: 0x7200n })
        .instance(0x7200n, box, { inside: 0x7000n }),
    );
    expect(waysOf(heap, [0x2000n, 0x2100n])).toEqual(["strong", "strong"]);
    expect(waysOf(heap, [0x3000n, 0x3100n, 0x3200n])).toEqual(["soft", "soft", "soft"]);
    expect(waysOf(heap, [0x4000n, 0x4100n])).toEqual(["weak", "weak"]);
    expect(waysOf(heap, [0x5000n, 0x6000n])).toEqual(["finalizer", "phantom"]);
    expect(waysOf(heap, [0x7000n, 0x7100n, 0x7200n])).toEqual(["none", "none", "none"]);
    const only = referenceStatistics(heap, unwatched).map(({ softness, onlySoftly }) => [
      softness,
      onlySoftly,
    ]);
    // Of the two soft references one is reached weakly itself, so its referent is not softly reachable.
    expect(only).toEqual([
      ["soft", 1],
      ["weak", 1],
      ["phantom", 1],
      ["finalizer", 1],
    ]);
  });

  it.each([1, 2, 3, 4, 5, 6])(
    "agrees with its definition and adds up to the heap in random dump %i",
    async (seed) => {
      const random = seededRandom(seed);
      const count = 60;
      const idOf = (k: number) => 0x10000n + 0x40n * BigInt(k);
      const nodes = Array.from({ length: count }, () => ({
        kind: random() < 0.4 ? (Object.keys(kinds) as Kind[])[Math.floor(random() * 4)] : undefined,
        to: random() < 0.9 ? Math.floor(random() * count) : undefined,
      }));
      const builder = withClasses();
      nodes.forEach(({ kind, to }, k) => {
        const target = to === undefined ? 0n : idOf(to);
        if (kind === undefined) builder.instance(idOf(k), box, { inside: target });
        else builder.instance(idOf(k), kinds[kind], { referent: target });
      });
      for (const k of [0, 7, 21, 40]) builder.root("jni-global", idOf(k));
      const heap = await opened(builder);
      const order = ["strong", "soft", "finalizer", "weak", "phantom", "none"] as const;
      // The bottleneck of the best path, by relaxing until nothing changes.
      const best = nodes.map((_, k): number => ([0, 7, 21, 40].includes(k) ? 0 : 5));
      for (let round = 0; round < count; round++) {
        nodes.forEach(({ kind, to }, k) => {
          if (to === undefined) return;
          const edge = kind === undefined ? 0 : order.indexOf(kind);
          best[to] = Math.min(best[to]!, Math.max(best[k]!, edge));
        });
      }
      expect(
        waysOf(
          heap,
          nodes.map((_, k) => idOf(k)),
        ),
      ).toEqual(best.map((rank) => order[rank]));
      const { kinds: ways, types } = countReachability(heap, reachabilityOf(heap, unwatched), unwatched);
      let shallow = 0;
      for (let type = 0; type < heap.classes.count; type++)
        shallow += heap.classes.shallowBytesOf(type as never);
      expect(ways.reduce((sum, { shallowBytes }) => sum + shallowBytes, 0)).toBe(shallow);
      expect(types.reduce((sum, { objects }) => sum + objects, 0)).toBe(
        ways.slice(1).reduce((sum, { objects }) => sum + objects, 0),
      );
    },
  );

  it("says what soft references alone keep beside the suspects: it is not a leak", async () => {
    const builder = withClasses()
      .class(0x1900n, "[B", { super: 0x1000n })
      .class(0x1a00n, "shop/Cache", { super: 0x1000n, statics: [["ENTRIES", "object", 0x20000n]] })
      .root("sticky-class", 0x1a00n);
    const references = Array.from({ length: 200 }, (_, k) => 0x30000n + 0x40n * BigInt(k));
    builder.objectArray(0x20000n, boxes, references);
    references.forEach((reference, k) => {
      const value = 0x100000n + 2024n * BigInt(k);
      builder.instance(reference, kinds.soft, { referent: value });
      builder.primitiveArray(value, "byte", new Array<number>(2000).fill(1));
    });
    const heap = await opened(builder);
    const { suspects, remarks } = leakSuspects(heap, unwatched);
    expect(suspects).toEqual([]);
    expect(remarks).toEqual([
      expect.stringMatching(
        /^394 KiB, 9\d\.\d % of the heap, are kept by 200 soft references alone, most in shop\.Cache\.ENTRIES:/,
      ),
    ]);
  });
});
