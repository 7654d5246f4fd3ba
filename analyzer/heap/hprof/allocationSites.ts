import type { ByteSource } from "../../base/byteSource";
import { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import { readAllocationSites } from "../../formats/hprof/allocationSites";
import { readHprofHeader } from "../../formats/hprof/header";
import { type DumpOutline, readOutline } from "../../formats/hprof/outline";
import { walkRecords } from "../../formats/hprof/subRecords";
import { isObjectTag } from "../../formats/hprof/tags";
import { Window } from "../../formats/hprof/window";
import type { Heap, ObjectIndex, StackFrame } from "../heap";
import type { ChosenDump } from "./index/chosenDump";
import { makeFrameReader } from "./index/dumpedRoots";

/** What one stack trace allocated, as far as it is still in the dump. */
export interface AllocationSite {
  /** Top frame first. */
  readonly frames: readonly StackFrame[];
  readonly objects: number;
  readonly shallowBytes: number;
  /** Classes it allocated, biggest first. */
  readonly classes: readonly {
    readonly className: string;
    readonly objects: number;
    readonly shallowBytes: number;
  }[];
  /** Everything it ever allocated, when the agent counted that. */
  readonly allocatedBytes?: number;
  readonly allocatedObjects?: number;
}

export interface AllocationSites {
  /** False for dumps of a JVM without an allocation profiler: HotSpot itself records no sites. */
  readonly recorded: boolean;
  /** Biggest first. */
  readonly sites: readonly AllocationSite[];
}

/** One frame of the merged stacks, outermost first. */
export interface AllocationNode {
  readonly frame: StackFrame;
  readonly objects: number;
  readonly shallowBytes: number;
  readonly children: readonly AllocationNode[];
}

/** Objects looked at before it is said that a dump has no sites: reading all of it to find nothing takes minutes. */
const sampledObjects = 20_000;
const mostSites = 10_000;
const mostNodes = 20_000;
/** Frames of one stack that are merged; deeper ones (recursion gone wild) are cut at the inner end. */
const deepestStack = 256;
const classesPerSite = 5;

interface Sums {
  objects: number;
  bytes: number;
  readonly byClass: Map<string, { objects: number; bytes: number }>;
}

/**
 * Sums objects by the stack trace their record names. Such traces are in dumps of `-agentlib:hprof` (JDK 8 and
 * before) and of other JVMs' profilers.
 */
export function allocationSites(
  heap: Heap,
  source: ByteSource,
  work: Work,
  dump: ChosenDump = { number: 1, of: 1 },
): AllocationSites {
  const header = readHprofHeader(source);
  const found = readOutline(new Window(source), header, new ProblemList(), work);
  const outline = { ...found, segments: found.dumps[dump.number - 1] ?? [] };
  const counted = readAllocationSites(new Window(source), header, work, dump);
  const sums = sumByTrace(heap, source, outline, header.idSize, work);
  const frames = makeFrameReader(outline);
  const sites: AllocationSite[] = [];
  const serials = new Set([...sums.keys(), ...counted.map(({ traceSerial }) => traceSerial)]);
  for (const serial of serials) {
    const stack = frames(serial).map((frame) => ({
      ...frame,
      className: frame.className || "?",
      method: frame.method || "?",
    }));
    if (stack.length === 0) continue;
    const sum = sums.get(serial);
    const own = counted.filter(({ traceSerial }) => traceSerial === serial);
    const total = (figure: "liveBytes" | "liveObjects" | "allocatedBytes" | "allocatedObjects") =>
      own.reduce((all, record) => all + record[figure], 0);
    sites.push({
      frames: stack,
      objects: sum?.objects ?? total("liveObjects"),
      shallowBytes: sum?.bytes ?? total("liveBytes"),
      classes: sum === undefined ? [] : biggestClasses(sum),
      ...(own.length === 0
        ? {}
        : { allocatedBytes: total("allocatedBytes"), allocatedObjects: total("allocatedObjects") }),
    });
  }
  sites.sort((a, b) => b.shallowBytes - a.shallowBytes || b.objects - a.objects);
  return { recorded: sites.length > 0, sites: sites.slice(0, mostSites) };
}

/** Walks the object records; objects are numbered in the order of the file, so their sizes need no lookup. */
function sumByTrace(
  heap: Heap,
  source: ByteSource,
  { segments, traces }: DumpOutline,
  idSize: number,
  work: Work,
): Map<number, Sums> {
  const window = new Window(source);
  const sums = new Map<number, Sums>();
  let object = 0;
  const isWorthIt = () => object < heap.instanceCount && (object < sampledObjects || sums.size > 0);
  for (const { start, end } of segments) {
    walkRecords(window, start, end, idSize, (tag, position) => {
      if (isObjectTag(tag)) {
        const serial = window.view.getUint32(window.at(position, 5 + idSize) + 1 + idSize);
        if ((traces.get(serial)?.length ?? 0) > 0) add(sums, serial, heap, object as ObjectIndex);
        if ((++object & 0xffff) === 0) {
          work.throwIfCancelled();
          work.report("Reading allocation sites", object / heap.instanceCount);
        }
      }
      return isWorthIt();
    });
    if (!isWorthIt()) break;
  }
  return sums;
}

function add(sums: Map<number, Sums>, serial: number, heap: Heap, object: ObjectIndex): void {
  const sum = sums.get(serial) ?? { objects: 0, bytes: 0, byClass: new Map() };
  sums.set(serial, sum);
  const size = heap.shallowSizeOf(object);
  sum.objects++;
  sum.bytes += size;
  const name = heap.classNameOf(object);
  const ofClass = sum.byClass.get(name) ?? { objects: 0, bytes: 0 };
  sum.byClass.set(name, ofClass);
  ofClass.objects++;
  ofClass.bytes += size;
}

function biggestClasses({ byClass }: Sums): AllocationSite["classes"] {
  return [...byClass]
    .map(([className, { objects, bytes }]) => ({ className, objects, shallowBytes: bytes }))
    .sort((a, b) => b.shallowBytes - a.shallowBytes)
    .slice(0, classesPerSite);
}

interface GrowingNode {
  readonly frame: StackFrame;
  objects: number;
  bytes: number;
  readonly children: Map<string, GrowingNode>;
}

/** Stacks merged from the outermost frame inwards: the data of a flame graph, biggest first. */
export function allocationTree(sites: readonly AllocationSite[]): readonly AllocationNode[] {
  const roots = new Map<string, GrowingNode>();
  let nodes = 0;
  for (const { frames, objects, shallowBytes } of sites) {
    let level = roots;
    for (const frame of [...frames].reverse().slice(0, deepestStack)) {
      const key = `${frame.className}.${frame.method}:${frame.line}`;
      let node = level.get(key);
      if (node === undefined) {
        if (nodes++ >= mostNodes) break;
        node = { frame, objects: 0, bytes: 0, children: new Map() };
        level.set(key, node);
      }
      node.objects += objects;
      node.bytes += shallowBytes;
      level = node.children;
    }
  }
  return finished(roots);
}

function finished(level: ReadonlyMap<string, GrowingNode>): AllocationNode[] {
  const result: AllocationNode[] = [];
  const stack: { readonly from: ReadonlyMap<string, GrowingNode>; readonly into: AllocationNode[] }[] = [
    { from: level, into: result },
  ];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const nodes = [...next.from.values()].sort((a, b) => b.bytes - a.bytes);
    for (const node of nodes) {
      const children: AllocationNode[] = [];
      next.into.push({ frame: node.frame, objects: node.objects, shallowBytes: node.bytes, children });
      stack.push({ from: node.children, into: children });
    }
  }
  return result;
}
