import { formatBytes, formatQuantity } from "../../../../base/figures";
import { retainedTogether } from "../../../graph/paths/dominatorChain";
import type { Holding } from "../../../graph/paths/holding";
import { elementsPart, rootPart, shapePart, sharePart } from "../../../graph/suspects/scoring";
import type { Heap } from "../../../heap";
import { isApplicationClass } from "../../paths/applicationClasses";
import { applicationHoldingOf } from "../../paths/holders";
import { type DirectBuffer, directBuffers } from "../../reachability/directBuffers";
import { nettyArenas } from "../../reachability/nettyArenas";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";
import { fieldNameOf } from "./collectionFinding";
import { leasedBuffers } from "./nettyBuffersLeased";

const fix =
  "Give leased buffers back (release, clean) or reuse a few; -XX:MaxDirectMemorySize limits them, and the heap's size says nothing about them.";

const leastBytes = 1024 * 1024;
const leastBuffers = 5;
/** Buffers whose holder is looked for; the others are counted with the field most of them have. */
const maximumTraced = 2_000;

interface Group {
  readonly field: Holding | undefined;
  readonly buffers: DirectBuffer[];
}

/** Direct buffers by the field that holds them: small on the heap, big outside it. */
export function directBuffersHeld(context: LeakContext): LeakFinding[] {
  const { heap, totalBytes, work } = context;
  const arenas = nettyArenas(heap, work);
  const buffers = directBuffers(heap, work).buffers.filter(({ object }) => !arenas?.memory.has(object));
  const leased = arenas === undefined ? undefined : leasedBuffers(context, arenas);
  const findings: LeakFinding[] = leased === undefined ? [] : [leased];
  for (const group of groupsOf(heap, buffers, work.throwIfCancelled)) {
    const offHeap = group.buffers.reduce((sum, { capacity }) => sum + capacity, 0);
    const ofApplication = group.field !== undefined && isApplicationClass(group.field.className);
    if (offHeap < leastBytes || group.buffers.length < leastBuffers) continue;
    // Temporary buffers of the JDK's channels are cached per thread, a few each.
    if (!ofApplication && offHeap < 0.25 * totalBytes) continue;
    if (offHeap < 0.02 * totalBytes) continue;
    findings.push(findingOf(heap, group, offHeap, totalBytes));
  }
  return findings;
}

function groupsOf(heap: Heap, buffers: readonly DirectBuffer[], check: () => void): Group[] {
  const groups = new Map<string, Group>();
  const biggestFirst = [...buffers].sort((a, b) => b.capacity - a.capacity);
  for (const [position, buffer] of biggestFirst.slice(0, maximumTraced).entries()) {
    if (position % 32 === 0) check();
    const field = applicationHoldingOf(heap, buffer.object);
    const key = field === undefined ? "" : `${field.className}.${field.field}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { field, buffers: [buffer] });
    else known.buffers.push(buffer);
  }
  const result = [...groups.values()].sort((a, b) => b.buffers.length - a.buffers.length);
  for (const buffer of biggestFirst.slice(maximumTraced)) result[0]?.buffers.push(buffer);
  return result;
}

function findingOf(heap: Heap, { field, buffers }: Group, offHeap: number, totalBytes: number): LeakFinding {
  const first = buffers[0]!;
  const className = heap.classNameOf(first.object);
  const bytes = retainedTogether(
    heap,
    buffers.map(({ object }) => object),
  );
  const relative = offHeap / Math.max(1, totalBytes);
  return {
    shape: "direct-buffers",
    kind: "group",
    object: first.object,
    className,
    objects: buffers.length,
    retainedBytes: bytes,
    ...(field === undefined ? {} : { field: fieldNameOf(field) }),
    accumulation: { object: first.object, className, retainedBytes: heap.retainedSizeOf(first.object) },
    parts: [
      { ...sharePart(relative), why: `keeps ${formatBytes(offHeap)} outside the heap` },
      elementsPart(buffers.length, 10),
      rootPart(
        field?.static === true,
        field === undefined ? "no field found that holds them" : "held by a field",
      ),
      shapePart(buffers.length >= 20 ? 30 : 20, "direct buffers that are not given back"),
    ],
    evidence: [
      `${formatQuantity(buffers.length, "direct buffer")} of ${formatBytes(offHeap)} capacity together, outside the heap`,
      `on the heap they are only ${formatBytes(bytes)}: the process grows while the heap looks clean`,
      ...(field === undefined ? [] : [`held through ${field.className}.${field.field}`]),
    ],
    fix,
    offHeapBytes: offHeap,
    explains: buffers.map(({ object }) => object),
  };
}
