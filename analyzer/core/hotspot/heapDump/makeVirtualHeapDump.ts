import type { ByteSource } from "../../../base/byteSource";
import type { Work } from "../../../base/work";
import type { ProcessSnapshot } from "../../processSnapshot";
import { type ClassLoaderData, readClassLoaderData } from "../classLoaderData";
import { javaCodeOf } from "../frames/javaCode";
import { type HeapWalk, type HeapWalkInputs, walkHeap } from "../heapWalk";
import { JavaObjects } from "../javaObjects";
import type { JavaVirtualMachine } from "../javaVirtualMachine";
import { followerOf, type Move, type MovedObjects, mostMoves, movesMade } from "../movedObjects";
import { readHandleForm, readReferenceForm } from "../referenceForm";
import { findHeapRoots, type StackOf } from "../roots/heapRoots";
import { type RootColumns, rootColumnsOf, rootsIn, threadsIn } from "../roots/rootColumns";
import { virtualThreadClass } from "../virtualThreads/stackChunks";
import { waitingThreads } from "../virtualThreads/waitingThreads";
import { BlockTable } from "./blockTable";
import { readClassObjectFields } from "./classObjectFields";
import { headRecords } from "./headRecords";
import { heapExtentsOf } from "./heapPages";
import { objectStarts } from "./objectStarts";
import { type DumpedClass, readDumpedClasses, recordClassesOf } from "./recordClasses";
import { type BlockColumns, type RecordClasses, recordKind, type VirtualHeapDump } from "./virtualHeapDump";

const mostVirtualThreads = 1_000_000;

/** What the walk over a heap and its roots found: it holds no contents, so that it may be kept. */
export interface WalkedHeap extends HeapWalk {
  readonly blocks: BlockColumns;
  readonly blockBytes: number;
  readonly roots: RootColumns;
  /** What a collection had moved and is led to its copies; absent for nothing. */
  readonly moved?: MovedObjects;
  /** Arrays left out because the file has no record as long. */
  readonly leftOutArrays: number;
  /** Handles the JVM counted and that were not found. */
  readonly lostHandles: number;
  /** False when the JVM's storages of handles were not found. */
  readonly hasStorages: boolean;
}

interface WalkedBlocks extends Omit<WalkedHeap, "roots" | "moved" | "lostHandles" | "hasStorages"> {
  /** Addresses of the virtual threads. */
  readonly virtualThreads: readonly number[];
}

export interface MadeHeapDump {
  readonly dump: VirtualHeapDump;
  readonly walk: WalkedHeap;
}

/**
 * Walks the Java heap of a core once, and makes of it what it takes to read it as a heap dump.
 * @param core the file of the image
 * @param options what an earlier walk of the same heap found, and how stacks of threads are followed
 * @returns undefined when the JVM does not say how its heap and its objects are laid out
 * @throws ExhumeError `cancelled`
 */
