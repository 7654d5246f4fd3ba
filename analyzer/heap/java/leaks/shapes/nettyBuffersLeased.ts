import { formatBytes, formatQuantity } from "../../../../base/figures";
import { retainedTogether } from "../../../graph/paths/dominatorChain";
import type { Holding } from "../../../graph/paths/holding";
import { elementsPart, rootPart, shapePart, sharePart } from "../../../graph/suspects/scoring";
import { applicationHoldingOf } from "../../paths/holders";
import type { LeasedBuffer, NettyArenas } from "../../reachability/nettyArenas";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";
import { fieldNameOf } from "./collectionFinding";

const fix =
  "Release every pooled buffer exactly once (ReferenceCountUtil.release, SimpleChannelInboundHandler); -Dio.netty.leakDetection.level=paranoid names the place that took a lost one.";

const leastBytes = 4 * 1024 * 1024;
const leastBuffers = 20;
/** Leased buffers whose holder is looked for. */
const traced = 50;

/** Buffers of Netty's pool that are not given back: held by somebody, or lost. A pool with free chunks is none. */
export function leasedBuffers(context: LeakContext, arenas: NettyArenas): LeakFinding | undefined {
  const { heap, totalBytes } = context;
  const { leased, sizeBytes, freeBytes, chunks } = arenas;
  const used = sizeBytes - freeBytes;
  if (used < Math.max(leastBytes, 0.02 * totalBytes)) return undefined;
  const held = leased.reduce((sum, { bytes }) => sum + bytes, 0);
  const lost = Math.max(0, used - held);
  const areHeld = leased.length >= leastBuffers && held >= 0.5 * used;
  if (!areHeld && lost < Math.max(leastBytes, 0.5 * used)) return undefined;
  const first = areHeld ? biggestOf(leased).object : [...arenas.memory][0]!;
  const className = heap.classNameOf(first);
  const field = areHeld ? holderOf(context, leased) : undefined;
  const objects = areHeld ? leased.length : chunks;
  return {
    shape: "direct-buffers",
    kind: "group",
    object: first,
    className,
    objects,
    retainedBytes: retainedTogether(heap, areHeld ? leased.map(({ object }) => object) : arenas.memory),
    ...(field === undefined ? {} : { field: fieldNameOf(field) }),
    accumulation: { object: first, className, retainedBytes: heap.retainedSizeOf(first) },
    parts: [
      {
        ...sharePart(used / Math.max(1, totalBytes)),
        why: `keeps ${formatBytes(used)} of Netty's pool outside the heap`,
      },
      elementsPart(objects, 10),
      rootPart(
        field?.static === true,
        field === undefined ? "no field found that holds them" : "held by a field",
      ),
      shapePart(30, "pooled buffers that are not given back"),
    ],
    evidence: [
      `Netty's pooled arenas have ${formatQuantity(chunks, "chunk")} of ${formatBytes(sizeBytes)} outside the heap, ${formatBytes(freeBytes)} of them free`,
      ...(areHeld
        ? [
            `${formatQuantity(leased.length, "buffer")} of ${formatBytes(held)} are leased and still referred to`,
          ]
        : []),
      ...(lost >= leastBytes
        ? [
            `${formatBytes(lost)} are in use though no buffer refers to them: cached by threads, or dropped without a release`,
          ]
        : []),
      ...(field === undefined ? [] : [`held through ${field.className}.${field.field}`]),
    ],
    fix,
    offHeapBytes: used,
    explains: [...arenas.memory, ...leased.map(({ object }) => object)],
  };
}

function biggestOf(leased: readonly LeasedBuffer[]): LeasedBuffer {
  return leased.reduce((best, each) => (each.bytes > best.bytes ? each : best));
}

/** The field most of the leased buffers are held through. */
function holderOf({ heap, work }: LeakContext, leased: readonly LeasedBuffer[]): Holding | undefined {
  const counts = new Map<string, { field: Holding; count: number }>();
  const stride = Math.max(1, Math.floor(leased.length / traced));
  for (let at = 0; at < leased.length; at += stride) {
    work.throwIfCancelled();
    const field = applicationHoldingOf(heap, leased[at]!.object);
    if (field === undefined) continue;
    const key = `${field.className}.${field.field}`;
    counts.set(key, { field, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count)[0]?.field;
}
