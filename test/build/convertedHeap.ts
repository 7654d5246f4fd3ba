import { rmSync } from "node:fs";
import { formatHex } from "../../analyzer/base/units";
import { unwatched } from "../../analyzer/base/work";
import { type Heap, isObject, type ObjectIndex } from "../../analyzer/heap/heap";
import type { HeapContext } from "../../analyzer/session/heap/heapContext";
import { heapRoom } from "../../analyzer/session/heap/heapRoom";
import { heapFiguresOf } from "./heapFigures";
import { findJdks } from "./javaDumps";
import { askVisualVm } from "./leakDumps";
import { closeOpened } from "./openedFiles";
import { openHeapOf } from "./openHeapOfCore";
import { judgeHeap } from "./visualvm";

const sampled = 400;
/** VisualVM does not count class objects of classes among instances… */
const apart = ["java.lang.Class"];
/** …and does not follow a class to its protection domain. */
const notFollowed = ["java.security.ProtectionDomain"];

/**
 * Converts the heap of a core to a heap dump, and reads that with Exhume and with VisualVM's library; dominators with that
 * in a copy of what is reachable, since it takes garbage for what holds objects too.
 * @returns in what either is otherwise than the core's own heap
 */
export async function differencesConverted(core: HeapContext, out: string): Promise<string[]> {
  const reachable = `${out}.reachable`;
  try {
    await convert(core, out, false);
    const ours = differencesForUs(core, await openHeapOf("dump", out));
    const theirs = differencesForVisualVm(core.heap, out);
    await convert(core, reachable, true);
    return [...ours, ...theirs, ...otherDominators(core.heap, reachable)];
  } finally {
    closeOpened(out);
    for (const each of [out, reachable]) rmSync(each, { force: true });
  }
}

async function convert(core: HeapContext, out: string, reachableOnly: boolean): Promise<void> {
  const answer = heapRoom.answers["heap/saveCopy"]!;
  await answer.answer(core, { out, gzip: false, reachableOnly } as never, unwatched);
}

function differencesForUs(core: HeapContext, converted: HeapContext): string[] {
  const [ours, theirs] = [heapFiguresOf(core), heapFiguresOf(converted)];
  const different = [...ours.classes]
    .filter(([name, { objects, bytes }]) => {
      const row = theirs.classes.get(name);
      return row?.objects !== objects || row.bytes !== bytes;
    })
    .map(([name]) => `${name} in the histogram`);
  if (theirs.classes.size !== ours.classes.size) different.push("classes");
  if (String(rootsOf(core.heap)) !== String(rootsOf(converted.heap))) different.push("roots");
  const isSameReachable = [...ours.reachable].every((id) => theirs.reachable.has(id));
  if (!isSameReachable || ours.reachable.size !== theirs.reachable.size) different.push("reachable objects");
  const told = ({ biggest }: typeof ours) => biggest.map(({ id, retained }) => `${id} ${retained}`).join();
  if (told(ours) !== told(theirs)) different.push("retained sizes");
  return different;
}

/** What stands before the number of a hidden class differs. */
function plain(name: string): string {
  return name.replace(/[./+](?=0x[0-9a-f]+$)/, "/");
}

function rootsOf(heap: Heap): string[] {
  return heap.roots.map(({ object, kind }) => `${kind} ${heap.idOf(object)}`).sort();
}

function differencesForVisualVm(heap: Heap, dump: string): string[] {
  const jdk = findJdks()[0]!;
  const judged = judgeHeap(dump, jdk, 0);
  const theirs = new Map([...judged.classes].map(([name, { instances }]) => [plain(name), instances]));
  const different: string[] = [];
  const counts = new Map<string, number>();
  for (let type = 0; type < heap.classes.count; type++) {
    const name = heap.classes.nameOf(type as never);
    counts.set(name, (counts.get(name) ?? 0) + heap.classes.instanceCountOf(type as never));
  }
  for (const [name, count] of counts) {
    const their = theirs.get(plain(name)) ?? 0;
    if (!apart.includes(name) && their !== count) different.push(`VisualVM: ${their} of ${count} of ${name}`);
  }
  const roots = new Set(heap.roots.map(({ object }) => object)).size;
  if (judged.roots !== roots) different.push(`VisualVM: ${judged.roots} of ${roots} roots`);
  return different;
}

function otherDominators(heap: Heap, dump: string): string[] {
  const jdk = findJdks()[0]!;
  const stride = Math.max(1, Math.floor(heap.instanceCount / sampled));
  const sample: ObjectIndex[] = [];
  const alsoFromGarbage = heldByGarbage(heap);
  for (let at = 0; at < heap.instanceCount; at += stride)
    if (
      !heap.isKnownGarbage(at as ObjectIndex) &&
      !alsoFromGarbage.has(at as ObjectIndex) &&
      !notFollowed.includes(heap.classNameOf(at as ObjectIndex))
    )
      sample.push(at as ObjectIndex);
  const ids = sample.map((object) => formatHex(heap.idOf(object)));
  const answers = askVisualVm(jdk, new Map([[dump, ids]])).get(dump)!;
  const other = sample.filter((object, index) => {
    const dominator = heap.immediateDominatorOf(object);
    const own = isObject(dominator) ? formatHex(heap.idOf(dominator)) : "0x0";
    return answers.get(ids[index]!)!.immediateDominator !== own;
  });
  return other.map((object) => `VisualVM: dominator of a ${heap.classNameOf(object)}`);
}

/** What soft and weak references lead to is in the copy too, and holds other objects, as VisualVM sees it. */
function heldByGarbage(heap: Heap): ReadonlySet<ObjectIndex> {
  const held = new Set<ObjectIndex>();
  for (let at = 0; at < heap.nodeCount; at++) {
    if (!heap.isKnownGarbage(at as ObjectIndex)) continue;
    for (const { target } of heap.referencesOf(at as ObjectIndex)) held.add(target);
  }
  return held;
}