export function makeVirtualHeapDump(
  image: ProcessSnapshot,
  core: ByteSource,
  vm: JavaVirtualMachine,
  work: Work,
  { known, stackOf }: { readonly known?: WalkedHeap | undefined; readonly stackOf?: StackOf } = {},
): MadeHeapDump | undefined {
  const { structs, flags, heap, threads } = vm;
  const { memory } = image;
  const objects = JavaObjects.of(structs, flags);
  if (objects === undefined || heap === undefined || heap.spaces.length === 0) return undefined;
  const { layout, klasses } = objects;
  const spaces = [...heap.spaces].sort((a, b) => a.start - b.start);
  const pages = heapExtentsOf(memory, spaces);
  const form = readReferenceForm(structs, layout);
  let classes = readClasses(objects, known?.moved);
  const walk = known ?? walkOnce();
  const { blocks, moved } = walk;
  const head = headRecords({
    structs,
    references: classes.objects.references,
    classes: classes.dumped,
    fieldBytes: classes.records.fieldBytes,
    classObjects: readClassObjectFields(structs, klasses),
    threads: threadsIn(walk.roots),
    roots: rootsIn(walk.roots),
  });
  const described = { blocks, layout, references: form, classes: classes.records, pages, moved };
  return {
    dump: { ...described, head, byteLength: head.length + walk.blockBytes },
    walk,
  };

  function walkOnce(): WalkedHeap {
    const inputs = { memory, structs, flags, layout, klasses, spaces, threads };
    const moves: Move[] = [];
    let walked = walkBlocks(inputs, classes.records, undefined, moves, work);
    const made = movesMade(memory, layout, moves);
    if (made !== undefined) {
      // Class objects are among what was moved: all is read once more where it is now.
      classes = readClasses(objects!, made);
      walked = walkBlocks(inputs, classes.records, made, [], work);
    }
    const { loaders, dumped } = classes;
    const found = findHeapRoots(
      {
        image,
        vm,
        objects: classes.objects,
        follow: followerOf(made),
        stackOf,
        waiting: waitingThreads(classes.objects, javaCodeOf(image), walked.virtualThreads),
        handles: readHandleForm(structs, layout),
        loaders,
        bootClasses: dumped
          .filter(({ loader, isArray, id }) => loader.isStrong && !isArray && id !== 0)
          .map(({ id }) => id),
        heldByClasses: new Set(dumped.flatMap(({ id, resolvedReferences }) => [id, resolvedReferences])),
      },
      work,
    );
    const addresses = found.roots.distinctObjects(found.threads.map(({ object }) => object));
    const { records } = classes;
    const shape = { blocks: walked.blocks, layout, references: form, classes: records, pages, moved: made };
    const starts = objectStarts(shape, core, addresses, work);
    const roots = found.roots.columnsOf((object) => starts.has(object));
    const { lostHandles, hasStorages } = found;
    const columns = rootColumnsOf(roots, found.threads);
    return { ...walked, roots: columns, lostHandles, hasStorages, ...(made && { moved: made }) };
  }
}

interface ReadClasses {
  readonly objects: JavaObjects;
  readonly loaders: readonly ClassLoaderData[];
  readonly dumped: readonly DumpedClass[];
  readonly records: RecordClasses;
}

function readClasses(unmoved: JavaObjects, moved: MovedObjects | undefined): ReadClasses {
  const objects = moved === undefined ? unmoved : unmoved.following(moved);
  const { structs, layout, klasses, references } = objects;
  const loaders = readClassLoaderData(structs, references);
  const dumped = readDumpedClasses({ structs, layout, klasses, references, loaders });
  return { objects, loaders, dumped, records: recordClassesOf({ structs, layout, klasses }, dumped) };
}

/** @param moves is given what the walk meets */
function walkBlocks(
  inputs: HeapWalkInputs,
  classes: RecordClasses,
  moved: MovedObjects | undefined,
  moves: Move[],
  work: Work,
): WalkedBlocks {
  const { structs, layout } = inputs;
  const follow = followerOf(moved);
  const mirrors = new Set(classes.mirrors);
  const standsForClass = (mirror: number) =>
    mirrors.has(mirror) ||
    (layout.mirrorKlassAt !== undefined && structs.wordAt(mirror + layout.mirrorKlassAt) !== 0);
  const table = new BlockTable(
    classes,
    layout.alignment,
    (address, klass) =>
      (moved !== undefined && follow(address) !== address) ||
      (classes.kinds[klass] === recordKind.mirror && standsForClass(address)),
  );
  const virtualThreads: number[] = [];
  const virtualThread = inputs.klasses.byNameOrUndefined(virtualThreadClass);
  const wanted = virtualThread === undefined ? -1 : inputs.klasses.indexAt(virtualThread.address);
  const walk = walkHeap(
    inputs,
    (address, klass, bytes, elements) => {
      table.add(address, klass, bytes, elements);
      if (klass === wanted && virtualThreads.length < mostVirtualThreads && follow(address) === address)
        virtualThreads.push(address);
    },
    work,
    (from, to) => {
      if (from !== to && moves.length <= mostMoves) moves.push({ from, to });
    },
  );
  const { blocks, byteLength } = table.finish();
  return { ...walk, blocks, blockBytes: byteLength, virtualThreads, leftOutArrays: table.leftOut };
}
